"""Answering a measure: a plan is chosen, a guarantee offered; a colleague says whether it does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.colleagues import list_supervisors
from accounts.models import User
from accounts.roles import Permission
from appeals.models import AnswerState, MeasureAnswer
from appeals.papers import Paper, check_number, store_papers
from applicants.models import Applicant
from applicants.terms import today_of
from audit.verbs import Verb
from core.audiences import ExternalText
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.texts import clean_text
from decisions.measure_plans import Plan, key_of, list_plans
from decisions.measure_states import STANDING
from decisions.measures import get_measure_for, note
from decisions.models import Measure
from decisions.warning_catalogue import get_measure_terms
from evidence.models import Document
from notifications.kinds import Kind
from notifications.queueing import queue_message

GUARANTEE: Final = "V27"
_CHANGED: Final = _("What you owe has changed, and the plans with it. Please choose again.")
_LONGEST: Final = 2000
_SHOWN: Final = 50
_ANSWERABLE: Final = frozenset({"plan", "secure"})
_AGREED: Final = _("The repayment plan that you chose is agreed.")
_TOO_LATE: Final = _("We cannot agree to it as it is. The measure has ended: nothing more is asked of you.")
_SAID: Final[Mapping[tuple[str, AnswerState], Promise]] = {
    ("plan", AnswerState.ENOUGH): _("We agree to what you offered."),
    ("secure", AnswerState.ENOUGH): _("What you offer is enough."),
    ("plan", AnswerState.NOT_ENOUGH): _("We cannot agree to it as it is. You can answer again."),
    ("secure", AnswerState.NOT_ENOUGH): _("It is not enough yet. You can answer again."),
}


class NotAnswerableError(ConflictError):
    """The measure asks for nothing, or has ended."""

    code = "measure-not-answerable"
    default_message = _("This measure does not wait for an answer any more.")


class AnswerWaitsError(ConflictError):
    """An answer is being read, or was accepted."""

    code = "measure-answered"
    default_message = _("You have answered already. We tell you what we think of it.")


class AnswerReadError(ConflictError):
    """Somebody has read the answer."""

    code = "measure-answer-read"
    default_message = _("Somebody has replied to this answer already.")


def can_answer(measure: Measure, newest: MeasureAnswer | None) -> bool:
    """Whether the measure waits for a word of the person."""
    is_asked = measure.state in STANDING and get_measure_terms()[measure.code].effect in _ANSWERABLE
    return is_asked and (newest is None or newest.state == AnswerState.NOT_ENOUGH)


def answer_by(measure: Measure, *, now: datetime) -> date | None:
    """Until which day an answer is asked for, while that day lies ahead; later answers are read too."""
    day, is_asked = measure.effective_on, get_measure_terms()[measure.code].effect == "secure"
    return day if is_asked and day is not None and today_of(measure.applicant, now) <= day else None


def newest_answers(measures: Iterable[Measure]) -> dict[int, MeasureAnswer]:
    """Return the newest answer to each measure that has one, by the measure's key."""
    rows = MeasureAnswer.objects.filter(measure__in=list(measures)).order_by("pk")
    return {one.measure_id: one for one in rows.prefetch_related("documents")}


def answer_measure(
    *,
    measure: Measure,
    words: str = "",
    plan: str = "",
    papers: Sequence[Paper] = (),
    again: Sequence[Document] = (),
    by: Actor,
    now: datetime,
) -> MeasureAnswer:
    """Keep what the person answers; files that cannot be taken are told by name, and nothing is sent yet.

    `plan` is the key of one that was offered, `again` are files that were sent before.
    """
    is_own = by.user_id is not None and measure.applicant.user_id == by.user_id and not by.hand
    if not is_own or any(one.applicant_id != measure.applicant_id for one in again):
        raise NotFoundError
    _check_open(measure)
    text = clean_text(words, field="words", limit=_LONGEST)
    check_number(papers, again)
    if not (text or plan or papers or again):
        raise InputError(fields={"words": [_empty(measure)]})
    stored = store_papers(applicant=measure.applicant, kind=GUARANTEE, papers=papers, by=by, now=now)
    documents = [*again, *stored]
    try:
        with transaction.atomic():
            current = _lock(measure)
            _check_open(current)
            chosen = _choose(current, plan)
            answer = MeasureAnswer.objects.create(
                measure=current, text=ExternalText(text), plan=_keep(chosen) if chosen else None,
                answered_at=now, answered_by=by.code,
            )  # fmt: skip
            answer.documents.set(documents)
            codes = {"papers": str(len(documents)), "term": str(chosen.term) if chosen else ""}
            note(Verb.MEASURE_ANSWERED, current, by, now, **codes)
            for user in _whom_to_tell(current):
                queue_message(kind=Kind.MEASURE_ANSWERED, user=user, about=current.reference, now=now)
    except IntegrityError as error:
        raise AnswerWaitsError from error
    return answer


def get_answer_for(*, by: Actor, reference: str) -> MeasureAnswer:
    """Return the newest answer to one measure that the actor may know of, or raise NotFoundError."""
    measure = get_measure_for(by=by, reference=reference)
    found = newest_answers([measure]).get(measure.pk)
    if found is None:
        raise NotFoundError
    return found


def list_answers_to_read(*, by: Actor) -> tuple[list[MeasureAnswer], int]:
    """Return the oldest answers that nobody has read, and how many more there are; one's own never."""
    if not by.can(Permission.SEE_QUEUE):
        raise ForbiddenError
    rows = unread_answers().exclude(measure__applicant__user=by.user_id)
    found = list(rows.select_related("measure__line").order_by("pk")[:_SHOWN])
    return found, rows.count() - len(found) if len(found) == _SHOWN else 0


def unread_answers() -> QuerySet[MeasureAnswer]:
    """The answers that nobody has read, to measures that hold or will hold."""
    return MeasureAnswer.objects.filter(state=AnswerState.GIVEN, measure__state__in=sorted(STANDING))


def settle_answer(
    *, answer: MeasureAnswer, is_enough: bool, reply: str, by: Actor, now: datetime
) -> MeasureAnswer:
    """Say whether an answer does, with words to the person, who is told; the measure itself stays."""
    if by.user_id is None or not by.can(Permission.DECIDE_REFERRAL):
        raise ForbiddenError
    if answer.measure.applicant.user_id == by.user_id:
        raise NotFoundError
    text = clean_text(reply, field="reply", limit=_LONGEST, is_required=True)
    state = AnswerState.ENOUGH if is_enough else AnswerState.NOT_ENOUGH
    with transaction.atomic():
        measure = _lock(answer.measure)
        waiting = MeasureAnswer.objects.filter(pk=answer.pk, state=AnswerState.GIVEN)
        changes = {"state": state, "reply": ExternalText(text), "read_by_id": by.user_id, "read_at": now}
        if not waiting.update(**changes):
            raise AnswerReadError
        note(Verb.MEASURE_ANSWER_READ, measure, by, now, answer=str(state))
        queue_message(
            kind=Kind.MEASURE_ANSWER_READ, applicant=measure.applicant, about=measure.reference, now=now,
            params={"outcome": _say(answer, measure, state)},
        )  # fmt: skip
    answer.refresh_from_db()
    return answer


def _whom_to_tell(measure: Measure) -> list[User]:
    """Who took the measure, as long as that person may reply; else the supervisors, but for the person."""
    taker = measure.decided_by
    if taker is not None and taker.is_active and taker.can(Permission.DECIDE_REFERRAL):
        return [taker]
    return [user for user in list_supervisors() if user.pk != measure.applicant.user_id]


def _say(answer: MeasureAnswer, measure: Measure, state: AnswerState) -> Promise:
    """What the person is told: a plan only where one was chosen, another answer only while one can be."""
    if state == AnswerState.ENOUGH and answer.plan:
        return _AGREED
    if state == AnswerState.NOT_ENOUGH and measure.state not in STANDING:
        return _TOO_LATE
    return _SAID[get_measure_terms()[measure.code].effect, state]


def _lock(measure: Measure) -> Measure:
    """The measure as it stands; what its person owes stands still with it."""
    Applicant.objects.select_for_update().only("pk").get(pk=measure.applicant_id)
    rows = Measure.objects.select_for_update(of=("self",)).select_related("line", "applicant", "decided_by")
    return rows.get(pk=measure.pk)


def _check_open(measure: Measure) -> None:
    newest = newest_answers([measure]).get(measure.pk)
    if can_answer(measure, newest):
        return
    raise AnswerWaitsError if newest is not None and measure.state in STANDING else NotAnswerableError


def _choose(measure: Measure, key: str) -> Plan | None:
    """The plan of this key as it is offered now; with other figures it is another plan."""
    if not key:
        return None
    found = next((plan for plan in list_plans(measure) if key_of(plan) == key), None)
    if found is None:
        raise InputError(fields={"plan": [_CHANGED]})
    return found


def _keep(plan: Plan) -> dict[str, str | int]:
    return {
        "term_months": plan.term, "instalment_cny": str(plan.instalment),
        "interest_cny": str(plan.total_interest), "total_cny": str(plan.total),
    }  # fmt: skip


def _empty(measure: Measure) -> Promise:
    if get_measure_terms()[measure.code].effect == "plan":
        return _("Choose a plan, or write what you can repay.")
    return _("Write what you can offer, or send a paper.")
