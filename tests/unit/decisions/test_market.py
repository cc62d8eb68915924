"""The market condition: two people, a reason, a day of review, and no line is touched."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from core.errors import ForbiddenError, InputError
from decisions.lines import available
from decisions.market import (
    OwnSwitchError,
    SwitchAnsweredError,
    SwitchOpenError,
    approve_market,
    last_switch,
    late_review,
    open_proposal,
    propose_market,
    return_market,
)
from decisions.market_alarm import tell_late_review
from decisions.models import Line, MarketSwitch
from decisions.policies import current_market, market_since
from decisions.samples import play
from notifications.models import Message
from tests.factories.decisions import NOW, SAMPLES, sample_applicant, sample_decision
from tests.factories.policies import manager, set_market
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
REVIEW = date(2026, 12, 20)


def proposed(user: User, **terms: Any) -> MarketSwitch:
    given = {"condition": "tight", "reason": "Funding is dear.", "review_on": REVIEW, **terms}
    return propose_market(by=acting(user), now=NOW, **given)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"condition": "wild"}, "condition"),
        ({"reason": " "}, "reason"),
        ({"review_on": NOW.date()}, "review_on"),
        ({"review_on": date(2028, 1, 1)}, "review_on"),
    ],
)
def test_what_a_proposal_needs(pia: User, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as refusal:
        proposed(pia, **terms)
    assert set(refusal.value.fields) == {field}


def test_a_proposal_changes_nothing_until_another_agrees(pia: User, dev: User) -> None:
    row = proposed(pia)
    assert (current_market(NOW), market_since(NOW), open_proposal()) == ("normal", None, row)
    with pytest.raises(OwnSwitchError):
        approve_market(switch=row, by=acting(pia), now=NOW)
    approve_market(switch=row, by=acting(dev), now=NOW)
    assert (current_market(NOW), market_since(NOW), open_proposal()) == ("tight", NOW, None)
    assert current_market(NOW - timedelta(seconds=1)) == "normal"


def test_one_proposal_at_a_time(pia: User) -> None:
    proposed(pia)
    with pytest.raises(SwitchOpenError):
        proposed(pia, condition="easing")


def test_a_proposal_is_answered_once(pia: User, dev: User) -> None:
    row = proposed(pia)
    with pytest.raises(InputError):
        return_market(switch=row, reason=" ", by=acting(dev), now=NOW)
    return_market(switch=row, reason="Not yet.", by=acting(dev), now=NOW)
    with pytest.raises(SwitchAnsweredError):
        approve_market(switch=row, by=acting(dev), now=NOW)
    assert (current_market(NOW), last_switch(NOW)) == ("normal", None)


def test_who_may_not(cleo: User, dev: User, pia: User) -> None:
    for user in (cleo, dev):
        with pytest.raises(ForbiddenError):
            proposed(user)
    with pytest.raises(ForbiddenError):
        approve_market(switch=proposed(pia), by=acting(cleo), now=NOW)


def test_the_database_keeps_two_people_and_the_record(pia: User) -> None:
    row = proposed(pia)
    with pytest.raises(IntegrityError), transaction.atomic():
        MarketSwitch.objects.filter(pk=row.pk).update(
            state="SWITCHED", approved_by=row.proposed_by, switched_at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        MarketSwitch.objects.filter(pk=row.pk).update(state="SWITCHED")
    switched = approve_market(switch=row, by=acting(manager("Paul")), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        MarketSwitch.objects.filter(pk=switched.pk).update(condition="easing")
    with pytest.raises(DatabaseError), transaction.atomic():
        MarketSwitch.objects.all().delete()


def test_a_late_review_shows() -> None:
    row = set_market("tight")
    assert late_review(datetime(2026, 12, 20, 15, 59, tzinfo=UTC)) is None
    assert late_review(datetime(2026, 12, 20, 16, 0, tzinfo=UTC)) == row


def test_a_late_review_is_told_once_to_those_who_may_switch(pia: User, dev: User, cleo: User) -> None:
    set_market("tight")
    late = datetime(2026, 12, 21, tzinfo=UTC)
    assert tell_late_review(now=NOW) == 0
    assert tell_late_review(now=late) == 3
    assert tell_late_review(now=late) == 0
    told = Message.objects.filter(kind="MARKET_REVIEW_LATE").values_list("user__display_name", flat=True)
    assert set(told) == {"Pia", "Paul", "Dev"}


def test_a_tight_market_touches_no_line(pia: User, dev: User) -> None:
    applicant = sample_applicant("wang_fang", user=pia)
    play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(pia), now=NOW)
    line = Line.objects.get(applicant=applicant)
    before = (line.state, line.total_cny, line.drawn_cny, available(line))
    set_market("tight")
    line.refresh_from_db()
    assert (line.state, line.total_cny, line.drawn_cny, available(line)) == before
    assert line.total_cny >= Decimal(140_800)


def test_a_decision_keeps_the_market_of_its_moment() -> None:
    first = sample_decision("ordinary")
    set_market("tight", now=NOW + timedelta(hours=1))
    second = sample_decision("zhao_ming_after", now=NOW + timedelta(hours=2))
    assert (first.market, second.market) == ("normal", "tight")
