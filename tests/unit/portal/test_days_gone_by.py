"""What pages say of an appeal and a decision once the last day has passed."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import User
from appeals.models import Appeal
from appeals.opening import open_appeal
from appeals.withdrawing import reinstate_appeal, withdraw_appeal
from core.clock import now
from creditportal.portal.stages import list_stages
from decisions.models import Decision, FrozenPage
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db
AT_THE_LATEST = "At the latest on this day."
OVERDUE = "You should have had our answer by this day."


def pages_of(appeal: Appeal, user: User, *names: str) -> str:
    """What the pages about an appeal say today."""
    client = signed_in(user)
    return "\n".join(words(client.get(address(name, appeal.reference))) for name in names)


def test_the_last_day_of_an_answer_is_promised_while_it_comes(sent: Appeal, ada: User) -> None:
    said = pages_of(sent, ada, "appeal", "appeal_sent")
    assert (said.count(AT_THE_LATEST), said.count(OVERDUE)) == (2, 0)


def test_a_last_day_that_has_passed_is_told_as_passed(sent: Appeal, ada: User) -> None:
    with time_machine.travel(now() + timedelta(days=100)):
        said = pages_of(sent, ada, "appeal", "appeal_sent")
        home = words(signed_in(ada).get(address("home")))
    assert (said.count(AT_THE_LATEST), said.count(OVERDUE)) == (0, 2)
    assert "We are late: you should have had our answer by" in home
    assert "You get our answer by" not in home


def test_a_kept_decision_page_tells_the_coming_evaluation_and_not_one_gone_by(
    declined: Decision, ada: User
) -> None:
    place = address("decision", declined.reference)
    told = "The next evaluation is on {0.day} {0:%b %Y}."
    day = date.fromisoformat(declined.result["next"]["next_evaluation_on"])
    assert told.format(day) in words(signed_in(ada).get(place))
    kept = FrozenPage.objects.get().stamp
    with time_machine.travel(day_start(day)):
        assert told.format(day) in words(signed_in(ada).get(place))
        assert FrozenPage.objects.get().stamp == kept, "the day itself is still to come until it ends"
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=day.day)
    with time_machine.travel(day_start(day) + timedelta(days=1)):
        page = words(signed_in(ada).get(place))
    assert told.format(following) in page
    assert told.format(day) not in page


def day_start(day: date) -> datetime:
    """The first hour of a day in China."""
    return datetime.combine(day, time(1), ZoneInfo("Asia/Shanghai"))


def test_a_late_decision_says_how_it_can_still_be_contested(declined: Decision, ada: User) -> None:
    with time_machine.travel(now() + timedelta(days=100)):
        page = words(signed_in(ada).get(address("decision", declined.reference)))
    assert "You can still ask, and tell us why it is late." in page
    assert f'href="{address("start_appeal", declined.reference)}"' in page
    assert "free of charge" not in page.lower()


def test_who_asks_late_for_a_person_is_led_to_the_late_appeal(declined: Decision, ada: User) -> None:
    late = f'href="{address("start_appeal", declined.reference)}"'
    place = address("ask_person", declined.reference)
    assert late not in words(signed_in(ada).get(place))
    with time_machine.travel(now() + timedelta(days=100)):
        assert late in words(signed_in(ada).get(place))


def test_a_late_appeal_that_is_open_is_shown_instead_of_a_second_one(declined: Decision, ada: User) -> None:
    with time_machine.travel(now() + timedelta(days=100)):
        late = open_appeal(decision=declined, late_reason="I was ill.", by=acting(ada), now=now())
        page = words(signed_in(ada).get(address("start_appeal", declined.reference)))
    assert address("appeal", late.reference) in page
    assert "late_reason" not in page


def test_deleting_a_late_draft_promises_no_day_gone_by(declined: Decision, draft: Appeal, ada: User) -> None:
    in_time = words(signed_in(ada).get(address("withdraw_appeal", draft.reference)))
    assert "You can open a new appeal until the end of" in in_time
    withdraw_appeal(appeal=draft, expected_version=draft.version, by=acting(ada), now=now())
    with time_machine.travel(now() + timedelta(days=100)):
        late = open_appeal(decision=declined, late_reason="I was ill.", by=acting(ada), now=now())
        page = words(signed_in(ada).get(address("withdraw_appeal", late.reference)))
    assert "You can open a new appeal until" not in page
    assert "so tell us why it is late." in page


def test_an_appeal_withdrawn_twice_tells_the_second_day(sent: Appeal, ada: User) -> None:
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        reinstate_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
        withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
        again = now()
        sent.refresh_from_db()
        day = list_stages(sent, again)[-1].day
    assert day == again
