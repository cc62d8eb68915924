"""Calling workers to a run again, so that none stands still because a worker was lost."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from decisions.models import Run
from decisions.run_states import WORKING
from decisions.runs import WORK_ON_RUN, call_workers
from outbox.queries import has_open_work

PAUSE: Final = timedelta(seconds=1)


def call_again(*, reference: str, now: datetime) -> None:
    """Ask for one more turn of this worker, a moment later, in the caller's transaction."""
    call_workers(Run.objects.get(reference=reference), now=now, due_at=now + PAUSE, workers=1)


def keep_runs_going(*, now: datetime) -> None:
    """Call workers to every open run that has none queued or at work."""
    for run in Run.objects.filter(state__in=WORKING, is_paused=False):
        with transaction.atomic():
            if not has_open_work(kind=WORK_ON_RUN, subject=run.reference):
                call_workers(run, now=now)
