"""A dry run: everybody in the book under a version, compared with the one in force; nothing changes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import transaction

from accounts.actors import Actor
from assessment import Policy
from audit.log import record
from audit.verbs import Verb
from core.copying import Rows
from decisions.book_codes import Encoder, decide_records, granted, read_entries
from decisions.book_entries import current_layout, refresh_entries
from decisions.book_products import PRODUCTS
from decisions.dry_run_counting import Counting, Side
from decisions.dry_run_groups import Groups
from decisions.dry_run_hiding import shown_of
from decisions.freezing import freeze_context
from decisions.jurisdictions import list_profiles
from decisions.models import DryRun, PolicyVersion
from decisions.policies import compiled, current_market, get_latest_policy
from decisions.run_ranges import list_parts
from decisions.runs import check_own_engine

PEOPLE_A_STEP: Final = 20_000
Say = Callable[[int, int], None]


def dry_run(
    *, version: PolicyVersion, market: str | None = None, by: Actor, now: datetime, say: Say | None = None
) -> DryRun:
    """Assess the whole book twice and store who would go from what to what; `say` hears how far."""
    check_own_engine()
    base = get_latest_policy(now=now)
    today = current_market(now)
    counting = _count(base, version, base_market=today, market=market or today, now=now, say=say)
    return _store(counting, base, version, base_market=today, market=market or today, by=by, now=now)


def latest_dry_run(*, version: PolicyVersion, now: datetime) -> DryRun | None:
    """The newest dry run of this content against the version in force, or None.

    One that was stored without what may be shown of it does not count: it is made again.
    """
    base = get_latest_policy(now=now)
    return DryRun.objects.filter(
        policy=version, policy_hash=version.content_hash, base_hash=base.content_hash,
        counts__has_key="shown",
    ).first()  # fmt: skip


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
    encoders = {product: Encoder(product, current_layout(product), (older, newer)) for product in PRODUCTS}
    parts = list_parts(size=PEOPLE_A_STEP)
    counting, groups = Counting(), Groups.read()
    for place, part in enumerate(parts):
        encoder = encoders[part.product]
        refresh_entries(product=part.product, first=part.first, last=part.last, now=now)
        records = read_entries(product=part.product, layout=encoder.layout, first=part.first, last=part.last)
        if len(records):
            before = _side(encoder, older, base_market, now, records)
            after = _side(encoder, newer, market, now, records)
            counting.add(part.product, before, after, groups.of(part.product, records, before))
        if say is not None:
            say(place + 1, len(parts))
    return counting


def _contexts(product: str, market: str, now: datetime) -> Mapping[str, Any]:
    return {
        profile.code: freeze_context(profile=profile, product=product, market=market, now=now)
        for profile in list_profiles()
    }


def _side(encoder: Encoder, policy: Policy, market: str, now: datetime, records: Rows) -> Side:
    outcome: npt.NDArray[np.uint8] = np.zeros(len(records), np.uint8)
    score: npt.NDArray[np.int32] = np.zeros(len(records), np.int32)
    limit: npt.NDArray[np.int32] = np.zeros(len(records), np.int32)
    decided = decide_records(
        encoder=encoder, policy=policy, market=market, contexts=_contexts(encoder.product, market, now),
        records=records,
    )  # fmt: skip
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
    shown = shown_of(counting.products)
    with transaction.atomic():
        row = DryRun.objects.create(
            policy=version, base=base, policy_hash=version.content_hash, base_hash=base.content_hash,
            market=market, base_market=base_market, people=counting.people, changed=counting.changed,
            counts={**counting.to_json(), "shown": shown}, made_at=now, made_by=by.code,
        )  # fmt: skip
        record(
            verb=Verb.POLICY_TRIED, subject=f"policy:{version.version}", actor=by.code, now=now,
            codes={
                "hash": row.policy_hash, "base": base.version, "base_hash": row.base_hash, "market": market,
                "people": shown["people"], "changed": shown["changed"],
            },
        )  # fmt: skip
    return row
