"""The daily look at everybody with a line, in parts; where nothing can have changed nobody is looked at."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import connection, transaction

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from core.identity import today_in_china
from decisions.models import WarningSweep
from decisions.policies import get_policy_in_force
from decisions.warnings import Look, look_at
from outbox.queries import has_open_work
from outbox.queueing import queue_work

_log = structlog.get_logger(__name__)
LOOK_FOR_WARNINGS: Final = "LOOK_FOR_WARNINGS"
PEOPLE: Final = 100
_PEOPLE: Final = """
SELECT a.id, w.id IS NULL OR w.sheet_version <> COALESCE(s.version, 0) OR w.policy_hash <> %(hash)s
    OR w.again_on <= %(today)s
FROM applicants_applicant a
LEFT JOIN decisions_watch w ON w.applicant_id = a.id
LEFT JOIN applicants_sheet s ON s.applicant_id = a.id
WHERE a.id > %(after)s AND a.erased_at IS NULL AND (
    EXISTS (SELECT 1 FROM decisions_line l WHERE l.applicant_id = a.id
        AND l.state IN ('active', 'used_up', 'reduced', 'on_hold', 'suspended'))
    OR EXISTS (SELECT 1 FROM decisions_earlywarning e WHERE e.applicant_id = a.id AND e.ended_at IS NULL))
ORDER BY a.id LIMIT %(most)s
"""
"""Everybody with a line in use or a warning that stands, and whether anything can have changed since."""


def begin_sweep(*, now: datetime) -> WarningSweep:
    """Begin today's look, once a day; a look that nobody works on is given to a worker again.

    Work that was given up counts as nobody working on it.
    """
    day = today_in_china(now)
    with transaction.atomic():
        sweep, is_new = WarningSweep.objects.get_or_create(day=day, defaults={"started_at": now})
        has_worker = not is_new and has_open_work(kind=LOOK_FOR_WARNINGS, subject=day.isoformat())
        if sweep.ended_at is None and not has_worker:
            call_worker(sweep, now=now)
    return sweep


def call_worker(sweep: WarningSweep, *, now: datetime) -> None:
    """Ask for a worker to go on where the look has come to."""
    key = f"{LOOK_FOR_WARNINGS}:{sweep.day.isoformat()}:{sweep.after_key}:{now.isoformat()}"
    queue_work(kind=LOOK_FOR_WARNINGS, subject=sweep.day.isoformat(), key=key, now=now)


def work_on_sweep(*, day: str, clock: Callable[[], datetime], is_late: Callable[[], bool]) -> bool:
    """Look at people in parts until it is late; return whether there is more to do."""
    while not is_late():
        if not look_at_part(day=day, now=clock()):
            return False
    return True


def look_at_part(*, day: str, now: datetime, most: int = PEOPLE) -> bool:
    """Look at the next part, and count it in the same transaction; return whether there may be more."""
    with transaction.atomic():
        sweep = (
            WarningSweep.objects.select_for_update(skip_locked=True).filter(day=day, ended_at=None).first()
        )
        if sweep is None:
            return False
        rows = _next_people(sweep.after_key, most, now)
        found = _look([key for key, is_due in rows if is_due], now)
        sweep.people += len(rows)
        sweep.looked += found.looked
        sweep.fired += found.fired
        sweep.cured += found.cured
        sweep.after_key = rows[-1][0] if rows else sweep.after_key
        has_more = len(rows) == most
        if not has_more:
            sweep.ended_at = now
            _note(sweep, now)
        sweep.save()
    return has_more


def _look(keys: list[int], now: datetime) -> Look:
    """Look at these together; where one fails, at one after the other, so that only that one is left out."""
    try:
        return look_at(keys=keys, now=now)
    except Exception as error:  # noqa: BLE001 - whatever one raises, the others are looked at
        _log.error("warnings_not_looked_at", people=len(keys), error=type(error).__name__)
        if len(keys) == 1:
            return Look()
    found = [_look([key], now) for key in keys]
    return Look(*(sum(getattr(one, part) for one in found) for part in ("looked", "fired", "cured")))


def _next_people(after: int, most: int, now: datetime) -> list[tuple[int, bool]]:
    values: dict[str, Any] = {
        "hash": get_policy_in_force(now=now).content_hash, "today": today_in_china(now), "after": after,
        "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, values)
        return [(key, bool(is_due)) for key, is_due in cursor.fetchall()]


def _note(sweep: WarningSweep, now: datetime) -> None:
    record(
        verb=Verb.WARNINGS_COMPUTED, subject=f"warnings:{sweep.day.isoformat()}", actor=SITE.code, now=now,
        codes={
            "people": sweep.people, "looked": sweep.looked, "fired": sweep.fired, "cured": sweep.cured,
        },
    )  # fmt: skip


def last_sweep() -> WarningSweep | None:
    """Return the newest look, whether it has ended or not."""
    return WarningSweep.objects.order_by("-day").first()
