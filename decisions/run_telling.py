"""Telling people what a run decided: one message per person, in batches after everything is applied."""

from datetime import datetime

from decisions.models import DecisionKind, Run, RunChange, RunChunk
from decisions.run_effects import Effect
from notifications.batches import Notice, queue_notices
from notifications.kinds import Kind


def tell_chunk(*, run: Run, chunk: RunChunk, now: datetime) -> Effect:
    """Write the messages of a range."""
    rows = (
        RunChange.objects.filter(
            run=run,
            product=chunk.product,
            decision__isnull=False,
            applicant_id__gte=chunk.first_key,
            applicant_id__lte=chunk.last_key,
        )
        .order_by("applicant_id")
        .values_list("applicant_id", "decision__reference", "decision__kind")
    )
    notices = [
        Notice(
            applicant=applicant, about=reference,
            kind=Kind.DECISION_READY if kind == DecisionKind.APPLICATION else Kind.LINE_CHANGED,
        )
        for applicant, reference, kind in rows
    ]  # fmt: skip
    queue_notices(notices=notices, now=now)
    return Effect(len(notices))
