"""The brake: a cause that changes more than one in a hundred of a product stops a run for two people."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from decisions.models import Run, RunChunk, RunState
from decisions.policies import compiled
from decisions.run_states import APPROVERS


def find_excess(*, run: Run, now: datetime) -> dict[str, Any]:
    """The causes that pass the line with what this run would change and others changed in the same hours.

    The line is a share of those who have the product. A cause that passes it for several products is named
    with the largest share, and with all of them.
    """
    brake = compiled(run.policy).brake
    earlier = _changed_since(now - timedelta(hours=brake.hours), run)
    found = [
        (cause, {"product": product, **one})
        for product, counts in run.counts.get("products", {}).items()
        for cause, one in _passing(counts, earlier.get(product, Counter()), Decimal(brake.share_pct))
    ]
    passed: dict[str, list[str]] = {}
    for cause, one in found:
        passed.setdefault(cause, []).append(one["product"])
    return {
        cause: {**one, "products": passed[cause]}
        for cause, one in sorted(found, key=lambda pair: pair[1]["share_pct"])
    }


def _passing(
    counts: Mapping[str, Any], earlier: Counter[str], share_pct: Decimal
) -> Iterator[tuple[str, dict[str, Any]]]:
    people, changes = counts["people"], counts["causes"]
    for cause, count in (Counter(changes) + earlier).items():
        if changes.get(cause) and count > share_pct * people / 100:
            share = round(count * 100 / max(people, 1), 2)
            yield cause, {"changed": count, "earlier": earlier.get(cause, 0), "share_pct": share}


def _changed_since(since: datetime, run: Run) -> dict[str, Counter[str]]:
    """What other runs changed, by product and cause."""
    chunks = RunChunk.objects.filter(phase=RunState.APPLYING, done_at__gt=since).exclude(run=run)
    found: dict[str, Counter[str]] = {}
    for product, changes in chunks.values_list("product", "changes"):
        found.setdefault(product, Counter()).update(changes)
    return found


def is_stopped_now(*, run: Run, now: datetime) -> bool:
    """Check the brake before a chunk is applied, and pull it; two approvals keep it open."""
    if run.state != RunState.APPLYING or run.approvals.count() >= APPROVERS:
        return False
    excess = find_excess(run=run, now=now)
    if not excess:
        return False
    Run.objects.filter(pk=run.pk, state=RunState.APPLYING).update(state=RunState.BRAKED, brake=excess)
    note_brake(run, excess, now)
    return True


def note_brake(run: Run, excess: Mapping[str, Any], now: datetime) -> None:
    """Keep in the audit what stopped the run."""
    record(
        verb=Verb.RUN_BRAKED, subject=run.reference, actor=SITE.code, now=now,
        codes={"causes": {cause: one["changed"] for cause, one in excess.items()}, "people": run.people},
    )  # fmt: skip
