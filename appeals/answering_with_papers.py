"""Answering a question of ours with a paper, new or sent before: it stands beside the reason that it fits."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from accounts.actors import Actor
from appeals.answering import answer_item
from appeals.appealability import evidence_kinds
from appeals.attaching import attach_existing, check_open_for_papers, check_room
from appeals.models import Attachment, Request, RequestItem
from core.errors import DomainError
from evidence.models import Document
from evidence.storing import store_document


def answer_with_paper(
    *,
    item: RequestItem,
    answer: str,
    kind: str,
    upload: IO[bytes] | Iterable[bytes],
    name: str,
    declared_type: str,
    by: Actor,
    now: datetime,
) -> Request:
    """Store a paper as the answer to one thing we asked for; the same file again is the same paper."""
    appeal = item.request.appeal
    check_open_for_papers(appeal=appeal, by=by)
    document = store_document(
        applicant=appeal.applicant, kind=kind, upload=upload, name=name, declared_type=declared_type,
        by=by, now=now,
    )  # fmt: skip
    _put_beside(item, document, by, now)
    return answer_item(item=item, answer=answer, document=document, by=by, now=now)


def answer_with_kept_paper(
    *, item: RequestItem, answer: str, document: Document, by: Actor, now: datetime
) -> Request:
    """Answer with a paper that was sent before; where it is new in this appeal it is put beside a reason."""
    done = answer_item(item=item, answer=answer, document=document, by=by, now=now)
    if not Attachment.objects.filter(ground__appeal=item.request.appeal, document=document).exists():
        _put_beside(item, document, by, now)
    return done


def _put_beside(item: RequestItem, document: Document, by: Actor, now: datetime) -> None:
    """Beside the first reason that such a paper can speak to; without one it is the answer alone."""
    for ground in item.request.appeal.grounds.all():
        if document.kind in evidence_kinds(ground.code):
            ground.appeal = item.request.appeal
            try:
                check_room(ground)
                attach_existing(ground=ground, document=document, by=by, now=now)
            except DomainError:
                continue
            return
