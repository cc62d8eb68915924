"""Reading XML into nodes that know their place; nothing in it can reach outside or grow.

Document types are refused, so there are no entities to expand and nothing to fetch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NoReturn
from xml.parsers import expat

from assessment.errors import PmmlError
from assessment.pmml_numbers import parse_number

LARGEST_BYTES: Final = 8_000_000
DEEPEST: Final = 60
MOST_ELEMENTS: Final = 100_000
NAMESPACES: Final = ("", *(f"http://www.dmg.org/PMML-4_{minor}" for minor in (1, 2, 3, 4)))
_SCHEMA_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(slots=True)
class Node:
    """One element: its attributes, children and text, with its path from the root and its line."""

    tag: str
    path: str
    line: int
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""
    _counts: Counter[str] = field(default_factory=Counter)

    def refuse(self, problem: str) -> NoReturn:
        """Raise PmmlError for this element."""
        raise PmmlError(self.path, problem, line=self.line)

    def expect(
        self, *, attributes: Collection[str] = (), children: Collection[str] = (), has_text: bool = False
    ) -> None:
        """Refuse by name every attribute and child that is not among those known, and text out of place."""
        for name in self.attributes:
            if name not in attributes:
                self.refuse(f"the attribute {name} is not supported")
        for child in self.children:
            if child.tag not in children:
                child.refuse(f"the element {child.tag} is not supported here")
        if not has_text and self.text.strip():
            self.refuse("text is not expected here")

    def get(self, name: str, default: str | None = None) -> str | None:
        """The attribute's text, or the default."""
        return self.attributes.get(name, default)

    def require(self, name: str) -> str:
        """The attribute's text; PmmlError names it when it is missing."""
        value = self.attributes.get(name)
        if value is None:
            self.refuse(f"the attribute {name} is missing")
        return value

    def choose(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """The attribute's text, which is one of `choices`."""
        value = self.require(name) if default is None else self.attributes.get(name, default)
        if value not in choices:
            self.refuse(f"{name}={value!r} is not supported; expected one of {', '.join(choices)}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """The attribute as true or false."""
        text = self.choose(name, ("true", "false", "1", "0"), default="true" if default else "false")
        return text in ("true", "1")

    def number(self, name: str) -> Fraction | None:
        """The attribute as the exact number that is written, None where it is absent."""
        text = self.attributes.get(name)
        return None if text is None else self.parse(text, name)

    def parse(self, text: str, what: str) -> Fraction:
        """Text as the exact number that is written."""
        value = parse_number(text)
        if value is None:
            self.refuse(f"{what}: expected a finite number, not {text[:40]!r}")
        return value

    def all(self, tag: str) -> list[Node]:
        """Children of one kind, in document order."""
        return [child for child in self.children if child.tag == tag]

    def one(self, tag: str) -> Node:
        """The only child of a kind; PmmlError when there is none or another one."""
        found = self.optional(tag)
        if found is None:
            self.refuse(f"the element {tag} is missing")
        return found

    def optional(self, tag: str) -> Node | None:
        """The only child of a kind, or None; PmmlError when there are two."""
        found = self.all(tag)
        if len(found) > 1:
            found[1].refuse(f"only one {tag} is expected here")
        return found[0] if found else None


class _Builder:
    """Takes what the parser meets and keeps it as nodes."""

    def __init__(self, encoding: str | None) -> None:
        self.root: Node | None = None
        self.namespace = ""
        self._open: list[Node] = []
        self._count = 0
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse_doctype(self, *_parts: object) -> None:
        raise PmmlError("document", "a DOCTYPE is refused", line=self.parser.CurrentLineNumber)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        namespace, _, tag = name.rpartition(" ")
        parent = self._open[-1] if self._open else None
        place = f"{parent.path}/{tag}" if parent else f"/{tag}"
        if parent is None:
            self.namespace = namespace
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise PmmlError(
                place, f"more than {MOST_ELEMENTS} elements or {DEEPEST} levels are refused", line=line
            )
        if namespace != self.namespace or namespace not in NAMESPACES:
            raise PmmlError(place, f"the namespace {namespace or 'none'!r} is not supported", line=line)
        if parent is not None:
            parent._counts[tag] += 1  # noqa: SLF001  the builder makes the nodes
            place = f"{place}[{parent._counts[tag]}]"  # noqa: SLF001  as above
        node = Node(tag, place, line, _local(attributes, place, line))
        if parent is None:
            self.root = node
        else:
            parent.children.append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].text += text


def _local(attributes: Mapping[str, str], place: str, line: int) -> dict[str, str]:
    """The attributes without those that only point to a schema."""
    kept = {}
    for name, value in attributes.items():
        namespace, _, local = name.rpartition(" ")
        if namespace == _SCHEMA_INSTANCE:
            continue
        if namespace:
            raise PmmlError(place, f"the attribute {local} of another namespace is not supported", line=line)
        kept[local] = value
    return kept


def read_xml(source: bytes | str) -> tuple[Node, str]:
    """The root element and its namespace; PmmlError names the line of what cannot be read."""
    # A text was decoded already, whatever encoding it still declares.
    is_text = isinstance(source, str)
    content = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(content) > LARGEST_BYTES:
        raise PmmlError("document", f"more than {LARGEST_BYTES:,} bytes are refused")
    builder = _Builder("utf-8" if is_text else None)
    try:
        builder.parser.Parse(content, True)  # noqa: FBT003  as the parser has it
    except expat.ExpatError as error:
        raise PmmlError("document", f"no XML: {expat.ErrorString(error.code)}", line=error.lineno) from None
    except (LookupError, ValueError) as error:
        if isinstance(error, PmmlError):
            raise
        raise PmmlError("document", "the encoding is not supported") from None
    assert builder.root is not None, "XML without an element does not parse"
    return builder.root, builder.namespace
