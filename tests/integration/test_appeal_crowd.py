"""Many at once on one appeal: exactly one wins each step, the others are told, and the history fits."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from appeals.answering import answer_item
from appeals.claiming import assign_appeal, claim_appeal, release_appeal
from appeals.clocks import due_at
from appeals.models import Appeal, Pause, Request, RequestState
from appeals.petitions import ask_expedite
from appeals.requesting import NewItem, ask_applicant
from appeals.states import PAUSES, TRANSITIONS, Event, Status
from appeals.verification import mark_statement_read
from appeals.withdrawing import reinstate_appeal, withdraw_appeal
from audit.chains import check_chain
from core.busy import told_when_busy
from core.errors import DomainError
from creditportal.api.preconditions import version_etag
from tests.factories.appeals import NOW, decided, load_everything, queued
from tests.factories.partners import Partner
from tests.people import acting, person
from tests.unit.staff.conftest import add_second_factor

pytestmark = [pytest.mark.django_db(transaction=True)]
COMMANDS = 200


@pytest.fixture
def crowd(ada: User, cleo: User, dev: User) -> list[User]:
    load_everything()
    return [cleo, dev, person("Finn", Role.CASEWORKER), person("Gil", Role.SUPERVISOR)]


def _fresh(pk: int) -> Appeal:
    return Appeal.objects.select_related("decision__application", "applicant", "claimed_by").get(pk=pk)


def _answer(appeal: Appeal, ada: Actor) -> None:
    request = Request.objects.filter(appeal=appeal, kind="ITEMS", state=RequestState.OPEN).first()
    for item in request.items.all() if request else []:
        answer_item(item=item, cannot=True, by=ada, now=NOW + timedelta(hours=1))


def _acts(ada: Actor, staff: list[User]) -> list[Callable[[Appeal, random.Random], object]]:
    def one(chance: random.Random) -> Actor:
        return acting(chance.choice(staff))

    later = NOW + timedelta(hours=1)
    return [
        lambda a, c: claim_appeal(appeal=a, expected_version=a.version, by=one(c), now=later),
        lambda a, c: release_appeal(appeal=a, expected_version=a.version, by=one(c), now=later),
        lambda a, c: assign_appeal(appeal=a, to=c.choice(staff), by=one(c), now=later),
        lambda a, c: mark_statement_read(appeal=a, expected_version=a.version, by=one(c), now=later),
        lambda a, c: ask_applicant(appeal=a, items=[NewItem("x")], by=one(c), now=later),
        lambda a, _c: _answer(a, ada),
        lambda a, _c: withdraw_appeal(appeal=a, expected_version=a.version, by=ada, now=later),
        lambda a, _c: reinstate_appeal(appeal=a, expected_version=a.version, by=ada, now=later),
        lambda a, _c: ask_expedite(appeal=a, reason="rent", by=ada, now=later),
    ]


def test_two_hundred_commands_at_once_leave_a_history_that_fits(ada: User, crowd: list[User]) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    acts = _acts(acting(ada), crowd)

    def command(number: int) -> str:
        chance = random.Random(number)
        try:
            with told_when_busy():
                chance.choice(acts)(_fresh(appeal.pk), chance)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(12) as pool:
        answers = Counter(pool.map(command, range(COMMANDS)))
    assert sum(answers.values()) == COMMANDS
    assert answers["done"] > 5
    _check_history(_fresh(appeal.pk))


def test_two_tabs_and_the_api_at_once_exactly_one_wins(ada: User, crowd: list[User]) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    version = appeal.version

    def tab(number: int) -> str:
        try:
            mine, reviewer = _fresh(appeal.pk), acting(crowd[number % 4])
            with told_when_busy():
                if number % 3 == 0:
                    withdraw_appeal(appeal=mine, expected_version=version, by=acting(ada), now=NOW)
                else:
                    claim_appeal(appeal=mine, expected_version=version, by=reviewer, now=NOW)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(tab, range(9)))
    moves = _fresh(appeal.pk).events.filter(event__in=["claim", "withdraw"])
    assert moves.count() == 1
    assert set(answers) - {"done"} <= {"stale", "busy", "illegal-move", "not-your-appeal", "forbidden"}


def test_admin_and_api_at_once_exactly_one_wins_and_the_others_are_told(
    lender: Actor, crowd: list[User]
) -> None:
    appeal = queued(decided(client_id="lender"), lender)
    etag = version_etag(appeal.version)
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        partner, desks = Partner(lender), [_at_the_desk(user) for user in crowd]
    start = Barrier(6)

    def knock(number: int) -> tuple[str, int]:
        start.wait(30)
        try:
            if number % 3 == 0:
                return "api", partner.post(f"appeals/{appeal.reference}/withdraw", If_Match=etag).status_code
            path = f"/staff/cases/{appeal.reference}/claim/"
            return "admin", desks[number % 4].post(path, {"version": appeal.version}).status_code
        finally:
            connection.close()

    with time_machine.travel(NOW + timedelta(hours=1), tick=True), ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(knock, range(6)))
    moves = list(_fresh(appeal.pk).events.filter(event__in=["claim", "withdraw"]))
    winner = "api" if moves[0].event == "withdraw" else "admin"
    won = [door for door, status in answers if status in (200, 302)]
    assert (len(moves), won[:1]) == (1, [winner])
    # The one who won may have sent it twice, as with a double click; everybody else is told.
    assert {status for door, status in answers if door != winner} <= {403, 404, 409, 412, 503}
    _check_history(_fresh(appeal.pk))


def _at_the_desk(user: User) -> Client:
    add_second_factor(user)
    client = Client()
    client.force_login(user)
    return client


def _check_history(appeal: Appeal) -> None:
    """Each event starts where the one before it ended, is in the table, and the chain of the audit holds."""
    stands = Status.DRAFT
    events = list(appeal.events.all())
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    for event in events:
        assert event.from_status == stands
        target, parties = TRANSITIONS[Status(event.from_status), Event(event.event)]
        assert (event.to_status, event.party in parties) == (target, True)
        stands = Status(event.to_status)
    assert stands == appeal.status
    open_pauses = Pause.objects.filter(appeal=appeal, until=None).values_list("clock", flat=True)
    assert set(open_pauses) == {clock.value for clock in PAUSES.get(stands, frozenset())}
    assert appeal.due_at == due_at(appeal)
    assert check_chain(appeal.reference).is_sound
