"""Working on a run: a chunk is claimed, done, and marked done in the transaction of its effect.

The claim is counted in a statement of its own. The work then holds the row's lock, so that a worker which
dies gives its chunk back at once, with all it had written undone: a claimed row without a lock is free.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Protocol
from uuid import UUID, uuid4

import structlog
from django.db import connection, transaction

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from core.catalogues import pinned_catalogues
from core.errors import DomainError
from core.killpoints import killpoint
from decisions.models import Run, RunChunk, RunState
from decisions.run_applying import apply_chunk
from decisions.run_brake import is_stopped_now
from decisions.run_effects import Effect
from decisions.run_evaluating import evaluate_chunk, prepare_chunk
from decisions.run_moving import move_on
from decisions.run_states import WORKING
from decisions.run_telling import tell_chunk

MOST_ATTEMPTS: Final = 5
_log = structlog.get_logger(__name__)

_CLAIM: Final = """
UPDATE decisions_runchunk SET attempts = attempts + 1, lease = %(lease)s
WHERE id = (
    SELECT chunk.id FROM decisions_runchunk AS chunk JOIN decisions_run AS run ON run.id = chunk.run_id
    WHERE run.reference = %(run)s AND chunk.phase = run.state AND NOT run.is_paused
        AND chunk.done_at IS NULL AND chunk.attempts < %(most)s
    ORDER BY chunk.lease IS NOT NULL, chunk.attempts, chunk.number LIMIT 1 FOR UPDATE OF chunk SKIP LOCKED
) RETURNING id, set_config('synchronous_commit', 'off', true)
"""
"""Neither a claim nor a chunk that only computes waits for the disk: what a power cut takes is done again."""
_COMPUTES: Final = frozenset({RunState.PREPARING, RunState.EVALUATING})


class Rest(Enum):
    """Why a worker came back."""

    NOTHING = "nothing"
    """The run has ended, waits for people, or is paused."""
    MORE = "more"
    """There is more to do, but the time is used, or others are at it."""


class PhaseWork(Protocol):
    """What one phase does with one chunk, inside the transaction that marks it done."""

    def __call__(self, *, run: Run, chunk: RunChunk, now: datetime) -> Effect: ...


_PHASES: Mapping[str, PhaseWork] = {
    RunState.PREPARING: prepare_chunk,
    RunState.EVALUATING: evaluate_chunk,
    RunState.APPLYING: apply_chunk,
    RunState.TELLING: tell_chunk,
}


@dataclass(frozen=True)
class _Claim:
    chunk: int
    lease: UUID


def work_on_run(*, reference: str, clock: Callable[[], datetime], budget_seconds: float) -> Rest:
    """Do chunks of a run until none is left for this worker or the time is used."""
    deadline = time.monotonic() + budget_seconds
    while time.monotonic() < deadline:
        claim = _claim(reference)
        if claim is None:
            if not _move_on(reference, clock()):
                return _what_is_left(reference)
            continue
        killpoint("run.claimed")
        _do(claim, reference, clock)
    return _what_is_left(reference)


def _claim(reference: str) -> _Claim | None:
    lease = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"lease": lease, "run": reference, "most": MOST_ATTEMPTS})
        found = cursor.fetchone()
    return None if found is None else _Claim(found[0], lease)


def _do(claim: _Claim, reference: str, clock: Callable[[], datetime]) -> None:
    try:
        with transaction.atomic(), pinned_catalogues():
            _do_held(claim, clock())
            killpoint("run.chunk_before_commit")
    except Exception as error:  # noqa: BLE001 - whatever a chunk raises, its row must learn of it
        _note_failure(claim, reference, error)


def _do_held(claim: _Claim, now: datetime) -> None:
    """Do the chunk if this worker still holds it and nothing has stopped the run meanwhile."""
    rows = RunChunk.objects.select_for_update(skip_locked=True, of=("self",))
    chunk = rows.select_related("run__policy", "run__signer").filter(
        pk=claim.chunk, lease=claim.lease, done_at=None
    ).first()  # fmt: skip
    if chunk is None or chunk.run.is_paused or chunk.run.state != chunk.phase:
        return
    if is_stopped_now(run=chunk.run, now=now):
        return
    if chunk.phase in _COMPUTES:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
    effect = _PHASES[chunk.phase](run=chunk.run, chunk=chunk, now=now)
    killpoint("run.chunk_before_done")
    RunChunk.objects.filter(pk=chunk.pk).update(
        done_at=now, people=effect.people, changes=effect.changes, problem=""
    )
    record(
        verb=Verb.CHUNK_DONE, subject=chunk.run.reference, actor=SITE.code, now=now,
        codes={
            "phase": chunk.phase, "product": chunk.product, "chunk": chunk.number, "people": effect.people,
            "changes": effect.changes, "policy": chunk.run.policy_hash,
        },
    )  # fmt: skip


def _note_failure(claim: _Claim, reference: str, error: Exception) -> None:
    """Keep what went wrong by name; after the last attempt the run pauses until somebody has looked."""
    name = type(error).__name__
    name = f"{name}: {error.code}"[:160] if isinstance(error, DomainError) else name[:160]
    _log.warning("run_chunk_failed", run=reference, chunk=claim.chunk, error=name)
    with transaction.atomic():
        mine = RunChunk.objects.filter(pk=claim.chunk, lease=claim.lease, done_at=None)
        if (
            mine.update(problem=name, lease=None)
            and mine.model.objects.filter(pk=claim.chunk, attempts__gte=MOST_ATTEMPTS).exists()
        ):
            Run.objects.filter(reference=reference).update(is_paused=True, problem=name)


def _move_on(reference: str, now: datetime) -> bool:
    """Begin the next phase when the last chunk of this one is done; return whether there is one."""
    with transaction.atomic():
        has_more = move_on(reference=reference, now=now)
        killpoint("run.moved_before_commit")
    return has_more


def _what_is_left(reference: str) -> Rest:
    is_open = Run.objects.filter(reference=reference, state__in=WORKING, is_paused=False).exists()
    return Rest.MORE if is_open else Rest.NOTHING
