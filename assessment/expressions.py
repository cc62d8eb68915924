"""Rule tests: a small language of names, numbers, texts, comparisons, `and`, `or`, `not`, `in` and `is None`.

A test is read once into nested functions and answers True, False, or None when an unknown state
kept it from an answer (Kleene's three values). Nothing is ever evaluated as Python.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

from assessment.errors import ExpressionError
from assessment.expression_tests import (
    UNKNOWN_TEXT,
    Compare,
    Test,
    all_of,
    among_test,
    any_of,
    between_names_test,
    event_test,
    flag_test,
    listed_test,
    none_of,
    number_test,
)

MAX_LENGTH = 500

_ORDER: dict[type[ast.cmpop], Compare] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


COMPARISONS: dict[str, Compare] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Name:
    """What a rule may do with a name; kinds: number, money (in fen), state, text, flag, event, codes."""

    kind: str
    counts_as: Mapping[str, float] = field(default_factory=dict)
    states: frozenset[str] = frozenset()
    absent_passes: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """One comparison of a name with a limit: a number, or the name that holds the limit."""

    name: str
    symbol: str
    limit: float | str


@dataclass(frozen=True, slots=True)
class Expression:
    """A test that has been read: its words, names and bounds, and the answer for an environment."""

    text: str
    names: tuple[str, ...]
    bounds: tuple[Bound, ...]
    texts: frozenset[str]
    answer: Test


def read_expression(text: str, names: Mapping[str, Name]) -> Expression:
    """Read a rule test; raises ExpressionError that says what was expected."""
    return _Reader(text, names).read()


class _Reader:
    """Turns one text into one Expression."""

    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self.text = text
        self.known = names
        self.used: list[str] = []
        self.bounds: list[Bound] = []
        self.texts: set[str] = set()

    def read(self) -> Expression:
        if len(self.text) > MAX_LENGTH:
            raise self._refuse(f"at most {MAX_LENGTH} characters")
        try:
            tree = ast.parse(self.text.strip(), mode="eval")
            answer = self._test(tree.body)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if isinstance(error, ExpressionError):
                raise
            raise self._refuse("a comparison such as age >= 18") from None
        return Expression(self.text, tuple(self.used), tuple(self.bounds), frozenset(self.texts), answer)

    def _refuse(self, expected: str) -> ExpressionError:
        return ExpressionError(self.text, expected)

    def _test(self, node: ast.expr) -> Test:
        if isinstance(node, ast.BoolOp):
            parts = [self._test(value) for value in node.values]
            return all_of(parts) if isinstance(node.op, ast.And) else any_of(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return none_of(self._test(node.operand))
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        if isinstance(node, ast.Name):
            return self._flag(node)
        raise self._refuse("names, numbers, texts, comparisons, and, or, not, in")

    def _name(self, node: ast.expr) -> tuple[str, Name]:
        if not isinstance(node, ast.Name):
            raise self._refuse("a name beside the comparison")
        known = self.known.get(node.id)
        if known is None:
            raise self._refuse(f"a known name instead of {node.id}")
        if node.id not in self.used:
            self.used.append(node.id)
        return node.id, known

    def _flag(self, node: ast.Name) -> Test:
        name, known = self._name(node)
        if known.kind != "flag":
            raise self._refuse(f"a comparison: {name} is not true or false")
        return flag_test(name)

    def _comparison(self, node: ast.Compare) -> Test:
        sides = [node.left, *node.comparators]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        parts = [self._pair(left, op, right) for left, op, right in pairs]
        return parts[0] if len(parts) == 1 else all_of(parts)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
        if isinstance(op, ast.Is | ast.IsNot):
            return self._event(left, op, right)
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(left, op, right)
        if not isinstance(left, ast.Name):
            left, right, op = right, left, _SWAPPED[type(op)]()
        name, known = self._name(left)
        if known.kind in ("state", "text"):
            return self._equality(name, known, op, right)
        if known.kind not in ("number", "money"):
            raise self._refuse(f"no such comparison: {name} is no number or text")
        return self._order(name, known, op, right)

    def _event(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
        name, known = self._name(left)
        if known.kind != "event" or not (isinstance(right, ast.Constant) and right.value is None):
            raise self._refuse("`is None` only after an event")
        return event_test(name, present=isinstance(op, ast.IsNot))

    def _membership(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
        name, known = self._name(left)
        if known.kind not in ("state", "text"):
            raise self._refuse(f"a text or state before `in`, not {name}")
        inside = isinstance(op, ast.In)
        unknown = UNKNOWN_TEXT if known.kind == "text" else None
        if isinstance(right, ast.Name):
            list_name, listed = self._name(right)
            if listed.kind != "codes":
                raise self._refuse(f"a list after `in`, not {list_name}")
            return listed_test(name, list_name, inside=inside, unknown=unknown)
        if not isinstance(right, ast.Tuple | ast.List):
            raise self._refuse("a list of texts after `in`")
        texts = frozenset(self._text_of(item, known) for item in right.elts)
        return among_test(name, texts, inside=inside, unknown=unknown)

    def _equality(self, name: str, known: Name, op: ast.cmpop, right: ast.expr) -> Test:
        if not isinstance(op, ast.Eq | ast.NotEq):
            raise self._refuse(f"== or != beside {name}, which is no number")
        unknown = UNKNOWN_TEXT if known.kind == "text" else None
        return among_test(
            name, frozenset([self._text_of(right, known)]), inside=isinstance(op, ast.Eq), unknown=unknown
        )

    def _text_of(self, node: ast.expr, known: Name) -> str:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            raise self._refuse("a text in quotes")
        if known.states and node.value not in known.states:
            raise self._refuse(f"one of {', '.join(sorted(known.states))} instead of {node.value!r}")
        self.texts.add(node.value)
        return node.value

    def _order(self, name: str, known: Name, op: ast.cmpop, right: ast.expr) -> Test:
        compare = _ORDER[type(op)]
        symbol = _SYMBOLS[type(op)]
        if isinstance(right, ast.Name):
            other, limit = self._name(right)
            if limit.kind != known.kind:
                raise self._refuse(f"the same kind on both sides: {name} is a {known.kind}, {other} is not")
            self.bounds.append(Bound(name, symbol, other))
            return between_names_test(
                name,
                other,
                compare,
                (known.counts_as, limit.counts_as),
                absent_passes=known.absent_passes or limit.absent_passes,
            )
        value = self._number_of(right)
        self.bounds.append(Bound(name, symbol, value))
        if known.kind == "money":
            value = round(value * 100)
        return number_test(name, compare, value, known.counts_as, absent_passes=known.absent_passes)

    def _number_of(self, node: ast.expr) -> float:
        sign = 1
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            node, sign = node.operand, -1
        if (
            not isinstance(node, ast.Constant)
            or not isinstance(node.value, int | float)
            or node.value is True
            or node.value is False
        ):
            raise self._refuse("a number")
        number = node.value
        if number - number != 0:
            raise self._refuse("a finite number")
        return sign * number


_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
