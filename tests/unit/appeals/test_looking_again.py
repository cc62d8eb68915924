"""What was declined or left to a person is looked at again when facts change: better, or as it was."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.looking_again import look_again
from appeals.opening import open_appeal
from applicants.automation import refuse_automation
from applicants.characteristics import get_dictionary
from applicants.facts import record_facts
from decisions.explaining import explain
from decisions.models import Decision, ReferralProposal
from decisions.referral import decide_referral, list_referrals
from decisions.replaying import replay
from decisions.rerunning import EngineUnavailableError
from decisions.samples import facts_of
from notifications.models import Message
from outbox.draining import drain
from tests.factories.decisions import NOW, SAMPLES, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LATER = NOW + timedelta(days=3)


@pytest.fixture
def declined(ada: User) -> Decision:
    """Ada is Chen Jing, new here: too little is known of her."""
    decision = sample_decision("chen_jing_before", user=ada)
    assert decision.outcome == "decline"
    return decision


def fill_in(decision: Decision, *, days: int = 3, **only: object) -> None:
    """Income, bills, profile and contacts, as Chen Jing has them afterwards."""
    now = NOW + timedelta(days=days)
    facts = facts_of(SAMPLES["chen_jing_after"], dictionary=get_dictionary(), observed_on=now.date())
    given = [fact for fact in facts if not only or fact.characteristic in only]
    record_facts(applicant=decision.applicant, facts=given, by=SITE, now=now)


def looked(decision: Decision, *, days: int = 3) -> int:
    return look_again(reference=decision.applicant.reference, now=NOW + timedelta(days=days))


def test_what_was_filled_in_is_decided_on_the_same_day(declined: Decision) -> None:
    fill_in(declined)
    drain(clock=lambda: LATER)
    newer = Decision.objects.get(supersedes=declined)
    assert (newer.outcome, newer.score, int(newer.limit_cny)) == ("approve", 656, 5000)
    assert (newer.is_automatic, replay(newer)) == (True, [])
    assert newer.line is not None
    assert Message.objects.filter(about=newer.reference).exists()
    assert looked(declined) == 0


def test_facts_that_do_not_turn_it_change_nothing(declined: Decision) -> None:
    fill_in(declined, verified_contacts=True)
    assert looked(declined) == 0
    assert Decision.objects.count() == 1


def test_an_open_appeal_keeps_its_decision(declined: Decision, ada: User) -> None:
    open_appeal(decision=declined, by=acting(ada), now=NOW)
    fill_in(declined)
    assert looked(declined) == 0


def test_who_refused_a_machine_gets_a_person_to_confirm_it(declined: Decision, ada: User, cleo: User) -> None:
    refuse_automation(applicant=declined.applicant, by=acting(ada), now=NOW)
    fill_in(declined)
    assert (looked(declined), looked(declined)) == (1, 0)
    [waiting] = list_referrals(by=acting(cleo))
    assert (waiting.decision.supersedes, waiting.decision.line, waiting.codes) == (declined, None, ("P04",))
    made = decide_referral(
        decision=waiting.decision, outcome="approve", reason="Papers seen.", by=acting(cleo), now=LATER
    )
    assert isinstance(made, Decision)
    assert (made.outcome, int(made.limit_cny), made.is_automatic) == ("approve", 5000, False)


def test_facts_that_do_not_turn_it_call_nobody(declined: Decision, ada: User) -> None:
    refuse_automation(applicant=declined.applicant, by=acting(ada), now=NOW)
    fill_in(declined, verified_contacts=True)
    assert looked(declined) == 0


def test_an_old_application_is_not_approved_out_of_the_blue(declined: Decision) -> None:
    fill_in(declined, days=61)
    assert looked(declined, days=61) == 0
    assert looked(declined, days=60) == 1


@pytest.fixture
def referred(ada: User) -> Decision:
    """Ada is Zhang Wei: an open item on a linked product leaves the application to a colleague."""
    decision = sample_decision("zhang_wei", user=ada)
    assert (decision.outcome, decision.line) == ("refer", None)
    return decision


def clear_up(decision: Decision) -> None:
    """The item is settled and the income verified."""
    facts = facts_of(SAMPLES["zhang_wei_after"], dictionary=get_dictionary(), observed_on=LATER.date())
    record_facts(applicant=decision.applicant, facts=facts, by=SITE, now=LATER)


def test_a_referral_needs_nobody_any_more_once_it_is_cleared_up(referred: Decision) -> None:
    clear_up(referred)
    assert (looked(referred), looked(referred)) == (1, 0)
    newer = Decision.objects.get(supersedes=referred)
    assert (newer.outcome in ("approve", "counter"), newer.is_automatic, replay(newer)) == (True, True, [])


def test_a_referral_that_rules_still_leave_to_a_person_keeps_its_place(referred: Decision) -> None:
    assert looked(referred) == 0
    assert Decision.objects.count() == 1


def test_what_a_colleague_has_proposed_is_not_overtaken(referred: Decision, cleo: User) -> None:
    ReferralProposal.objects.create(
        decision=referred, outcome="approve", reason="r", proposed_by=cleo, proposed_at=NOW
    )
    clear_up(referred)
    assert looked(referred) == 0


def test_what_a_person_declined_is_put_before_a_person_again(referred: Decision, cleo: User) -> None:
    declined = decide_referral(
        decision=referred, outcome="decline", reason="Not settled.", by=acting(cleo), now=NOW
    )
    assert isinstance(declined, Decision)
    clear_up(declined)
    assert (looked(declined), looked(declined)) == (1, 0)
    newer = Decision.objects.get(supersedes=declined)
    assert (newer.outcome, newer.line) == ("refer", None)
    document = explain(decision=newer, language="en", now=LATER)
    assert document["reasons"][0]["title"] == "Your data changed, so a person looks again"


def test_who_asked_for_a_person_gets_one_who_sees_the_better_result(referred: Decision, ada: User) -> None:
    refuse_automation(applicant=referred.applicant, by=acting(ada), now=NOW)
    clear_up(referred)
    assert (looked(referred), looked(referred)) == (1, 0)
    newer = Decision.objects.get(supersedes=referred)
    assert (newer.outcome, newer.result["outcome"] in ("approve", "counter")) == ("refer", True)


def test_while_another_engine_is_silent_the_work_is_kept(
    declined: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_in(declined)
    monkeypatch.setattr("decisions.waking.ask_about", lambda **_asked: SimpleNamespace(answer=None))
    with pytest.raises(EngineUnavailableError):
        looked(declined)
    monkeypatch.undo()
    assert looked(declined) == 1
