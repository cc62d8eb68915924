"""Answers to measures: a plan out of those offered, a guarantee with papers, read once by a colleague."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from appeals.answering_measures import (
    AnswerReadError,
    AnswerWaitsError,
    NotAnswerableError,
    answer_by,
    answer_measure,
    list_answers_to_read,
    settle_answer,
)
from appeals.gauging import measure as measure_gauges
from appeals.models import Gauge, MeasureAnswer
from appeals.papers import Paper
from appeals.queue import count_queue
from applicants.models import Applicant
from applicants.registers import let_go
from audit.queries import list_events
from core.errors import ForbiddenError, InputError, NotFoundError
from decisions.measure_plans import key_of, list_plans
from decisions.measures import end
from decisions.models import Decision, Line, Measure
from decisions.warnings import look_at
from evidence.models import Document
from evidence.queries import get_document_for
from notifications.models import Message
from tests.factories import files
from tests.factories.decisions import catalogues, sample_applicant
from tests.factories.evidence import send
from tests.factories.measures import SHOCK, approve, proposed
from tests.factories.warnings import holder, shock
from tests.people import acting

__all__ = ["catalogues"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def hengxin(ada: User, dev: User) -> Applicant:
    """The firm after its shock; it owes 100,000 yuan."""
    applicant = holder("hengxin", ada, dev)
    shock(applicant, "hengxin_after_shock", SHOCK)
    Line.objects.update(drawn_cny=100_000)
    look_at(keys=[applicant.pk], now=SHOCK)
    return applicant


@pytest.fixture
def plan(hengxin: Applicant, cleo: User) -> Measure:
    """M3 is taken."""
    return approve(proposed("M3", cleo), cleo)


@pytest.fixture
def security(hengxin: Applicant, cleo: User) -> Measure:
    """M5 is taken, with fifteen days to answer."""
    return approve(proposed("M5", cleo), cleo)


def answer(measure: Measure, ada: User, **given: object) -> MeasureAnswer:
    return answer_measure(measure=measure, by=acting(ada), now=SHOCK, **given)  # type: ignore[arg-type]


def reply(given: MeasureAnswer, by: User, *, is_enough: bool) -> MeasureAnswer:
    return settle_answer(answer=given, is_enough=is_enough, reply="As we said.", by=acting(by), now=SHOCK)


def test_every_plan_is_longer_and_costs_what_it_says(plan: Measure) -> None:
    asked = Decision.objects.filter(line=plan.line).earliest("pk").request["term_months"]
    plans = list_plans(plan)
    assert [one.term for one in plans] == [term for term in (6, 12, 24) if term > asked]
    assert {one.amount for one in plans} == {100_000}
    assert {one.annual_rate_pct for one in plans} == {plan.line.annual_rate_pct}
    assert [one.total for one in plans] == [one.amount + one.total_interest for one in plans]


def test_a_plan_is_chosen_and_agreed_and_the_measure_stays(plan: Measure, ada: User, cleo: User) -> None:
    chosen = list_plans(plan)[-1]
    given = answer(plan, ada, plan=key_of(chosen))
    assert given.plan == {
        "term_months": chosen.term, "instalment_cny": str(chosen.instalment),
        "interest_cny": str(chosen.total_interest), "total_cny": str(chosen.total),
    }  # fmt: skip
    assert list_answers_to_read(by=acting(cleo)) == ([given], 0)
    reply(given, cleo, is_enough=True)
    plan.refresh_from_db()
    assert (given.state, plan.state) == ("ENOUGH", "in_effect")
    assert "is agreed" in Message.objects.get(kind="MEASURE_ANSWER_READ").body_text
    assert list_answers_to_read(by=acting(cleo)) == ([], 0)
    verbs = [event.verb for event in list_events(plan.reference)]
    assert verbs[-2:] == ["measure:answered", "measure:answer-read"]


def readers(measure: Measure) -> set[int | None]:
    """Which colleagues were told that there is something to read."""
    told_now = Message.objects.filter(kind="MEASURE_ANSWERED", about=measure.reference)
    return set(told_now.values_list("user", flat=True))


def test_who_took_the_measure_is_told_of_the_answer(plan: Measure, ada: User, cleo: User, dev: User) -> None:
    answer(plan, ada, words="900 a month.")
    assert readers(plan) == {cleo.pk}
    assert "900" not in Message.objects.get(kind="MEASURE_ANSWERED").body_text
    assert count_queue(by=acting(dev), now=SHOCK)["answers"] == 1


@pytest.mark.parametrize("changed", [{"is_active": False}, {"role": Role.AUDITOR.value}])
def test_where_that_colleague_cannot_reply_supervisors_are_told(
    plan: Measure, ada: User, cleo: User, dev: User, changed: dict[str, object]
) -> None:
    User.objects.filter(pk=cleo.pk).update(**changed)
    answer(plan, ada, words="900 a month.")
    assert readers(plan) == {dev.pk}


def test_an_answer_that_nobody_can_be_told_of_is_not_kept(plan: Measure, ada: User) -> None:
    failing = patch("appeals.answering_measures.queue_message", side_effect=RuntimeError)
    with failing, pytest.raises(RuntimeError):
        answer(plan, ada, words="900 a month.")
    assert not MeasureAnswer.objects.exists()


@pytest.mark.parametrize("key", ["7:1.00", "-1", "six", "24"])
def test_no_other_plan_can_be_chosen(plan: Measure, ada: User, key: str) -> None:
    with pytest.raises(InputError):
        answer(plan, ada, plan=key)
    assert not MeasureAnswer.objects.exists()


def test_nobody_agrees_to_other_figures_than_were_shown(plan: Measure, ada: User) -> None:
    seen = key_of(list_plans(plan)[-1])
    Line.objects.update(drawn_cny=120_000)
    with translation.override("en"), pytest.raises(InputError) as refused:
        answer(plan, ada, plan=seen, words="As agreed.")
    with translation.override("en"):
        assert "What you owe has changed" in str(refused.value.fields["plan"])
    assert not MeasureAnswer.objects.exists()


def told() -> str:
    """What the person was told last."""
    return Message.objects.filter(kind="MEASURE_ANSWER_READ").latest("pk").body_text


def test_words_alone_are_not_called_a_plan(plan: Measure, ada: User, cleo: User) -> None:
    reply(answer(plan, ada, words="900 a month."), cleo, is_enough=True)
    assert ("We agree to what you offered." in told(), "plan that you chose" in told()) == (True, False)


def test_an_answer_to_a_measure_that_ended_waits_no_more_and_is_kept(
    plan: Measure, ada: User, cleo: User
) -> None:
    given = answer(plan, ada, words="900 a month.")
    end(measure=plan, cause="CURED", now=SHOCK)
    assert list_answers_to_read(by=acting(cleo)) == ([], 0)
    assert MeasureAnswer.objects.get() == given
    reply(given, cleo, is_enough=False)
    assert "nothing more is asked of you" in told()
    assert "answer again" not in told()


def test_the_list_says_how_many_more_there_are(plan: Measure, ada: User, cleo: User) -> None:
    given = answer(plan, ada, words="900 a month.")
    row = {"answered_at": SHOCK, "answered_by": "x"}
    for code in ("M1", "M5"):
        copied = Measure.objects.get(pk=plan.pk)
        copied.pk, copied.reference, copied.code = None, f"ME-2026-{code}", code
        copied.save(force_insert=True)
        MeasureAnswer.objects.create(measure=copied, **row)
    with patch("appeals.answering_measures._SHOWN", 1):
        assert list_answers_to_read(by=acting(cleo)) == ([given], 2)


def test_an_answer_that_nobody_reads_for_five_days_is_a_silent_failure(plan: Measure, ada: User) -> None:
    answer(plan, ada, words="900 a month.")
    counted = []
    for days in (5, 6):
        measure_gauges(now=SHOCK + timedelta(days=days))
        counted.append(Gauge.objects.get(board="FAILURES", name="unread_answers").value)
    assert counted == [0, 1]


def test_the_day_to_answer_is_shown_while_it_lies_ahead(security: Measure) -> None:
    day = security.effective_on
    assert day is not None
    shown = [answer_by(security, now=SHOCK + timedelta(days=days)) for days in (0, 15, 16)]
    assert shown == [day, day, None]
    security.code = "M3"
    assert answer_by(security, now=SHOCK) is None


def test_papers_of_others_are_not_found(security: Measure, ada: User, ben: User) -> None:
    foreign = send(sample_applicant("li_na", user=ben), by=acting(ben))
    with pytest.raises(NotFoundError):
        answer(security, ada, again=[foreign])
    assert not MeasureAnswer.objects.exists()


def test_a_helper_does_not_answer(security: Measure, ada: User, eve: User) -> None:
    hand = Actor.for_helper(helper=eve, owner=ada, may_write=True, may_send=True)
    with pytest.raises(NotFoundError):
        answer_measure(measure=security, words="Me.", by=hand, now=SHOCK)
    assert not MeasureAnswer.objects.exists()


def test_a_guarantee_comes_with_papers_that_colleagues_may_then_see(
    security: Measure, ada: User, cleo: User
) -> None:
    before = send(security.applicant, by=acting(ada))
    with pytest.raises(NotFoundError):
        get_document_for(by=acting(cleo), reference=before.reference)
    paper = Paper([files.pdf()], "letter.pdf", "application/pdf")
    given = answer(security, ada, words="My brother stands in.", papers=[paper], again=[before])
    assert {one.kind for one in given.documents.all()} == {"V27", before.kind}
    for document in given.documents.all():
        assert get_document_for(by=acting(cleo), reference=document.reference) == document


def test_a_file_that_cannot_be_taken_is_named_and_nothing_is_sent(security: Measure, ada: User) -> None:
    good = Paper([files.pdf()], "good.pdf", "application/pdf")
    with translation.override("en"), pytest.raises(InputError) as refused:
        answer(security, ada, words="Here.", papers=[good, Paper([b""], "empty.pdf", "application/pdf")])
    assert refused.value.fields["papers"][0].startswith("empty.pdf: ")
    assert (MeasureAnswer.objects.count(), Document.objects.count()) == (0, 1)


def test_an_answer_says_something(security: Measure, ada: User) -> None:
    with pytest.raises(InputError) as refused:
        answer(security, ada, words="  ")
    with translation.override("en"):
        assert refused.value.fields == {"words": ["Write what you can offer, or send a paper."]}


def test_one_answer_at_a_time_and_another_after_not_enough(security: Measure, ada: User, cleo: User) -> None:
    first = answer(security, ada, words="My brother.")
    with pytest.raises(AnswerWaitsError):
        answer(security, ada, words="My sister.")
    reply(first, cleo, is_enough=False)
    with pytest.raises(AnswerReadError):
        reply(first, cleo, is_enough=True)
    second = answer(security, ada, words="My sister.")
    reply(second, cleo, is_enough=True)
    with pytest.raises(AnswerWaitsError):
        answer(security, ada, words="My mother.")


def test_only_what_asks_for_something_is_answered(security: Measure, hengxin: Applicant, ada: User) -> None:
    end(measure=security, cause="CURED", now=SHOCK)
    with pytest.raises(NotAnswerableError):
        answer(security, ada, words="Late.")


def test_a_cut_is_contested_and_not_answered(hengxin: Applicant, ada: User, dev: User) -> None:
    with pytest.raises(NotAnswerableError):
        answer(approve(proposed("M4", dev), dev), ada, words="No.")


def test_nobody_else_answers_and_nobody_reads_their_own(
    security: Measure, ada: User, ben: User, aud: User
) -> None:
    with pytest.raises(NotFoundError):
        answer(security, ben, words="Me.")
    given = answer(security, ada, words="Me.")
    for nobody in (ada, aud):
        with pytest.raises(ForbiddenError):
            reply(given, nobody, is_enough=True)
    ada.role = Role.CASEWORKER
    with pytest.raises(NotFoundError):
        reply(given, ada, is_enough=True)
    assert list_answers_to_read(by=acting(ada)) == ([], 0)
    assert count_queue(by=acting(ada), now=SHOCK)["answers"] == 0


def test_the_database_keeps_one_unread_answer_and_no_way_back(
    security: Measure, ada: User, cleo: User
) -> None:
    given = answer(security, ada, words="Me.")
    with pytest.raises(DatabaseError), transaction.atomic():
        MeasureAnswer.objects.create(measure=security, answered_at=SHOCK, answered_by="x")
    reply(given, cleo, is_enough=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        MeasureAnswer.objects.update(state="GIVEN", read_by=None, read_at=None)


def test_deleting_takes_the_words_and_leaves_what_we_said(security: Measure, ada: User, cleo: User) -> None:
    given = reply(answer(security, ada, words="canary"), cleo, is_enough=True)
    let_go(security.applicant, SHOCK)
    given.refresh_from_db()
    assert (given.text, given.reply) == ("", "As we said.")
