"""A copy of everything that is held about somebody: made by the worker, kept sealed for seven days."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from applicants.models import Applicant, DataRequest, DataRequestKind, DataRequestState
from applicants.registers import list_looks, list_sections
from applicants.terms import get_data_terms
from audit.log import record
from audit.verbs import Verb
from core.canonical import plain
from core.errors import ConflictError, NotFoundError
from core.references import new_reference, normalise_reference
from outbox.queueing import queue_work

MAKE_COPY: Final = "MAKE_COPY"
TELL_DATA: Final = "TELL_DATA"
FORMAT: Final = "creditportal-copy/1"
LIVES_FOR: Final = timedelta(days=7)
_ALL_LOOKS: Final = 10_000


class CopyGoneError(ConflictError):
    """The copy is not ready yet, or was deleted after seven days."""

    code = "copy-gone"
    default_message = _("This copy is not there any more, or not ready yet. You can ask for a new one.")


def ask_for_copy(*, applicant: Applicant, by: Actor, now: datetime) -> DataRequest:
    """Ask for a copy; one that is being made already is returned as it is."""
    waiting = DataRequest.objects.filter(
        applicant=applicant, kind=DataRequestKind.EXPORT, state=DataRequestState.REQUESTED
    )
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                reference=new_reference("DR"), applicant=applicant, kind=DataRequestKind.EXPORT, asked_at=now,
                asked_by=by.code, due_on=get_data_terms(applicant.jurisdiction).copy_due(now),
            )  # fmt: skip
            _note(Verb.DATA_ASKED_FOR, request, by, now, kind=DataRequestKind.EXPORT)
            key = f"{MAKE_COPY}:{request.reference}"
            queue_work(kind=MAKE_COPY, subject=request.reference, key=key, now=now)
    except IntegrityError:
        return waiting.get()
    return request


def make_copy(*, reference: str, now: datetime) -> None:
    """Gather everything and seal it; a request that is done already is left alone."""
    with transaction.atomic():
        rows = DataRequest.objects.select_for_update(of=("self",)).select_related("applicant__user")
        request = rows.get(reference=reference)
        if request.state != DataRequestState.REQUESTED:
            return
        request.body = json.dumps(gather(request.applicant, now), ensure_ascii=False)
        request.state, request.settled_at = DataRequestState.READY, now
        request.expires_at = now + LIVES_FOR
        request.save(update_fields=["body", "state", "settled_at", "expires_at"])
        _note(Verb.DATA_COPIED, request, SITE, now)
        queue_work(kind=TELL_DATA, subject=reference, key=f"{TELL_DATA}:{reference}:ready", now=now)


def gather(applicant: Applicant, now: datetime) -> dict[str, Any]:
    """Return everything that every app holds about somebody, in the language of the person."""
    with translation.override(applicant.user.language if applicant.user else applicant.language):
        sections = [
            {"name": one.name, "title": str(one.title), "rows": plain(one.read(applicant))}
            for one in list_sections()
        ]
    looks = [
        {"at": look.at.isoformat(), "who": look.who.partition(":")[0], "what": look.what, "about": look.about}
        for look in list_looks(applicant, limit=_ALL_LOOKS)
    ]
    return {
        "format": FORMAT, "about": applicant.reference, "made_at": now.isoformat(), "sections": sections,
        "looks": looks,
    }  # fmt: skip


def take_copy(*, request: DataRequest, by: Actor, now: datetime) -> dict[str, Any]:
    """Return the copy, and note that it was taken."""
    is_living = request.expires_at is not None and request.expires_at > now
    if request.state != DataRequestState.READY or not is_living or not request.body:
        raise CopyGoneError
    with transaction.atomic():
        _note(Verb.DATA_TAKEN, request, by, now)
    taken: dict[str, Any] = json.loads(request.body)
    return taken


def get_own_request(*, applicant: Applicant, reference: str) -> DataRequest:
    """Return one request of one's own, or raise NotFoundError."""
    rows = DataRequest.objects.select_related("applicant")
    found = rows.filter(applicant=applicant, reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_requests(applicant: Applicant) -> list[DataRequest]:
    """Return somebody's requests, newest first, without the copies themselves."""
    return list(DataRequest.objects.filter(applicant=applicant).defer("body").order_by("-id")[:20])


def forget_old_copies(now: datetime) -> int:
    """Empty the copies whose seven days are over, and return how many there were."""
    old = DataRequest.objects.filter(state=DataRequestState.READY, expires_at__lte=now)
    return old.update(state=DataRequestState.EXPIRED, body="")


def _note(verb: Verb, request: DataRequest, by: Actor, now: datetime, **codes: str) -> None:
    record(
        verb=verb, subject=request.applicant.reference, actor=by.code, now=now,
        codes={"request": request.reference, **codes},
    )  # fmt: skip
