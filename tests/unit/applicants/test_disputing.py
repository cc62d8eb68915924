"""Disputes of records: marked, left out, answered in time, and decisions looked at again."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from appeals.opening import open_appeal
from applicants.disputing import (
    AlreadyDisputedError,
    DisputeEndedError,
    NoExtensionError,
    extend_dispute,
    get_dispute_for,
    is_late,
    list_open_disputes,
    open_dispute,
    settle_dispute,
    withdraw_dispute,
)
from applicants.facts import get_sheet
from applicants.models import Applicant, Dispute
from applicants.terms import get_data_terms
from applicants.usable import usable_facts
from core.errors import ForbiddenError, InputError, NotFoundError
from decisions.models import Decision
from decisions.replaying import replay
from notifications.models import Message
from outbox.draining import drain
from tests.factories.decisions import NOW, application_of, sample_applicant, sample_decision
from tests.people import acting

ITEM = "hard_inquiries_3m"


@pytest.fixture
def declined(catalogues: None, ada: User) -> Decision:
    return sample_decision("li_na", user=ada)


def dispute_of(applicant: Applicant, ada: User, item: str = ITEM) -> Dispute:
    return open_dispute(
        applicant=applicant, characteristic=item, claim="It was one.", by=acting(ada), now=NOW
    )


def work() -> None:
    drain(clock=lambda: NOW)


@pytest.mark.parametrize(
    ("place", "due", "longer"),
    [
        ("CN", date(2026, 12, 10), None), ("US", date(2026, 12, 19), date(2027, 1, 3)),
        ("EU", date(2026, 12, 20), date(2027, 2, 20)), ("UK", date(2026, 12, 18), None),
    ],
)  # fmt: skip
def test_the_clock_is_that_of_the_place(catalogues: None, place: str, due: date, longer: date | None) -> None:
    terms = get_data_terms(place)
    assert terms.dispute_due(NOW) == due
    assert (terms.extended_due(due) if terms.can_extend else None) == longer


def test_a_marked_record_is_left_out_of_new_decisions(declined: Decision, ada: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    entry = usable_facts(declined.applicant, NOW)[ITEM]
    assert (entry["value"], entry["in_dispute"]) == ("unknown", dispute.reference)
    withdraw_dispute(dispute=dispute, by=acting(ada), now=NOW)
    assert usable_facts(declined.applicant, NOW)[ITEM]["value"] != "unknown"


def test_a_decision_made_meanwhile_can_be_replayed(catalogues: None, ada: User) -> None:
    applicant = sample_applicant("wang_fang", user=ada)
    dispute_of(applicant, ada, "active_lenders")
    application_of(applicant, by=acting(ada))
    work()
    decision = Decision.objects.get()
    assert decision.facts["active_lenders"]["value"] == "unknown"
    assert replay(decision) == []


def test_the_person_is_told_the_last_day(declined: Decision, ada: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    work()
    assert "10 Dec 2026" in Message.objects.get(kind="DISPUTE_RECEIVED", about=dispute.reference).body_text


def test_a_correction_reruns_the_decision_and_tells(declined: Decision, ada: User, cleo: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    settle_dispute(
        dispute=dispute, outcome="CORRECTED", answer="You are right.", value=0, by=acting(cleo), now=NOW
    )
    work()
    dispute.refresh_from_db()
    newer = Decision.objects.get(supersedes=declined)
    assert (dispute.rerun, dispute.rerun_decision) == ("CHANGED", newer.reference)
    assert newer.facts[ITEM]["value"] == 0
    assert newer.score > declined.score
    assert replay(newer) == []
    assert "corrected" in Message.objects.get(kind="DISPUTE_SETTLED").body_text
    assert Message.objects.filter(kind="CORRECTION_MADE", about=newer.reference).exists()
    assert newer.is_automatic


@pytest.mark.parametrize("outcome", ["CONFIRMED", "UNSETTLED"])
def test_a_record_that_stands_changes_nothing(
    declined: Decision, ada: User, cleo: User, outcome: str
) -> None:
    dispute = dispute_of(declined.applicant, ada)
    settle_dispute(dispute=dispute, outcome=outcome, answer="We asked.", by=acting(cleo), now=NOW)
    work()
    dispute.refresh_from_db()
    assert dispute.rerun == "UNCHANGED"
    assert Decision.objects.count() == 1


def test_asking_never_makes_it_worse(declined: Decision, ada: User, cleo: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    settle_dispute(dispute=dispute, outcome="CORRECTED", answer="More.", value=30, by=acting(cleo), now=NOW)
    work()
    assert Decision.objects.count() == 1


def test_no_machine_decides_again_for_who_refused_one(declined: Decision, ada: User, cleo: User) -> None:
    Applicant.objects.filter(pk=declined.applicant_id).update(person_decides_since=NOW)
    dispute = dispute_of(declined.applicant, ada)
    settle_dispute(dispute=dispute, outcome="CORRECTED", answer="Right.", value=0, by=acting(cleo), now=NOW)
    work()
    dispute.refresh_from_db()
    assert (dispute.rerun, Decision.objects.count()) == ("UNCHANGED", 1)
    said = Message.objects.get(kind="DISPUTE_SETTLED").body_text
    assert "None changes by itself. Where a person has to decide, we write to you." in said


def test_an_open_appeal_keeps_its_decision(declined: Decision, ada: User, cleo: User) -> None:
    open_appeal(decision=declined, by=acting(ada), now=NOW)
    dispute = dispute_of(declined.applicant, ada)
    settle_dispute(dispute=dispute, outcome="CORRECTED", answer="Right.", value=0, by=acting(cleo), now=NOW)
    work()
    dispute.refresh_from_db()
    assert dispute.rerun == "IN_APPEAL"
    assert Decision.objects.count() == 1


def test_a_value_that_cannot_be_is_refused_and_nothing_ends(
    declined: Decision, ada: User, cleo: User
) -> None:
    dispute = dispute_of(declined.applicant, ada)
    for value in ("many", -1, float("inf"), None, "", [1], True):
        with pytest.raises(InputError):
            settle_dispute(
                dispute=dispute, outcome="CORRECTED", answer="x", value=value, by=acting(cleo), now=NOW
            )
    assert Dispute.objects.get().state == "OPEN"


def test_one_check_at_a_time_and_each_ends_once(declined: Decision, ada: User, cleo: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    with pytest.raises(AlreadyDisputedError):
        dispute_of(declined.applicant, ada)
    withdraw_dispute(dispute=dispute, by=acting(ada), now=NOW)
    with pytest.raises(DisputeEndedError):
        settle_dispute(dispute=dispute, outcome="CONFIRMED", answer="x", by=acting(cleo), now=NOW)
    dispute_of(declined.applicant, ada)


def test_in_china_there_is_no_more_time(declined: Decision, ada: User, cleo: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    with pytest.raises(NoExtensionError):
        extend_dispute(dispute=dispute, reason="We wait.", by=acting(cleo), now=NOW)
    Applicant.objects.update(jurisdiction="US")
    dispute = get_dispute_for(by=acting(cleo), reference=dispute.reference)
    extend_dispute(dispute=dispute, reason="We wait.", by=acting(cleo), now=NOW)
    with pytest.raises(NoExtensionError):
        extend_dispute(dispute=dispute, reason="Again.", by=acting(cleo), now=NOW)


@pytest.mark.parametrize("claim", ["", "   ", "x" * 2001])
def test_words_are_needed_and_have_an_end(declined: Decision, ada: User, claim: str) -> None:
    with pytest.raises(InputError):
        open_dispute(applicant=declined.applicant, characteristic=ITEM, claim=claim, by=acting(ada), now=NOW)


def test_only_a_record_that_is_held_can_be_wrong(declined: Decision, ada: User) -> None:
    for item in ("nothing_like_it", "tax_grade"):
        with pytest.raises(NotFoundError):
            dispute_of(declined.applicant, ada, item)


def test_who_may_see_and_settle(declined: Decision, ada: User, ben: User, cleo: User) -> None:
    dispute = dispute_of(declined.applicant, ada)
    assert get_dispute_for(by=acting(ada), reference=dispute.reference) == dispute
    with pytest.raises(NotFoundError):
        get_dispute_for(by=acting(ben), reference=dispute.reference)
    with pytest.raises(ForbiddenError):
        settle_dispute(dispute=dispute, outcome="CONFIRMED", answer="x", by=acting(ada), now=NOW)
    assert list_open_disputes(by=acting(cleo)) == [dispute]
    assert is_late(dispute, NOW + timedelta(days=21))
    assert not is_late(dispute, NOW + timedelta(days=20))


def test_the_old_fact_stays_in_the_history(declined: Decision, ada: User, cleo: User) -> None:
    before = get_sheet(declined.applicant).facts[ITEM]["fact"]
    dispute = dispute_of(declined.applicant, ada)
    settle_dispute(dispute=dispute, outcome="CORRECTED", answer="Yes.", value=0, by=acting(cleo), now=NOW)
    dispute.refresh_from_db()
    assert dispute.new_fact is not None
    assert dispute.new_fact.supersedes_id == before
