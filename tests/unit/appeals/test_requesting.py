"""What each side asks of the other: few rounds, dates, and nothing is ever turned down for silence."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.answering import NotAskedAnyMoreError, answer_item, lapse_requests
from appeals.claiming import hand_over_desk
from appeals.clocks import due_on, target_on
from appeals.extending import approve_extension, propose_extension
from appeals.independence import NotIndependentError
from appeals.models import Appeal, Pause, Relation, Request, RequestState
from appeals.petitions import AlreadyAskedError, ask_expedite, ask_more_time, grant_request, refuse_request
from appeals.relations import recuse
from appeals.requesting import (
    NewItem,
    NoTimeLeftError,
    PastLegalDayError,
    PauseTooLongError,
    TooManyRoundsError,
    ask_applicant,
    ask_third_party,
    chase_third_parties,
    last_day_to_answer,
    record_third_party_answer,
)
from appeals.timeline import timeline
from appeals.transitions import IllegalMoveError
from appeals.withdrawing import withdraw_appeal
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from notifications.models import Message
from tests.factories.appeals import NOW, after, decided, in_review, queued
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
TWO = [NewItem("Your payslips of June", "V01"), NewItem("Why the address changed")]


def _asked(appeal: Appeal, cleo: User, now: datetime = NOW, **given: object) -> Request:
    return ask_applicant(appeal=appeal, items=TWO, by=acting(cleo), now=now, **given)  # type: ignore[arg-type]


def test_asking_pauses_our_clock_and_tells_the_applicant(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = _asked(appeal, cleo)
    assert (appeal.status, request.due_on) == ("INFO_REQUESTED", date(2026, 12, 1))
    assert [(p.clock, p.until) for p in Pause.objects.all()] == [("service", None)]
    assert Message.objects.filter(kind="APPEAL_INFO_REQUESTED", applicant=appeal.applicant).count() == 1


def test_the_last_answer_brings_the_case_back_to_its_reviewer(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = _asked(appeal, cleo)
    first, second = request.items.all()
    answer_item(item=first, cannot=True, by=acting(ada), now=after(days=3))
    appeal.refresh_from_db()
    assert appeal.status == "INFO_REQUESTED"
    answer_item(item=second, answer="We moved", by=acting(ada), now=after(days=3))
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("IN_REVIEW", cleo.pk)
    assert (due_on(appeal), target_on(appeal)) == (date(2026, 12, 5), date(2026, 12, 7))
    assert [p.until for p in Pause.objects.all()] == [after(days=3)]


def test_silence_means_deciding_on_what_is_there(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = _asked(appeal, cleo)
    assert lapse_requests(datetime.combine(date(2026, 11, 29), NOW.time(), NOW.tzinfo)) == 0
    assert Message.objects.filter(kind="INFO_CHASED").count() == 1
    lapse_requests(datetime.combine(date(2026, 11, 30), NOW.time(), NOW.tzinfo))
    assert Message.objects.filter(kind="INFO_CHASED").count() == 1
    assert lapse_requests(datetime.combine(date(2026, 12, 2), NOW.time(), NOW.tzinfo)) == 1
    appeal.refresh_from_db()
    request.refresh_from_db()
    assert (appeal.status, request.state) == ("IN_REVIEW", RequestState.LAPSED)


def test_an_answer_after_the_end_is_told_and_the_same_one_again_is_fine(ada: User, cleo: User) -> None:
    request = _asked(in_review(decided(user=ada), acting(ada), cleo), cleo)
    for item in request.items.all():
        answer_item(item=item, answer="here", by=acting(ada), now=NOW)
    answer_item(item=item, answer="here", by=acting(ada), now=NOW)
    with pytest.raises(NotAskedAnyMoreError):
        answer_item(item=item, answer="something else", by=acting(ada), now=NOW)


def test_two_rounds_are_the_most(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    for _round in range(2):
        request = _asked(appeal, cleo)
        for item in request.items.all():
            answer_item(item=item, cannot=True, by=acting(ada), now=NOW)
        appeal.refresh_from_db()
    with pytest.raises(TooManyRoundsError):
        _asked(appeal, cleo)


def test_twenty_working_days_are_the_most_even_where_the_law_leaves_more(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada, jurisdiction="UK"), acting(ada), cleo)
    with pytest.raises(PauseTooLongError) as refused:
        _asked(appeal, cleo, due_on=date(2026, 12, 21))
    assert "2026-12-18" in refused.value.fields["due_on"][0]
    assert _asked(appeal, cleo, due_on=date(2026, 12, 18)).due_on == date(2026, 12, 18)


@pytest.mark.parametrize("items", [[], [NewItem(" ")], [NewItem("x", "V99")], [NewItem("x")] * 11])
def test_unfit_items_change_nothing(ada: User, cleo: User, items: list[NewItem]) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(InputError):
        ask_applicant(appeal=appeal, items=items, by=acting(cleo), now=NOW)
    assert not Request.objects.exists()


def test_only_the_applicant_answers(ada: User, ben: User, cleo: User) -> None:
    item = _asked(in_review(decided(user=ada), acting(ada), cleo), cleo).items.all()[0]
    with pytest.raises(NotFoundError):
        answer_item(item=item, answer="x", by=acting(ben), now=NOW)
    with pytest.raises(ForbiddenError):
        answer_item(item=item, answer="x", by=acting(cleo), now=NOW)


def test_a_stale_screen_asks_nothing(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(StaleError):
        _asked(appeal, cleo, expected_version=appeal.version - 1)
    assert not Request.objects.exists()


def test_more_time_is_granted_by_the_reviewer(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = _asked(appeal, cleo)
    wish = ask_more_time(request=request, until=date(2026, 12, 2), reason="travel", by=acting(ada), now=NOW)
    with pytest.raises(AlreadyAskedError):
        ask_more_time(request=request, until=date(2026, 12, 2), reason="again", by=acting(ada), now=NOW)
    grant_request(request=wish, by=acting(cleo), now=NOW)
    request.refresh_from_db()
    assert (request.due_on, wish.state) == (date(2026, 12, 2), RequestState.GRANTED)
    assert Message.objects.filter(kind="REQUEST_GRANTED").count() == 1


def test_a_wish_is_refused_only_with_a_reason(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    wish = ask_expedite(appeal=appeal, reason="rent is due", by=acting(ada), now=NOW)
    with pytest.raises(InputError):
        refuse_request(request=wish, reason=" ", by=acting(cleo), now=NOW)
    refuse_request(request=wish, reason="we are quick already", by=acting(cleo), now=NOW)
    appeal.refresh_from_db()
    assert (appeal.is_urgent, wish.state) == (False, RequestState.REFUSED)
    assert "we are quick already" in Message.objects.get(kind="REQUEST_REFUSED").body_text


def test_a_quicker_answer_moves_our_target_only(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    wish = ask_expedite(appeal=appeal, reason="rent is due", by=acting(ada), now=NOW)
    with pytest.raises(NotFoundError):
        grant_request(request=wish, by=acting(ada), now=NOW)
    grant_request(request=wish, by=acting(cleo), now=NOW)
    assert (due_on(appeal), target_on(appeal)) == (date(2026, 12, 5), date(2026, 11, 27))


def test_a_third_party_pauses_nothing_and_is_chased(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = ask_third_party(appeal=appeal, source="bureau", text="Is it his?", by=acting(cleo), now=NOW)
    assert (appeal.status, Pause.objects.count()) == ("WAITING_THIRD_PARTY", 0)
    assert chase_third_parties(after(days=13)) == 0
    assert chase_third_parties(after(days=14)) == 1
    appeal.refresh_from_db()
    request.refresh_from_db()
    assert (appeal.status, request.state) == ("IN_REVIEW", RequestState.LAPSED)


def test_a_third_partys_answer_is_kept_for_colleagues(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = ask_third_party(appeal=appeal, source="bureau", text="Is it his?", by=acting(cleo), now=NOW)
    for _again in range(2):
        record_third_party_answer(request=request, answer="It is not", by=acting(cleo), now=NOW)
    assert (appeal.status, request.state) == ("IN_REVIEW", RequestState.ANSWERED)


def test_withdrawing_ends_what_is_asked(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = _asked(appeal, cleo)
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=1))
    request.refresh_from_db()
    assert request.state == RequestState.CANCELLED
    kinds = Request.objects.exclude(pk=request.pk).values_list("kind", "state")
    assert list(kinds) == [("WITHDRAW", "GRANTED")]


def test_an_answer_reaches_the_queue_when_its_reviewer_stepped_back(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    request = _asked(appeal, cleo)
    recuse(appeal=appeal, reason="my cousin", by=acting(cleo), now=NOW)
    for item in request.items.all():
        item.request.appeal.refresh_from_db()
        answer_item(item=item, cannot=True, by=acting(ada), now=after(hours=1))
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("QUEUED", None)


def test_nothing_is_asked_before_the_review(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    with pytest.raises((IllegalMoveError, ForbiddenError)):
        _asked(appeal, cleo)


def test_a_desk_that_waits_can_be_handed_over(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    _asked(appeal, cleo)
    done = hand_over_desk(from_user=cleo, to=dev, by=acting(dev), now=NOW)
    appeal.refresh_from_db()
    assert (done.moved, appeal.claimed_by_id, appeal.status) == ([appeal.reference], dev.pk, "INFO_REQUESTED")


def test_the_site_never_asks(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(ForbiddenError):
        ask_applicant(appeal=appeal, items=TWO, by=SITE, now=NOW + timedelta(days=1))


@pytest.mark.parametrize("day", [date(2026, 12, 3), date(2028, 12, 1)])
def test_an_answer_is_due_in_time_for_the_legal_day(ada: User, cleo: User, day: date) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(PastLegalDayError) as refused:
        _asked(appeal, cleo, due_on=day)
    assert str(refused.value) == refused.value.fields["due_on"][0]
    assert [one for one in ("2026-12-02", "2026-12-05") if one not in str(refused.value)] == []
    assert last_day_to_answer(appeal, NOW) == date(2026, 12, 2)
    assert _asked(appeal, cleo, due_on=date(2026, 12, 2)).due_on == date(2026, 12, 2)


def test_the_usual_day_is_never_too_late_either(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    assert _asked(appeal, cleo, now=after(days=7)).due_on == date(2026, 12, 2)


def test_shortly_before_the_legal_day_nothing_is_asked_and_the_answer_says_why(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(NoTimeLeftError) as refused:
        _asked(appeal, cleo, now=after(days=12))
    assert "2026-12-05" in refused.value.fields["due_on"][0]
    assert not Request.objects.exists()


def test_after_the_legal_day_what_helps_may_still_be_asked_for(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    day = _asked(appeal, cleo, now=after(days=16)).due_on
    assert day is not None
    assert day > after(days=17).date()


def test_more_time_by_law_is_time_to_ask(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    extension = propose_extension(
        appeal=appeal, code="COMPLEX", reason="three sources", letter_zh="z", letter_en="e", by=acting(cleo),
        now=NOW,
    )  # fmt: skip
    approve_extension(extension=extension, by=acting(dev), now=NOW)
    appeal = Appeal.objects.get(pk=appeal.pk)
    assert due_on(appeal) == date(2026, 12, 20)
    assert _asked(appeal, cleo, due_on=date(2026, 12, 16)).due_on == date(2026, 12, 16)


def test_more_time_to_answer_ends_in_time_for_the_legal_day(ada: User, cleo: User) -> None:
    request = _asked(in_review(decided(user=ada), acting(ada), cleo), cleo)
    with pytest.raises(PastLegalDayError) as refused:
        ask_more_time(request=request, until=date(2026, 12, 3), reason="r", by=acting(ada), now=NOW)
    assert "2026-12-02" in str(refused.value)
    Request.objects.filter(pk=request.pk).update(due_on=date(2026, 12, 2))
    request.refresh_from_db()
    with pytest.raises(NoTimeLeftError):
        ask_more_time(request=request, until=date(2026, 12, 3), reason="r", by=acting(ada), now=NOW)


def test_an_old_wish_for_too_late_a_day_is_not_granted(ada: User, cleo: User) -> None:
    request = _asked(in_review(decided(user=ada), acting(ada), cleo), cleo)
    wish = ask_more_time(request=request, until=date(2026, 12, 2), reason="r", by=acting(ada), now=NOW)
    Request.objects.filter(pk=wish.pk).update(wanted_on=date(2026, 12, 8))
    wish.refresh_from_db()
    with pytest.raises(PastLegalDayError):
        grant_request(request=wish, by=acting(cleo), now=NOW)
    request.refresh_from_db()
    assert request.due_on == date(2026, 12, 1)


def test_a_third_party_keeps_nobody_waiting_past_the_legal_day(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(InputError) as refused:
        ask_third_party(
            appeal=appeal, source="bank", text="?", chase_on=date(2099, 1, 1), by=acting(cleo), now=NOW
        )
    assert "2026-12-05" in refused.value.fields["chase_on"][0]
    assert not Request.objects.exists()


def test_who_is_not_independent_asks_nothing(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    Relation.objects.create(
        user=cleo, applicant=appeal.applicant, kind="FAMILY", declared_by=acting(cleo).code, declared_at=NOW
    )
    with pytest.raises(NotIndependentError):
        _asked(appeal, cleo)


def test_the_end_of_a_wait_is_not_called_an_answer(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    _asked(appeal, cleo)
    assert lapse_requests(after(days=30)) == 1
    for for_staff in (True, False):
        [*_before, last] = timeline(appeal, "en", for_staff=for_staff)
        assert last.text == "The time to answer has ended"
