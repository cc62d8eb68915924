"""From phase to phase: when the last chunk is done, one worker begins what follows."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from decisions.models import Run, RunChange, RunChunk, RunState
from decisions.run_brake import find_excess, note_brake
from decisions.run_evaluating import close_partition, open_partition
from decisions.run_ranges import list_changed_ranges, list_told_ranges
from decisions.run_states import WORKING
from decisions.runs import add_chunks

PEOPLE_APPLIED: Final = 500
PEOPLE_TOLD: Final = 5_000
_ENDED_WITH: Final = ("people", "causes", "decisions", "left")


def move_on(*, reference: str, now: datetime) -> bool:
    """Begin the next phase if every chunk of this one is done; return whether work goes on at once."""
    # Whoever comes second leaves the first one to it.
    rows = Run.objects.select_for_update(of=("self",), skip_locked=True).select_related("policy")
    run = rows.filter(reference=reference).first()
    if run is None or run.state not in WORKING or run.is_paused:
        return False
    if RunChunk.objects.filter(run=run, phase=run.state, done_at=None).exists():
        return False
    _NEXT[run.state](run, now)
    return run.state in WORKING


def _evaluate(run: Run, now: datetime) -> None:
    ranges = run.chunks.filter(phase=RunState.PREPARING).order_by("number")
    open_partition(run)
    add_chunks(run, RunState.EVALUATING, list(ranges.values_list("first_key", "last_key")))
    _save(run, RunState.EVALUATING)


def _weigh(run: Run, now: datetime) -> None:
    """Everybody is assessed: count what would change, and let the brake speak before anything does."""
    close_partition(run)
    run.counts = _counts(run)
    run.people = run.counts["people"]
    if not run.counts["causes"]:
        _end(run, now)
        return
    add_chunks(run, RunState.APPLYING, list_changed_ranges(run_id=run.pk, size=PEOPLE_APPLIED))
    run.brake = find_excess(run=run, changes=run.counts["causes"], now=now)
    _save(run, RunState.BRAKED if run.brake else RunState.APPLYING)
    if run.brake:
        note_brake(run, run.brake, now)


def _counts(run: Run) -> dict[str, Any]:
    """The sum of what the chunks came to."""
    causes: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    chunks = run.chunks.filter(phase=RunState.EVALUATING)
    for people, found in chunks.values_list("people", "changes"):
        causes.update(found["causes"])
        outcomes.update(found["outcomes"])
        sums.update(people=people, better=found["better"], worse=found["worse"])
    people = sums.pop("people", 0)
    return {"people": people, "outcomes": dict(outcomes), "causes": dict(causes), **sums}


def _tell(run: Run, now: datetime) -> None:
    run.counts = {**run.counts, **_applied(run)}
    ranges = list_told_ranges(run_id=run.pk, size=PEOPLE_TOLD)
    if not ranges:
        _save(run, RunState.TELLING)
        _end(run, now)
        return
    add_chunks(run, RunState.TELLING, ranges)
    _save(run, RunState.TELLING)


def _applied(run: Run) -> Mapping[str, Any]:
    left = Counter(RunChange.objects.filter(run=run).exclude(left="").values_list("left", flat=True))
    return {"decisions": run.run_changes.filter(decision__isnull=False).count(), "left": dict(left)}


def _end(run: Run, now: datetime) -> None:
    run.ended_at = now
    _save(run, RunState.DONE)
    record(
        verb=Verb.RUN_ENDED, subject=run.reference, actor=SITE.code, now=now,
        codes={name: run.counts[name] for name in _ENDED_WITH if name in run.counts},
    )  # fmt: skip


def _save(run: Run, state: RunState) -> None:
    run.state = state
    run.save(update_fields=["state", "people", "counts", "brake", "ended_at"])


_NEXT: Mapping[str, Callable[[Run, datetime], None]] = {
    RunState.PREPARING: _evaluate,
    RunState.EVALUATING: _weigh,
    RunState.APPLYING: _tell,
    RunState.TELLING: _end,
}
