"""Runs over a small book."""

from datetime import datetime, timedelta
from typing import Any

from accounts.actors import SITE
from accounts.models import User
from decisions.book import load_book
from decisions.models import Run
from decisions.run_work import Rest, work_on_run
from decisions.runs import approve_run, start_run
from tests.factories.decisions import NOW
from tests.people import acting


def small_book(rows: int = 60, *, now: datetime = NOW) -> None:
    """The first people of the public table, decided."""
    load_book(rows=rows, now=now, say=lambda _text: None)


def begun_run(*, now: datetime = NOW + timedelta(minutes=30), **options: Any) -> Run:
    """A run that workers are about to take up."""
    terms: dict[str, Any] = {"reason": "rules changed", "chunk_size": 25, "by": SITE, **options}
    return start_run(now=now, **terms)


def worked(run: Run, *, now: datetime = NOW + timedelta(minutes=31)) -> Run:
    """The same after workers have done what they can."""
    while work_on_run(reference=run.reference, clock=lambda: now, budget_seconds=60) is Rest.MORE:
        pass
    return Run.objects.get(pk=run.pk)


def released(run: Run, *users: User, now: datetime = NOW + timedelta(minutes=40)) -> Run:
    """The same after these people have approved it."""
    for user in users:
        run = approve_run(run=run, reason="as agreed", by=acting(user), now=now)
    return run
