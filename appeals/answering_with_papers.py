"""Answering a question of ours with a new paper: it is stored, and stands beside the reason that it fits."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from accounts.actors import Actor
from appeals.answering import answer_item
from appeals.appealability import evidence_kinds
from appeals.attaching import attach_existing, check_open_for_papers, check_room
from appeals.models import Request, RequestItem
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
