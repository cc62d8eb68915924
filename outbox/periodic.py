"""Work that recurs: each job is idempotent and runs in one process at a time."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection

Job: TypeAlias = Callable[[datetime], None]


@dataclass(frozen=True)
class Periodic:
    """A job and how often it is asked for."""

    name: str
    seconds: float
    job: Job


_jobs: dict[str, Periodic] = {}


def periodic(*, seconds: float, name: str | None = None) -> Callable[[Job], Job]:
    """Register the decorated `job(now)` to run every so many seconds; its name is `<app>.<function>`."""

    def register(job: Job) -> Job:
        label = name or f"{job.__module__.partition('.')[0]}.{job.__name__}"
        known = _jobs.get(label)
        if known is not None and known.job is not job:
            raise ValueError(f"{label} is already a periodic job")
        _jobs[label] = Periodic(label, seconds, job)
        return job

    return register


def list_periodic() -> list[Periodic]:
    """Return every registered job, by name."""
    return [_jobs[name] for name in sorted(_jobs)]


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the jobs as Celery beat wants them; missed beats are dropped, not piled up."""
    return {
        job.name: {
            "task": "outbox.tasks.run_periodic",
            "schedule": job.seconds,
            "args": (job.name,),
            "options": {"expires": max(job.seconds, 5.0), "ignore_result": True},
        }
        for job in list_periodic()
    }


def run_job(*, name: str, now: datetime) -> bool:
    """Run the job unless another process is at it; return whether it ran."""
    job = _jobs[name].job
    digest = hashlib.sha256(f"periodic:{name}".encode()).digest()
    lock = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            return False
    try:
        job(now)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    return True
