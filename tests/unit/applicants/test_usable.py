"""Age is derived, gaps are honest."""

from datetime import date
from typing import Any

import pytest

from applicants.characteristics import read_characteristics
from applicants.usable import fill_gaps

WORDS = {"zh": "\u5e74\u9f84", "en": "Age"}
DICTIONARY = read_characteristics(
    {
        "age": {
            "applies": "personal", "type": "integer", "unit": "years", "min": 0, "max": 150, "label": WORDS,
            "derived": "birth_date", "missing": "unknown", "sources": ["identity_service"],
        },
        "profit": {
            "applies": "enterprise", "type": "flag", "unit": "none", "label": WORDS, "missing": "unknown",
        },
    }
)  # fmt: skip


def age(birth_date: str, today: date, sheet: dict[str, Any] | None = None) -> Any:
    facts = fill_gaps(
        dictionary=DICTIONARY, sheet=sheet or {}, sources=["verified_document"], is_person=True,
        birth_date=birth_date, today=today,
    )  # fmt: skip
    assert set(facts) == {"age"}
    return facts["age"]["value"]


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2027, 3, 13), 17), (date(2027, 3, 14), 18), (date(2027, 3, 15), 18)],
)
def test_age_changes_on_the_birthday(today: date, expected: int) -> None:
    assert age("2009-03-14", today) == expected


def test_somebody_born_on_a_leap_day_ages_on_the_first_of_march() -> None:
    assert age("2008-02-29", date(2026, 2, 28)) == 17
    assert age("2008-02-29", date(2026, 3, 1)) == 18


def test_without_a_birth_date_age_is_unknown() -> None:
    assert age("", date(2026, 11, 20)) == "unknown"


def test_a_corrected_birth_date_counts_and_goes_on_ageing() -> None:
    entry = {
        "value": 1, "source": "verified_document", "observed_on": "2026-11-01", "fact": 1,
        "detail": {"birth_date": "2000-01-01"},
    }  # fmt: skip
    assert age("2009-03-14", date(2026, 11, 20), {"age": entry}) == 26
    assert age("2009-03-14", date(2027, 11, 20), {"age": entry}) == 27
