"""Of many who reach for an appeal exactly one gets it, and keeps it only while working on it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import User
from accounts.roles import Role
from appeals import transitions
from appeals.claiming import claim_appeal, lapse_claims, release_appeal
from appeals.models import Appeal
from appeals.parties import NotHolderError
from core.busy import BusyError, told_when_busy
from core.errors import ConflictError, ForbiddenError, NotFoundError
from tests.factories.appeals import NOW, after, decided, draft, in_review, load_everything, queued
from tests.people import acting, person

pytestmark = pytest.mark.django_db


def _take(appeal: Appeal, user: User) -> Appeal:
    return claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(user), now=NOW)


@pytest.mark.usefixtures("world")
def test_taking_twice_is_taking_once(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    _take(appeal, cleo)
    version = appeal.version
    assert _take(appeal, cleo).version == version
    assert (appeal.status, appeal.claimed_by_id, appeal.claimed_at) == ("IN_REVIEW", cleo.pk, NOW)


@pytest.mark.usefixtures("world")
def test_who_may_not_review_cannot_take(ada: User, ben: User, aud: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    with pytest.raises(NotFoundError):
        _take(appeal, ben)
    with pytest.raises(ForbiddenError):
        _take(appeal, aud)
    with pytest.raises(ForbiddenError):
        _take(appeal, ada)


@pytest.mark.usefixtures("world")
def test_staff_know_nothing_of_drafts(ada: User, cleo: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    with pytest.raises(NotFoundError):
        _take(appeal, cleo)


@pytest.mark.usefixtures("world")
def test_only_the_holder_or_a_supervisor_gives_it_back(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    cora = person("Cora", Role.CASEWORKER)
    with pytest.raises(NotHolderError):
        release_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cora), now=NOW)
    release_appeal(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW, note="holiday")
    assert (appeal.status, appeal.claimed_by_id) == ("QUEUED", None)
    _take(appeal, cora)


@pytest.mark.usefixtures("world")
def test_a_claim_lapses_after_two_idle_working_days(ada: User, cleo: User) -> None:
    # NOW is a Friday: Monday and Tuesday are the two working days.
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    assert lapse_claims(after(days=4)) == 0
    assert lapse_claims(after(days=5)) == 1
    appeal.refresh_from_db()
    last = appeal.events.last()
    assert (appeal.status, appeal.claimed_by) == ("QUEUED", None)
    assert last is not None
    assert (last.event, last.party) == ("lapse", "site")


def _reach_at_once(appeal: Appeal) -> list[str]:
    """Twelve reviewers, who all saw the same page, take the appeal at the same moment."""
    reviewers = [person(f"Reviewer{number}", Role.CASEWORKER) for number in range(12)]
    seen = [Appeal.objects.select_related("decision", "applicant").get(pk=appeal.pk) for _one in reviewers]

    def reach(user: User, mine: Appeal) -> str:
        try:
            with told_when_busy():
                _take(mine, user)
        except (ConflictError, BusyError):
            return "too late"
        finally:
            connection.close()
        return "mine"

    with ThreadPoolExecutor(12) as pool:
        return sorted(pool.map(reach, reviewers, seen))


@pytest.mark.django_db(transaction=True)
def test_of_twelve_reviewers_exactly_one_gets_it(ada: User) -> None:
    load_everything()
    appeal = queued(decided(user=ada), acting(ada))
    assert _reach_at_once(appeal) == ["mine"] + ["too late"] * 11
    assert appeal.events.filter(event="claim").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_run_without_the_guard_several_would_get_it(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(*, appeal: Appeal, expected_version: int | None, **changes: object) -> None:
        Appeal.objects.filter(pk=appeal.pk).update(version=F("version") + 1, **changes)

    load_everything()
    appeal = queued(decided(user=ada), acting(ada))
    monkeypatch.setattr(transitions, "swap", unguarded)
    assert _reach_at_once(appeal).count("mine") > 1
