"""Looks that must not be lost wait for the disk: the first of a partner, all of people and colleagues."""

from functools import partial

import pytest

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.limits import Limit
from accounts.models import RateCount, User
from accounts.roles import Scope
from appeals.decision_pages import look_at_decision, look_by_session
from core.errors import NotFoundError
from decisions.models import Decision, DecisionAccess
from decisions.queries import record_access
from decisions.reading import TooOftenError, read_explanation, read_explanation_as
from decisions.trying import remember, try_at_once
from tests.durability import waits_for_the_disk
from tests.factories.decisions import sample_decision
from tests.factories.partners import Partner, decided
from tests.people import NOW, acting
from tests.unit.portal.browsing import signed_in

pytestmark = pytest.mark.usefixtures("catalogues")
SCOPES = [scope.value for scope in Scope]


@pytest.fixture
def decision(catalogues: None, lender: Actor) -> Decision:
    """A decision that the partner Lender asked for."""
    return decided(lender)


def token_of(actor: Actor) -> str:
    return Partner(actor).headers["Authorization"].removeprefix("Bearer ")


def read(token: str, decision: Decision, *, times: int = 600) -> None:
    read_explanation(
        token=token, limit=Limit("api-read", times, 60), reference=decision.reference, language="en",
        held=frozenset(), now=NOW,
    )  # fmt: skip


def test_the_first_look_of_a_partner_waits_and_others_do_not(lender: Actor, decision: Decision) -> None:
    look = partial(read, token_of(lender), decision)
    assert [waits_for_the_disk(look) for _ in range(3)] == [True, False, False]
    assert list(DecisionAccess.objects.values_list("actor", flat=True)) == ["client:lender"] * 3


def test_a_look_of_somebody_else_or_at_another_decision_is_no_first_look(
    lender: Actor, decision: Decision, cleo: User
) -> None:
    token, other = token_of(lender), decided(lender)
    record_access(decision=decision, by=acting(cleo), now=NOW)
    read(token, other)
    assert waits_for_the_disk(partial(read, token, decision))
    assert not waits_for_the_disk(partial(read, token, other))


def test_what_is_only_counted_does_not_wait(lender: Actor, decision: Decision) -> None:
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    stranger = token_of(Actor.for_client("other", SCOPES))

    def look_in_vain() -> None:
        with pytest.raises(NotFoundError):
            read(stranger, decision)
        with pytest.raises(TooOftenError):
            read(stranger, decision, times=1)

    assert not waits_for_the_disk(look_in_vain)
    assert (DecisionAccess.objects.count(), RateCount.objects.get().hits) == (0, 2)


def test_looks_of_colleagues_wait_each_time(decision: Decision, cleo: User) -> None:
    looks = (
        partial(record_access, decision=decision, by=acting(cleo), now=NOW),
        partial(
            read_explanation_as, by=acting(cleo), reference=decision.reference, language="en",
            held=frozenset(), now=NOW,
        ),
    )  # fmt: skip
    assert [waits_for_the_disk(look) for look in looks * 2] == [True] * 4
    assert set(DecisionAccess.objects.values_list("actor", flat=True)) == {acting(cleo).code}


def test_looks_of_the_person_wait_each_time(ada: User) -> None:
    decision = sample_decision("li_na", user=ada, now=NOW)
    by_name = partial(
        look_at_decision, by=acting(ada), reference=decision.reference, language="en", release="", now=NOW
    )
    key = signed_in(ada).cookies["session"].value
    by_session = partial(
        look_by_session, session=key, reference=decision.reference, language="en", release="", held="",
        now=NOW,
    )  # fmt: skip
    assert [waits_for_the_disk(look) for look in (by_name, by_session) * 2] == [True] * 4
    assert DecisionAccess.objects.filter(actor=acting(ada).code).count() == 4


def test_a_try_only_counts_and_does_not_wait(lender: Actor, decision: Decision) -> None:
    remember(decision)
    token, tried = token_of(lender), []

    def try_out() -> None:
        limit, reference = Limit("api-write", 120, 60), decision.reference
        found = try_at_once(token=token, limit=limit, reference=reference, changes={}, language="en", now=NOW)
        tried.append(found)

    assert not waits_for_the_disk(try_out)
    assert tried != [None]
    assert sorted(RateCount.objects.values_list("hits", flat=True)) == [1, 1]
