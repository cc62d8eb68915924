"""Who asks for a person is heard on what the policy lets people set aside; it takes two, and is told."""

from typing import Any

import pytest
from django.db import Error, transaction

from accounts.actors import SITE
from accounts.models import User
from appeals.deciding import countersign, possible_outcomes, propose, suggest_ruling
from appeals.models import Appeal, Basis, RulingState
from applicants.facts import NewFact, record_facts
from applicants.sources import VERIFIED_DOCUMENT
from decisions.deciding import decide
from decisions.models import Decision
from decisions.replaying import replay
from tests.factories.appeals import NOW, OBSERVED, applicant_like, in_review, verified
from tests.factories.decisions import application_of
from tests.people import acting
from tests.unit.appeals.test_two_signatures import _write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def refused(user: User, **facts: Any) -> Decision:
    """An application that the rules declined for these facts and nothing else."""
    applicant = applicant_like("wang_fang", user)
    known = [NewFact(name, value, VERIFIED_DOCUMENT, OBSERVED, {}) for name, value in facts.items()]
    record_facts(applicant=applicant, facts=known, by=SITE, now=NOW)
    made = decide(application=application_of(applicant), by=SITE, now=NOW)
    assert made.outcome == "decline"
    return made


def looked_at(ada: User, cleo: User, claims: dict[str, str], **facts: Any) -> Appeal:
    appeal = in_review(refused(ada, **facts), acting(ada), cleo, claims=claims)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    return appeal


@pytest.mark.parametrize(
    ("claims", "facts", "outcomes"),
    [
        ({"H01": "PERSON"}, {"active_lenders": 6}, ["CORRECTED", "UNCHANGED"]),
        ({"U01": "SHOULD_NOT_COUNT"}, {"active_lenders": 6}, ["CORRECTED", "UNCHANGED"]),
        ({"U01": "WRONG"}, {"active_lenders": 6}, ["UNCHANGED"]),
        ({"H01": "PERSON"}, {"active_lenders": 6, "court_record_open": 1}, ["UNCHANGED"]),
        ({"H01": "PERSON"}, {"current_overdue_days": 20}, ["UNCHANGED"]),
        (
            {"U01": "PERSON"},
            {"active_lenders": 6, "worst_dpd_24m": 95},
            ["UNCHANGED"],
        ),
    ],
)
def test_what_may_be_ruled(
    ada: User, cleo: User, claims: dict[str, str], facts: dict[str, Any], outcomes: list[str]
) -> None:
    assert possible_outcomes(looked_at(ada, cleo, claims, **facts)) == outcomes


def test_two_people_set_a_check_aside_and_the_letter_says_so(ada: User, cleo: User, dev: User) -> None:
    appeal = looked_at(ada, cleo, {"H01": "PERSON"}, active_lenders=6)
    assert suggest_ruling(appeal).outcome == "UNCHANGED"
    draft = suggest_ruling(appeal, "CORRECTED")
    assert draft.countersign_reasons == ["ABOVE_DELEGATION", "DIFFERS_FROM_RERUN", "SETS_ASIDE"]
    assert (
        "\u201cNumber of lenders with open credit\u201d still says no. Two colleagues set it aside"
        in draft.letter_en
    )
    assert "decided in your favour" in draft.letter_en
    assert "as before" in draft.letter_en
    assert "\u4ecd\u672a\u901a\u8fc7" in draft.letter_zh
    ruling = propose(
        appeal=appeal, outcome="CORRECTED", reason="two of them are closed", letter_zh=draft.letter_zh,
        letter_en=draft.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    assert ruling.state == RulingState.PROPOSED
    countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    appeal.refresh_from_db()
    new = appeal.new_decision
    assert new is not None
    assert (new.outcome, new.result["outcome"], new.result["set_aside"]) == ("approve", "decline", ["R08"])
    assert replay(Decision.objects.get(pk=new.pk)) == []


def test_the_database_wants_two_for_what_rules_do_not_give(ada: User, cleo: User) -> None:
    appeal = looked_at(ada, cleo, {"H01": "PERSON"}, active_lenders=6)
    rerun = appeal.reruns.get()
    with pytest.raises(Error, match="second signature"), transaction.atomic():
        _write(appeal, rerun, cleo, outcome="CORRECTED", basis=Basis.CORRECTED, limit_cny=1)
