"""A dry run: everybody in the book under a version, compared with the one in force; nothing changes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import transaction

from accounts.actors import Actor
from audit.log import record
from audit.verbs import Verb
from decisions.book_codes import Encoder, decide_records, granted, read_entries, records_of
from decisions.book_entries import current_layout, refresh_entries
from decisions.dry_run_counting import Counting, Side
from decisions.dry_run_groups import Groups
from decisions.freezing import freeze_context
from decisions.jurisdictions import list_profiles
from decisions.models import DryRun, PolicyVersion
from decisions.policies import compiled, current_market, get_policy_in_force
from decisions.run_ranges import list_ranges

PEOPLE_A_STEP: Final = 20_000
Say = Callable[[int, int], None]


def dry_run(
    *, version: PolicyVersion, market: str | None = None, by: Actor, now: datetime, say: Say | None = None
) -> DryRun:
    """Assess the whole book twice and store who would go from what to what; `say` hears how far."""
    base = get_policy_in_force(now=now)
    today = current_market(now)
    counting = _count(base, version, base_market=today, market=market or today, now=now, say=say)
    return _store(counting, base, version, base_market=today, market=market or today, by=by, now=now)


def latest_dry_run(*, version: PolicyVersion, now: datetime) -> DryRun | None:
    """The newest dry run of this content against the version in force, or None."""
    base = get_policy_in_force(now=now)
    return DryRun.objects.filter(
        policy=version, policy_hash=version.content_hash, base_hash=base.content_hash
    ).first()


def _count(
    base: PolicyVersion,
    version: PolicyVersion,
    *,
    base_market: str,
    market: str,
    now: datetime,
    say: Say | None,
) -> Counting:
    older, newer = compiled(base), compiled(version)
    layout = current_layout()
    encoder = Encoder(layout, (older, newer))
    contexts = _contexts(base_market, now), _contexts(market, now)
    ranges = list_ranges(size=PEOPLE_A_STEP)
    counting, groups = Counting(), Groups.read()
    for place, (first, last) in enumerate(ranges):
        refresh_entries(first=first, last=last, now=now)
        entries = read_entries(layout=layout, first=first, last=last)
        records = records_of(entries, layout)
        before = _side(encoder, older, base_market, contexts[0], records)
        after = _side(encoder, newer, market, contexts[1], records)
        counting.add(before, after, groups.of(entries["applicant_id"], records, before))
        if say is not None:
            say(place + 1, len(ranges))
    return counting


def _contexts(market: str, now: datetime) -> Mapping[str, Any]:
    return {
        profile.code: freeze_context(profile=profile, product="consumer_loan", market=market, now=now)
        for profile in list_profiles()
    }


def _side(encoder: Encoder, policy: Any, market: str, contexts: Mapping[str, Any], records: Any) -> Side:
    outcome: npt.NDArray[np.uint8] = np.zeros(len(records), np.uint8)
    score: npt.NDArray[np.int32] = np.zeros(len(records), np.int32)
    limit: npt.NDArray[np.int32] = np.zeros(len(records), np.int32)
    decided = decide_records(
        encoder=encoder, policy=policy, market=market, contexts=contexts, records=records
    )
    for part in decided:
        outcome[part.rows], score[part.rows] = part.result.outcome, part.result.score
        limit[part.rows] = granted(part.result)[0]
    return Side(outcome, score, limit)


def _store(
    counting: Counting,
    base: PolicyVersion,
    version: PolicyVersion,
    *,
    base_market: str,
    market: str,
    by: Actor,
    now: datetime,
) -> DryRun:
    with transaction.atomic():
        row = DryRun.objects.create(
            policy=version, base=base, policy_hash=version.content_hash, base_hash=base.content_hash,
            market=market, base_market=base_market, people=counting.people, changed=counting.changed,
            counts=counting.to_json(), made_at=now, made_by=by.code,
        )  # fmt: skip
        record(
            verb=Verb.POLICY_TRIED, subject=f"policy:{version.version}", actor=by.code, now=now,
            codes={
                "hash": row.policy_hash, "base": base.version, "base_hash": row.base_hash, "market": market,
                "people": row.people, "changed": row.changed,
            },
        )  # fmt: skip
    return row
