import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_json, plain

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"))
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
)


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": [2]}) == canonical_json({"a": [2], "b": 1}) == b'{"a":[2],"b":1}'


def test_an_instant_has_one_form() -> None:
    instant = datetime(2026, 11, 22, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert plain(instant) == plain(instant.astimezone(UTC)) == "2026-11-22T00:00:00.000000+00:00"


def test_dates_and_amounts_become_text() -> None:
    assert plain({"on": date(2026, 1, 2), "pct": Decimal("1.50"), "kinds": {"b", "a"}}) == {
        "on": "2026-01-02", "pct": "1.50", "kinds": ["a", "b"],
    }  # fmt: skip


def test_bytes_are_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        plain(b"x")


@given(values)
def test_a_round_trip_changes_nothing(value: Any) -> None:
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)
