"""A declined application is looked at again when facts change: better for the person, or as it was."""

from datetime import timedelta

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.looking_again import look_again
from appeals.opening import open_appeal
from applicants.automation import refuse_automation
from applicants.characteristics import get_dictionary
from applicants.facts import record_facts
from decisions.models import Decision
from decisions.replaying import replay
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


def test_who_refused_a_machine_is_left_to_a_person(declined: Decision, ada: User) -> None:
    refuse_automation(applicant=declined.applicant, by=acting(ada), now=NOW)
    fill_in(declined)
    assert looked(declined) == 0


def test_an_old_application_is_not_approved_out_of_the_blue(declined: Decision) -> None:
    fill_in(declined, days=61)
    assert looked(declined, days=61) == 0
    assert looked(declined, days=60) == 1
