"""One measure on the desk: read, signed, not taken; and the triggers of the day above the list."""

import re

import pytest

from accounts.models import User
from appeals.answering_measures import answer_measure
from applicants.models import Applicant
from core.clock import now
from decisions.models import Line, Measure
from decisions.warning_sweeps import begin_sweep, look_at_part
from decisions.warnings import look_at
from notifications.models import Message
from tests.factories.measures import approve
from tests.factories.warnings import DAY, holder, learn, shock
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
PAGE = "/staff/measures/"


@pytest.fixture
def hengxin(ada: User, dev: User) -> Applicant:
    """The firm after its shock: red, with M3 before a colleague."""
    applicant = holder("hengxin", ada, dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    look_at(keys=[applicant.pk], now=now())
    return applicant


def address(measure: Measure, act: str = "") -> str:
    """Where a measure is read or acted on."""
    return f"{PAGE}{measure.reference}/{act}"


def waiting() -> Measure:
    """The one before a colleague."""
    return Measure.objects.get(state__in=["proposed", "signed"])


def test_the_list_shows_triggers_and_what_waits(hengxin: Applicant, dev: User, sit_down: SitDown) -> None:
    day = begin_sweep(now=now()).day.isoformat()
    look_at_part(day=day, now=now())
    page = text_of(sit_down(dev).get(PAGE))
    for words in (
        waiting().reference, "A new repayment plan", "Your score fell far or below the minimum",
        "With a line or a warning: 1", "not known", "We hold enquiries of three months", "warned 1",
    ):  # fmt: skip
        assert words in page
    [row] = [part for part in page.split("<tr") if ">W15<" in part and "num" in part]
    assert re.findall(r'class="num">([^<]*)<', row) == ["1", "1"]


def test_a_measure_is_read_and_signed(hengxin: Applicant, cleo: User, sit_down: SitDown) -> None:
    desk, measure = sit_down(cleo), waiting()
    page = text_of(desk.get(address(measure)))
    assert "Your score went from 806 to 691; the minimum is 600." in page
    assert "A longer term with lower instalments." in page
    terms = {"reason": "talked with them", "version": measure.version}
    assert desk.post(address(measure, "approve/"), terms).status_code == 302
    measure.refresh_from_db()
    assert (measure.state, measure.decided_by) == ("in_effect", cleo)
    assert "talked with them" in text_of(desk.get(address(measure)))


def test_nothing_typed_is_lost(hengxin: Applicant, cleo: User, sit_down: SitDown) -> None:
    desk, measure = sit_down(cleo), waiting()
    stale = desk.post(address(measure, "approve/"), {"reason": "my long reason", "version": 99})
    assert stale.status_code == 409
    assert "my long reason" in text_of(stale)
    empty = desk.post(address(measure, "decline/"), {"reason": "", "version": measure.version})
    assert (empty.status_code, waiting().state) == (400, "proposed")
    assert desk.post(address(measure, "decline/"), {"version": "\x00", "reason": "\x00"}).status_code == 400


def test_the_next_one_is_proposed_where_wanted(hengxin: Applicant, cleo: User, sit_down: SitDown) -> None:
    desk, measure = sit_down(cleo), waiting()
    terms = {"reason": "no", "version": measure.version, "wants_next": "on"}
    answer = desk.post(address(measure, "decline/"), terms, follow=True)
    assert waiting().code == "M4"
    page = text_of(answer)
    assert waiting().reference in page
    assert "If signed today, from" in page


def test_a_closure_says_that_it_takes_two(ben: User, dev: User, sit_down: SitDown) -> None:
    applicant = holder("wang_fang", ben, dev, now=now() - DAY)
    learn(applicant, now(), current_overdue_days=31)
    look_at(keys=[applicant.pk], now=now())
    Measure.objects.filter(state="proposed").update(code="M7", notice_days=15)
    desk, measure = sit_down(dev), waiting()
    assert "This needs two people" in text_of(desk.get(address(measure)))
    desk.post(address(measure, "approve/"), {"reason": "r", "version": measure.version})
    assert "You signed. A second person signs too" in text_of(desk.get(address(measure)))
    assert Line.objects.get().state == "active"


def test_strangers_and_readers(
    hengxin: Applicant, ada: User, aud: User, pia: User, sit_down: SitDown
) -> None:
    measure = waiting()
    assert sit_down(aud).get(address(measure)).status_code == 200
    assert "Sign the measure" not in text_of(sit_down(aud).get(address(measure)))
    assert sit_down(pia).get(address(measure)).status_code == 403
    terms = {"reason": "r", "version": measure.version}
    assert sit_down(aud).post(address(measure, "approve/"), terms).status_code == 403
    Applicant.objects.filter(pk=hengxin.pk).update(user=aud)
    assert sit_down(aud).get(address(measure)).status_code == 404


def test_who_cannot_see_the_book_finds_what_waits_beside_the_referrals(
    hengxin: Applicant, cleo: User, sit_down: SitDown
) -> None:
    desk, measure = sit_down(cleo), waiting()
    assert desk.get(PAGE).status_code == 403
    assert address(measure) in desk.get("/staff/referrals/").content.decode()
    page = desk.get(address(measure)).content.decode()
    assert 'href="/staff/referrals/"' in page
    assert f'href="{PAGE}"' not in page


def test_an_answer_is_listed_read_and_replied_to(
    hengxin: Applicant, ada: User, cleo: User, dev: User, sit_down: SitDown
) -> None:
    measure = approve(waiting(), cleo, now=now())
    answer_measure(measure=measure, words="I can repay 900 a month.", by=acting(ada), now=now())
    assert "Answers to read" in text_of(sit_down(dev).get(PAGE))
    desk = sit_down(cleo)
    assert measure.reference in text_of(desk.get("/staff/referrals/")), "caseworkers find it there"
    page = text_of(desk.get(address(measure)))
    assert "I can repay 900 a month." in page
    unsaid = desk.post(address(measure, "reply/"), {"is_enough": "yes", "reply": ""})
    assert unsaid.status_code == 400
    done = desk.post(address(measure, "reply/"), {"is_enough": "yes", "reply": "Agreed from December."})
    assert done.status_code == 302
    again = desk.post(address(measure, "reply/"), {"is_enough": "no", "reply": "Or not."})
    assert (again.status_code, "replied to this answer already" in text_of(again)) == (409, True)
    assert "Agreed from December." in text_of(desk.get(address(measure)))
    assert "Answers to read" not in text_of(sit_down(dev).get(PAGE))


def test_an_answer_is_told_on_the_first_page_and_in_a_message(
    hengxin: Applicant, ada: User, aud: User, cleo: User, sit_down: SitDown
) -> None:
    measure, told = approve(waiting(), cleo, now=now()), "Answers to measures that wait for a reply"
    assert told not in text_of(sit_down(cleo).get("/staff/queue/"))
    answer_measure(measure=measure, words="I can repay 900 a month.", by=acting(ada), now=now())
    desk = sit_down(cleo)
    page = text_of(desk.get("/staff/queue/"))
    assert f'<a href="/staff/referrals/#answers-title">{told}</a> <span class="tally">1</span>' in page
    assert 'id="answers-title"' in text_of(desk.get("/staff/referrals/"))
    assert told not in text_of(sit_down(aud).get("/staff/queue/")), "who cannot reply is not asked to"
    message = Message.objects.get(kind="MEASURE_ANSWERED", user=cleo)
    assert f'href="{address(measure)}"' in text_of(desk.get(f"/staff/messages/{message.reference}/"))


def test_an_auditor_sees_that_we_replied_and_not_what(
    hengxin: Applicant, aud: User, cleo: User, sit_down: SitDown
) -> None:
    measure = approve(waiting(), cleo, now=now())
    assert hengxin.user is not None
    answer_measure(measure=measure, words="I can repay 900 a month.", by=acting(hengxin.user), now=now())
    sit_down(cleo).post(address(measure, "reply/"), {"is_enough": "yes", "reply": "Agreed from December."})
    page = text_of(sit_down(aud).get(address(measure)))
    assert ("Our reply" in page, "Cleo" in page, "Agreed from December." in page) == (True, True, False)
