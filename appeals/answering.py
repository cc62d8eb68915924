"""What the applicant answers, and what happens when nobody does: the review goes on with what is there."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from appeals.clocks import calendar_of
from appeals.models import (
    Appeal,
    AppealStatus,
    ItemState,
    Request,
    RequestItem,
    RequestKind,
    RequestState,
)
from appeals.parties import check_own
from appeals.requesting import settle
from appeals.states import Event
from appeals.terms import number_section
from appeals.transitions import move
from appeals.withdrawing import was_accepted
from audit.log import record
from audit.verbs import Verb
from core.audiences import ExternalText
from core.calendars import legal_day
from core.errors import ConflictError, InputError, NotFoundError, StaleError
from core.texts import NOTE_LENGTH, clean_text
from evidence.models import Document
from notifications.kinds import Kind
from notifications.queueing import queue_message


class NotAskedAnyMoreError(ConflictError):
    """What is answered is no longer asked for."""

    code = "not-asked-any-more"
    default_message = _("This is no longer asked for. You can still send papers until we decide.")


def answer_item(
    *,
    item: RequestItem,
    answer: str = "",
    document: Document | None = None,
    cannot: bool = False,
    by: Actor,
    now: datetime,
) -> Request:
    """Answer one thing with words or a paper, or say that it cannot be had; the last one ends the wait."""
    request = item.request
    check_own(appeal=request.appeal, by=by)
    words = clean_text(answer, field="answer", limit=NOTE_LENGTH)
    if document is not None and document.applicant_id != request.appeal.applicant_id:
        raise NotFoundError
    if not (words or document or cannot):
        raise InputError(fields={"answer": [_("Answer in words, send a paper, or say that you cannot.")]})
    with transaction.atomic():
        locked = Request.objects.select_for_update().get(pk=request.pk)
        if locked.state != RequestState.OPEN:
            return _after_the_end(item, words, document)
        state = ItemState.CANNOT if cannot and not (words or document) else ItemState.ANSWERED
        RequestItem.objects.filter(pk=item.pk).update(
            state=state, answer=ExternalText(words), document=document, answered_at=now
        )
        item.state, item.answer, item.document, item.answered_at = state, words, document, now
        record(
            verb=Verb.REQUEST_ANSWERED, subject=request.appeal.reference, actor=by.code, now=now,
            codes={"request": request.reference, "item": item.position, "state": state.value},
        )  # fmt: skip
        if not request.items.filter(state=ItemState.OPEN).exists():
            _finish(request, RequestState.ANSWERED, by, now)
    return request


def lapse_requests(now: datetime) -> int:
    """Remind of answers that are due soon, go on where the day has passed; how many went on."""
    latest = (now + timedelta(days=1 + number_section("information")["chase_days_before"])).date()
    due = Request.objects.filter(kind=RequestKind.ITEMS, state=RequestState.OPEN, due_on__lte=latest)
    related = due.select_related("appeal__applicant", "appeal__decision", "appeal__claimed_by")
    return sum(_tend(request, now) for request in related)


def list_requests(appeal: Appeal) -> list[Request]:
    """Everything asked in this appeal, by whichever side, oldest first."""
    return list(appeal.requests.prefetch_related("items__document"))


def _tend(request: Request, now: datetime) -> bool:
    assert request.due_on is not None
    today = legal_day(now, calendar_of(request.appeal).zone)
    try:
        with transaction.atomic():
            if today > request.due_on:
                _finish(request, RequestState.LAPSED, SITE, now)
                return True
            _remind(request, (request.due_on - today).days, now)
    except StaleError:
        # The applicant answers this very moment.
        return False
    return False


def _remind(request: Request, days_left: int, now: datetime) -> None:
    if request.chased_at is not None or days_left > number_section("information")["chase_days_before"]:
        return
    unchased = Request.objects.filter(pk=request.pk, state=RequestState.OPEN, chased_at=None)
    if unchased.update(chased_at=now):
        queue_message(
            kind=Kind.INFO_CHASED, applicant=request.appeal.applicant, about=request.appeal.reference,
            params={"due_on": request.due_on}, now=now,
        )  # fmt: skip


def _finish(request: Request, state: RequestState, by: Actor, now: datetime) -> None:
    appeal = Appeal.objects.select_related("applicant", "decision__application", "claimed_by").get(
        pk=request.appeal_id
    )
    settle(request=request, state=state, by=by, now=now)
    # A wish for more time for this very answer has found its end too.
    request.petitions.filter(state=RequestState.OPEN).update(
        state=RequestState.CANCELLED, settled_by=by.code, settled_at=now
    )
    if appeal.status == AppealStatus.INFO_REQUESTED:
        _go_on(appeal, by, now)
    if state == RequestState.LAPSED:
        queue_message(kind=Kind.INFO_LAPSED, applicant=appeal.applicant, about=appeal.reference, now=now)
    if appeal.claimed_by is not None:
        queue_message(kind=Kind.APPEAL_ANSWERED, user=appeal.claimed_by, about=appeal.reference, now=now)
    request.appeal = appeal


def _go_on(appeal: Appeal, by: Actor, now: datetime) -> None:
    if appeal.claimed_by_id is not None:
        move(appeal=appeal, event=Event.ANSWERED, by=by, now=now, saved_at=now)
        return
    move(appeal=appeal, event=Event.ANSWERED_IN_SCREENING, by=by, now=now, saved_at=now)
    if was_accepted(appeal):
        move(appeal=appeal, event=Event.ACCEPT, by=SITE, now=now)


def _after_the_end(item: RequestItem, words: str, document: Document | None) -> Request:
    """The same answer again is fine; another one after the end is not taken silently."""
    item.refresh_from_db()
    is_same = item.state != ItemState.OPEN and item.answer == words
    if is_same and item.document_id == (document.pk if document else None):
        return item.request
    raise NotAskedAnyMoreError
