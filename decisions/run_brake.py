"""The brake: one cause that would change more than one in a hundred stops a run until two people approve."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from decisions.models import Run, RunChunk, RunState
from decisions.policies import compiled
from decisions.run_states import APPROVERS


def find_excess(*, run: Run, changes: Mapping[str, int], now: datetime) -> dict[str, Any]:
    """The causes that pass the line with what this run would change and others changed in the same hours."""
    brake = compiled(run.policy).brake
    earlier = _changed_since(now - timedelta(hours=brake.hours), run)
    most = Decimal(brake.share_pct) * run.people / 100
    sums = Counter(changes) + Counter(earlier)
    return {
        cause: {
            "changed": count, "earlier": earlier.get(cause, 0),
            "share_pct": round(count * 100 / max(run.people, 1), 2),
        }
        for cause, count in sums.most_common()
        if changes.get(cause) and count > most
    }  # fmt: skip


def _changed_since(since: datetime, run: Run) -> Counter[str]:
    """What other runs changed, by cause."""
    chunks = RunChunk.objects.filter(phase=RunState.APPLYING, done_at__gt=since).exclude(run=run)
    found: Counter[str] = Counter()
    for changes in chunks.values_list("changes", flat=True):
        found.update(changes)
    return found


def is_stopped_now(*, run: Run, now: datetime) -> bool:
    """Check the brake before a chunk is applied, and pull it; two approvals keep it open."""
    if run.state != RunState.APPLYING or run.approvals.count() >= APPROVERS:
        return False
    excess = find_excess(run=run, changes=run.counts.get("causes", {}), now=now)
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
