"""Finds every text that the product shows, in templates and in code, so that none stays untranslated."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.template import Context, Engine, Template
from django.template.base import FilterExpression, Node, Variable, VariableNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

FUNCTIONS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
}
_MARKED = re.compile(r"""_\((?P<mark>["'])(?P<text>.+?)(?P=mark)\)""")
PACKAGES = (
    "core", "audit", "outbox", "accounts", "applicants", "notifications", "evidence", "decisions", "appeals",
    "creditportal",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Wording:
    """One text to translate: its English, its plural, its context."""

    singular: str
    plural: str = ""
    context: str = ""
    places: tuple[str, ...] = field(default=(), compare=False)


def list_wordings(root: Path) -> list[Wording]:
    """Every text of the project, sorted, each with the places where it stands."""
    found: dict[Wording, set[str]] = {}
    for path in sorted(root.glob("templates/**/*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            _collect(found, wordings_of_template(path.read_text(encoding="utf-8")), path, root)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                _collect(found, wordings_of_code(path.read_text(encoding="utf-8")), path, root)
    return [
        Wording(item.singular, item.plural, item.context, tuple(sorted(places)))
        for item, places in sorted(found.items())
    ]


def _collect(found: dict[Wording, set[str]], items: Iterator[Wording], path: Path, root: Path) -> None:
    for item in items:
        found.setdefault(item, set()).add(str(path.relative_to(root)))


def wordings_of_code(source: str) -> Iterator[Wording]:
    """The texts that Python code marks for translation."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in FUNCTIONS:
            texts = [_text(argument) for argument in node.args]
            parts = [texts[at] if at is not None and at < len(texts) else "" for at in FUNCTIONS[name]]
            if parts[0]:
                yield Wording(parts[0], parts[1] or "", parts[2] or "")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def wordings_of_template(source: str) -> Iterator[Wording]:
    """The texts that a template marks for translation."""
    template = Template(source, engine=Engine.get_default())
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, BlockTranslateNode):
            singular, _names = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Wording(singular, plural, _context_of(node.message_context))
        elif isinstance(node, TranslateNode):
            text = getattr(node.filter_expression.var, "literal", None)
            if isinstance(text, str):
                yield Wording(text, "", _context_of(node.message_context))
        elif isinstance(node, VariableNode):
            yield from _of_expression(node.filter_expression)
        for expression in (getattr(node, "extra_context", None) or {}).values():
            yield from _of_expression(expression)


def _context_of(expression: FilterExpression | None) -> str:
    return str(expression.resolve(Context())) if expression else ""


def _of_expression(expression: FilterExpression) -> Iterator[Wording]:
    variables = [expression.var]
    variables += [
        value for _f, arguments in expression.filters for is_variable, value in arguments if is_variable
    ]
    for variable in variables:
        if isinstance(variable, Variable) and variable.translate and isinstance(variable.literal, str):
            yield Wording(variable.literal)
    # Django resolves a marked text that stands alone while it reads the template; its source is left.
    marked = _MARKED.match(expression.token)
    if marked:
        yield Wording(marked["text"])
