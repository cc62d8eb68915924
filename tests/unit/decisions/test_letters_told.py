"""What letters say is what is so: who decides, what was used, what can be done, and the days to come."""

from datetime import timedelta

import pytest

from accounts.actors import SITE
from accounts.models import User
from decisions.models import Decision
from decisions.notices import compose_notice, send_notice
from notifications.letters import read_letter
from tests.factories.appeals import closed_line
from tests.factories.decisions import NOW, decided_in, sample_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
ASK_FOR_A_PERSON = "You can ask for a person to decide"


def letter_of(decision: Decision, language: str = "en") -> str:
    return str(read_letter(send_notice(decision=decision, by=SITE, now=NOW), language))


def test_a_letter_about_what_waits_says_that_nothing_was_decided() -> None:
    held = sample_decision("ruian")
    assert held.outcome == "hold"
    said = letter_of(held)
    assert "We continue by ourselves once the points below are settled." in said
    assert "Nothing was decided by 20 Nov 2026." in said
    assert "nothing to appeal yet" in said
    for untrue in ("Decided on", "automatically, by fixed rules", ASK_FOR_A_PERSON, "You can appeal until"):
        assert untrue not in said
    assert "\u8fd8\u6ca1\u6709\u4f5c\u51fa\u51b3\u5b9a" in letter_of(held, "zh-hans")


@pytest.mark.parametrize(("key", "said"), [("wang_fang", False), ("li_na", True)])
def test_only_a_decision_that_can_be_contested_offers_a_person(key: str, said: bool) -> None:
    text = letter_of(sample_decision(key))
    assert "automatically, by fixed rules" in text
    assert (ASK_FOR_A_PERSON in text) == said


@pytest.mark.parametrize("place", ["EU", "UK"])
def test_rights_to_a_person_stay_where_there_is_something_to_contest(place: str) -> None:
    text = letter_of(decided_in(place))
    assert ("ask a person" if place == "EU" else "ask for a person, and contest") in text


def test_a_source_that_brought_nothing_was_not_used() -> None:
    decision = sample_decision("li_na")
    for fact in decision.facts.values():
        if fact["source"] == "credit_report":
            fact["value"] = "unknown"
    parts = compose_notice(decision=decision, language="en", now=NOW)["parts"]
    sources = next(part for part in parts if part["id"] == "sources")
    assert [line for line in sources["items"] if line.startswith("credit report (")] == []
    assert "No credit report was used." in sources["lines"]


def test_days_gone_by_are_not_told_as_days_to_come() -> None:
    decision = sample_decision("li_na")
    late = str(compose_notice(decision=decision, language="en", now=NOW + timedelta(days=60))["parts"])
    assert "The next regular evaluation is on 6 Feb 2027." in late
    assert "You may apply again from" not in late
    assert "You may apply again from 20 Dec 2026" in letter_of(decision)


def test_a_firm_is_not_told_of_a_free_report_about_a_person() -> None:
    assert "free of charge 2 times a year" in letter_of(sample_decision("li_na"))
    said = letter_of(sample_decision("ruian"))
    assert "times a year" not in said
    assert "A company can ask the bureau for its own credit report." in said


def test_the_letter_of_a_line_tells_of_the_line_and_not_of_an_amount_applied_for(dev: User) -> None:
    said = letter_of(closed_line(dev))
    assert "The line: \u00a530,000. Decided on" in said
    assert "Amount applied for" not in said
