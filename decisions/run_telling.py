"""Telling people what a run decided: a frozen letter and a message each, in batches after all is applied."""

from datetime import datetime

from accounts.actors import SITE
from decisions.models import Decision, Run, RunChunk
from decisions.notices import message_about, send_notices
from decisions.run_effects import Effect
from notifications.batches import Notice, queue_notices


def tell_chunk(*, run: Run, chunk: RunChunk, now: datetime) -> Effect:
    """Freeze the letters of a range and write the messages; both are legal notices, as for one decision."""
    decisions = (
        Decision.objects.filter(
            run_change__run=run,
            run_change__product=chunk.product,
            applicant_id__gte=chunk.first_key,
            applicant_id__lte=chunk.last_key,
        )
        .select_related("applicant__user", "application", "line", "policy")
        .order_by("applicant_id")
    )
    rows = list(decisions)
    send_notices(decisions=rows, by=SITE, now=now)
    queue_notices(notices=[_notice(decision) for decision in rows], now=now)
    return Effect(len(rows))


def _notice(decision: Decision) -> Notice:
    kind, params = message_about(decision)
    return Notice(applicant=decision.applicant_id, about=decision.reference, kind=kind, params=params)
