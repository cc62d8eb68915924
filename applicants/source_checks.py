"""Asking the source of a disputed record: it corrects itself, stands by it, or is silent to the last day."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.actors import SITE
from applicants.characteristics import check_value, get_dictionary
from applicants.disputing import DisputeEndedError, lock_open, note, settle_by_source, tell_dispute
from applicants.models import Dispute, DisputeState, SourceCheck, SourceReply
from applicants.record_sources import Question, Reply
from applicants.remote_sources import get_record_source
from applicants.sources import get_sources, is_asked
from applicants.terms import get_data_terms
from audit.verbs import Verb
from core.calendars import legal_day
from core.errors import InputError

_ASK_AGAIN: Final = timedelta(days=1)
_BATCH: Final = 50


def ask_sources(now: datetime) -> int:
    """Ask about every open dispute that is due to be asked about; returns how many were asked."""
    waiting = Dispute.objects.filter(state=DisputeState.OPEN, fact__source__in=_askable()).filter(
        Q(source_check__isnull=True) | Q(source_check__ask_at__lte=now)
    )
    asked = 0
    for dispute in waiting.select_related("applicant", "fact").order_by("due_on", "id")[:_BATCH]:
        asked += ask_source(dispute=dispute, now=now)
    return asked


def ask_source(*, dispute: Dispute, now: datetime) -> bool:
    """Ask one source outside any transaction and keep its reply; false when the check ended meanwhile."""
    applicant, fact = dispute.applicant, dispute.fact
    reply = get_record_source().ask(
        Question(
            source=fact.source, characteristic=dispute.characteristic, value=fact.value,
            name=applicant.name or "", id_number=applicant.id_number or "", phone=applicant.phone or "",
        )
    )  # fmt: skip
    try:
        _keep(dispute, _judged(dispute, reply), now)
    except DisputeEndedError:
        return False
    return True


def tell_unanswered(now: datetime) -> int:
    """Tell supervisors of records whose source said nothing until the last day, once each; how many."""
    silent = SourceCheck.objects.filter(
        dispute__state=DisputeState.OPEN, reply=SourceReply.SILENT, told_at=None,
        dispute__due_on__lte=now.date() + timedelta(days=1),
    )  # fmt: skip
    told = 0
    for check in silent.select_related("dispute__applicant"):
        zone = get_data_terms(check.dispute.applicant.jurisdiction).zone
        if legal_day(now, zone) < check.dispute.due_on:
            continue
        with transaction.atomic():
            if SourceCheck.objects.filter(pk=check.pk, told_at=None).update(told_at=now):
                tell_dispute(check.dispute, "silent", now)
                told += 1
    return told


def _askable() -> list[str]:
    return [code for code in get_sources() if is_asked(code)]


def _judged(dispute: Dispute, reply: Reply) -> Reply:
    """The reply as it can be used: the same value confirms, one that cannot be is kept as such."""
    if reply.kind != SourceReply.CORRECTED:
        return reply
    try:
        value = check_value(get_dictionary()[dispute.characteristic], reply.value, reply.detail)
    except InputError:
        return Reply(SourceReply.UNUSABLE)
    if value == dispute.fact.value:
        return Reply(SourceReply.CONFIRMED)
    return reply


def _keep(dispute: Dispute, reply: Reply, now: datetime) -> None:
    is_silent = reply.kind == SourceReply.SILENT
    with transaction.atomic():
        current = lock_open(dispute)
        check, _is_new = SourceCheck.objects.get_or_create(
            dispute=current, defaults={"source": current.fact.source, "asked_at": now}
        )
        if check.replied_at is not None:
            return
        check.tries += 1
        check.reply, check.replied_at = reply.kind, None if is_silent else now
        check.ask_at = now + _ASK_AGAIN if is_silent else None
        check.save(update_fields=["tries", "reply", "replied_at", "ask_at"])
        note(Verb.DISPUTE_SOURCE_ASKED, current, SITE, now, source=check.source, reply=reply.kind)
        if reply.kind == SourceReply.CORRECTED:
            settle_by_source(
                dispute=current, value=reply.value, detail=reply.detail, observed_on=reply.observed_on,
                now=now,
            )  # fmt: skip
