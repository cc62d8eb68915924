"""Taking an appeal in: late ones with a reason, refusals with a code, and their review by somebody else."""

from datetime import timedelta

import pytest
from django.db import Error, transaction

from accounts.models import User
from appeals.acceptance import (
    ReviewedOnceError,
    ReviewOverError,
    accept_appeal,
    ask_acceptance_review,
    refuse_acceptance,
)
from appeals.appealability import PERSON_GROUND, WindowOverError, appeal_window
from appeals.clocks import draft_ends_at, due_on
from appeals.independence import Conflict, NotIndependentError, list_conflicts
from appeals.models import Acceptance, AcceptanceResult, Appeal
from appeals.opening import open_appeal, open_on_behalf, save_grounds, submit_appeal
from appeals.screening import screen
from core.errors import ForbiddenError, InputError, NotFoundError
from notifications.models import Message
from tests.factories.appeals import NOW, decided
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LATE = NOW + timedelta(days=70)


def _late(ada: User) -> Appeal:
    appeal = open_appeal(decision=decided(user=ada), late_reason="in hospital", by=acting(ada), now=LATE)
    save_grounds(
        appeal=appeal, grounds={PERSON_GROUND: ("PERSON", "")}, expected_version=0, by=acting(ada), now=LATE
    )
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=LATE)
    return screen(appeal, LATE)


def test_late_needs_a_reason(ada: User) -> None:
    decision = decided(user=ada)
    with pytest.raises(WindowOverError):
        open_appeal(decision=decision, late_reason=" ", by=acting(ada), now=LATE)
    appeal = open_appeal(decision=decision, late_reason="in hospital", by=acting(ada), now=LATE)
    assert draft_ends_at(appeal) > appeal_window(decision).ends_at


@pytest.mark.parametrize("result", ["IN_TIME", "LATE_ACCEPTED"])
def test_a_person_takes_a_late_one_in(ada: User, cleo: User, result: str) -> None:
    appeal = _late(ada)
    assert appeal.status == "SCREENING"
    accept_appeal(appeal=appeal, result=result, reason="seen the papers", by=acting(cleo), now=LATE)
    assert (appeal.status, appeal.acceptances.get().result) == ("QUEUED", result)
    assert Message.objects.filter(kind="APPEAL_ACCEPTED").count() == 1


def test_a_refusal_has_a_coded_reason_in_the_applicants_words(ada: User, cleo: User) -> None:
    appeal = _late(ada)
    with pytest.raises(InputError):
        refuse_acceptance(appeal=appeal, code="BECAUSE", reason="r", by=acting(cleo), now=LATE)
    refuse_acceptance(appeal=appeal, code="LATE", reason="no proof", by=acting(cleo), now=LATE)
    assert appeal.status == "NOT_ACCEPTED"
    assert "after the time to appeal" in Message.objects.get(kind="APPEAL_NOT_ACCEPTED").body_text


def test_another_person_reviews_it_and_the_clocks_stood_still(ada: User, cleo: User, dev: User) -> None:
    appeal = _late(ada)
    before = due_on(appeal)
    refuse_acceptance(appeal=appeal, code="LATE", reason="no proof", by=acting(cleo), now=LATE)
    ask_acceptance_review(appeal=appeal, by=acting(ada), now=LATE + timedelta(days=5))
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == [Conflict.REVIEWED]
    with pytest.raises(NotIndependentError):
        accept_appeal(appeal=appeal, reason="again", by=acting(cleo), now=LATE + timedelta(days=5))
    accept_appeal(appeal=appeal, reason="proof is there", by=acting(dev), now=LATE + timedelta(days=6))
    assert before is not None
    assert (appeal.status, due_on(appeal)) == ("QUEUED", before + timedelta(days=5))


def test_the_database_refuses_the_same_person_too(ada: User, cleo: User) -> None:
    appeal = _late(ada)
    refuse_acceptance(appeal=appeal, code="LATE", reason="no proof", by=acting(cleo), now=LATE)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Acceptance.objects.create(
            appeal=appeal, result=AcceptanceResult.ACCEPTED, reason="x", ruled_by=cleo, ruled_at=LATE
        )


def test_the_review_is_asked_once_and_in_time(ada: User, cleo: User, dev: User) -> None:
    appeal = _late(ada)
    refuse_acceptance(appeal=appeal, code="LATE", reason="no proof", by=acting(cleo), now=LATE)
    with pytest.raises(ReviewOverError):
        ask_acceptance_review(appeal=appeal, by=acting(ada), now=LATE + timedelta(days=15))
    ask_acceptance_review(appeal=appeal, by=acting(ada), now=LATE)
    refuse_acceptance(appeal=appeal, code="LATE", reason="still no proof", by=acting(dev), now=LATE)
    with pytest.raises(ReviewedOnceError):
        ask_acceptance_review(appeal=appeal, by=acting(ada), now=LATE)


def test_asking_for_a_person_goes_straight_to_one(ada: User) -> None:
    appeal = open_appeal(decision=decided(user=ada), by=acting(ada), now=NOW)
    grounds = {PERSON_GROUND: ("PERSON", "I was not heard")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=NOW)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    assert screen(appeal, NOW).status == "QUEUED"


def test_who_wrote_it_down_for_the_applicant_does_not_review_it(ada: User, cleo: User) -> None:
    decision = decided(user=ada)
    appeal = open_on_behalf(decision=decision, by=acting(cleo), now=NOW)
    grounds = {PERSON_GROUND: ("PERSON", "said at the counter")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(cleo), now=NOW)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    assert list(appeal.events.values_list("party", flat=True)) == ["helper"]
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == [Conflict.HELPED]
    screen(appeal, NOW)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(status="IN_REVIEW", claimed_by=cleo, claimed_at=NOW)


def test_only_reviewers_write_for_others(ada: User, eve: User) -> None:
    decision = decided(user=ada)
    with pytest.raises(NotFoundError):
        open_on_behalf(decision=decision, by=acting(eve), now=NOW)
    with pytest.raises((ForbiddenError, NotFoundError)):
        open_on_behalf(decision=decision, by=acting(person("Ned")), now=NOW)
