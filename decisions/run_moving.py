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
from decisions.run_evaluating import open_partition
from decisions.run_ranges import Part, list_changed_parts, list_told_parts
from decisions.run_states import WORKING
from decisions.runs import add_chunks

PEOPLE_APPLIED: Final = 500
PEOPLE_TOLD: Final = 250
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
    parts = [Part(*row) for row in ranges.values_list("product", "first_key", "last_key")]
    add_chunks(run, RunState.EVALUATING, parts)
    _save(run, RunState.EVALUATING)


def _weigh(run: Run, now: datetime) -> None:
    """Everybody is assessed: count what would change, and let the brake speak before anything does."""
    run.counts = _counts(run)
    run.people = run.counts["people"]
    if not run.counts["causes"]:
        _end(run, now)
        return
    add_chunks(run, RunState.APPLYING, list_changed_parts(run_id=run.pk, size=PEOPLE_APPLIED))
    run.brake = find_excess(run=run, now=now)
    _save(run, RunState.BRAKED if run.brake else RunState.APPLYING)
    if run.brake:
        note_brake(run, run.brake, now)


def _counts(run: Run) -> dict[str, Any]:
    """The sum of what the chunks came to, whole and for each product that anybody has."""
    chunks = run.chunks.filter(phase=RunState.EVALUATING, people__gt=0)
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for product, people, changes in chunks.values_list("product", "people", "changes"):
        found.setdefault(product, []).append((people, changes))
    products = {product: _sum(parts) for product, parts in found.items()}
    return {**_sum([part for parts in found.values() for part in parts]), "products": products}


def _sum(parts: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    causes: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    sums: Counter[str] = Counter(people=0, better=0, worse=0)
    for people, changes in parts:
        causes.update(changes["causes"])
        outcomes.update(changes["outcomes"])
        sums.update(people=people, better=changes["better"], worse=changes["worse"])
    return {"outcomes": dict(outcomes), "causes": dict(causes), **sums}


def _tell(run: Run, now: datetime) -> None:
    run.counts = {**run.counts, **_applied(run)}
    parts = list_told_parts(run_id=run.pk, size=PEOPLE_TOLD)
    if not parts:
        _save(run, RunState.TELLING)
        _end(run, now)
        return
    add_chunks(run, RunState.TELLING, parts)
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
