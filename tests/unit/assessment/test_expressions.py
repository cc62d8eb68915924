from typing import Any

import pytest

from assessment import ExpressionError
from assessment.expressions import MAX_LENGTH, Name, read_expression

NAMES = {
    "days": Name("number", counts_as={"none_on_file": 0}, states=frozenset({"none_on_file", "unknown"})),
    "age": Name("number"),
    "cap": Name("money", absent_passes=True),
    "asked": Name("money"),
    "level": Name("state", states=frozenset({"full", "basic", "unverified"})),
    "work": Name("text"),
    "risky": Name("codes"),
    "capable": Name("flag"),
    "event": Name("event"),
}
ENV = {
    "days": 5, "age": 30, "cap": None, "asked": 10_000, "level": "full", "work": "retail",
    "risky": frozenset({"casino"}), "capable": True, "event": None,
}  # fmt: skip


def answer(text: str, **changes: Any) -> bool | None:
    return read_expression(text, NAMES).answer({**ENV, **changes})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age >= 18", True), ("age < 18", False), ("18 <= age", True), ("18 <= age < 30", False),
        ("age == 30", True),
        ("age != 30", False), ("30 > age", False), ("age > -1", True), ("days < 90", True),
        ("level == 'full'", True),
        ("level != 'full'", False), ("level in ('full', 'basic')", True), ("level not in ['full']", False),
        ("work not in risky", True), ("work in risky", False), ("work == 'retail'", True), ("capable", True),
        ("not capable", False), ("event is None", True), ("event is not None", False), ("asked <= cap", True),
        ("asked <= 100", True), ("asked <= 99.99", False), ("cap < 5", True),
        ("age >= 18 and capable", True), ("age < 18 or capable", True),
        ("not (age < 18 or not capable)", True),
    ],
)  # fmt: skip
def test_answers(text: Any, expected: Any) -> None:
    assert answer(text) is expected


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("days < 90", {"days": "unknown"}, None),
        ("days < 90", {"days": "none_on_file"}, True),
        ("not days < 90", {"days": "unknown"}, None),
        ("days < 90 and age >= 18", {"days": "unknown"}, None),
        ("days < 90 and age < 18", {"days": "unknown"}, False),
        ("days < 90 or age >= 18", {"days": "unknown"}, True),
        ("days < 90 or age < 18", {"days": "unknown"}, None),
        ("days < age", {"days": "unknown"}, None),
        ("age > days", {"days": "none_on_file"}, True),
        ("asked <= asked", {"asked": None}, None),
        ("capable", {"capable": "unknown"}, None),
        ("event is None", {"event": "unknown"}, None),
        ("event is None", {"event": "order"}, False),
        ("work not in risky", {"work": "unknown"}, None),
        ("work == 'unknown'", {"work": "unknown"}, True),
        ("work == 'retail'", {"work": "unknown"}, None),
        ("level == 'full'", {"level": "unverified"}, False),
    ],
)
def test_unknown_states_keep_a_test_from_an_answer(text: Any, changes: Any, expected: Any) -> None:
    assert answer(text, **changes) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("income >= 3", "a known name"), ("age", "not true or false"), ("age >= ", "a comparison"),
        ("__import__('os')", "names, numbers"), ("age >= 'x'", "a number"), ("age + 1 > 2", "a name beside"),
        ("level == 'gold'", "one of basic, full"), ("level > 'full'", "== or !="),
        ("capable > 1", "no number"),
        ("age is None", "after an event"), ("event is 1", "after an event"),
        ("age in (1, 2)", "text or state"),
        ("level in age", "a list"), ("level in 3", "a list of texts"), ("level in (1,)", "in quotes"),
        ("work < 'a'", "== or !="), ("asked <= age", "the same kind"), ("age <= work", "the same kind"),
        ("age >= 1e999", "finite"), ("age >= True", "a number"), ("lambda: 1", "names, numbers"),
        ("(" * 300 + "age", "a comparison"), ("age.real > 1", "a name beside"),
        ("age if capable else age", "names"),
        ("event", "a comparison"), ("2 < 3", "a name beside"), ("3 in risky", "a name beside"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_in_words(text: Any, expected: Any) -> None:
    with pytest.raises(ExpressionError, match=expected):
        read_expression(text, NAMES)


def test_a_very_long_test_is_refused() -> None:
    with pytest.raises(ExpressionError, match="at most 500"):
        read_expression("age > 1 and " * MAX_LENGTH + "age > 1", NAMES)


def test_names_and_bounds_are_told() -> None:
    read = read_expression("age >= 18 and days < age and 3 > days", NAMES)
    assert read.names == ("age", "days")
    assert [(bound.name, bound.symbol, bound.limit) for bound in read.bounds] == [
        ("age", ">=", 18), ("days", "<", "age"), ("days", "<", 3),
    ]  # fmt: skip
