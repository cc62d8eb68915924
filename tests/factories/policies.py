"""Policy versions on their way, and market conditions that two people set."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any, Final

from accounts.models import User
from accounts.roles import Role
from decisions.market import approve_market, propose_market
from decisions.models import DryRun, MarketSwitch, PolicyVersion
from decisions.policies import compiled, get_policy_in_force
from decisions.policy_drafting import draft_policy
from decisions.policy_lifecycle import approve_policy, propose_policy
from decisions.policy_publishing import first_day, publish_policy
from tests.factories.decisions import NOW
from tests.people import acting, person

Document = dict[str, Any]


def changed_document(
    version: str = "2026.2",
    *,
    now: datetime = NOW,
    edit: Callable[[Document], None] | None = None,
    **sections: Any,
) -> Document:
    """The document in force under another name, with whole sections replaced and then edited."""
    document = compiled(get_policy_in_force(now=now)).document
    document.update({"policy_version": version, **deepcopy(sections)})
    if edit is not None:
        edit(document)
    return document


def manager(name: str) -> User:
    """A policy manager of this name."""
    return User.objects.filter(email=f"{name.lower()}@example.test").first() or person(
        name, Role.POLICY_MANAGER
    )


def drafted_version(document: Mapping[str, Any] | None = None, *, now: datetime = NOW) -> PolicyVersion:
    """A draft by Pia."""
    return draft_policy(document=document or changed_document(now=now), by=acting(manager("Pia")), now=now)


def proposed_version(document: Mapping[str, Any] | None = None, *, now: datetime = NOW) -> PolicyVersion:
    """A version that Pia proposed, compared with the best points."""
    row = drafted_version(document, now=now)
    return propose_policy(
        policy_version=row, impact=IMPACT, baseline="max", by=acting(manager("Pia")), now=now
    )


IMPACT: Final = "https://papers.example.test/impact/2026-2"
NOTHING_TRIED: Final = {"people": 0, "changed": 0, "matrix": {}, "groups": {}}


def with_dry_run(row: PolicyVersion, *, now: datetime = NOW) -> PolicyVersion:
    """The version, after a dry run of an empty book against the one in force."""
    base = get_policy_in_force(now=now)
    DryRun.objects.create(
        policy=row, base=base, policy_hash=row.content_hash, base_hash=base.content_hash, market="normal",
        people=0, changed=0, counts={"shown": NOTHING_TRIED}, made_by="site", made_at=now,
    )  # fmt: skip
    return row


def approved_version(document: Mapping[str, Any] | None = None, *, now: datetime = NOW) -> PolicyVersion:
    """A version that Paul approved after a dry run."""
    row = with_dry_run(proposed_version(document, now=now), now=now)
    return approve_policy(policy_version=row, by=acting(manager("Paul")), now=now)


def published_version(
    document: Mapping[str, Any] | None = None, *, from_on: date | None = None, now: datetime = NOW
) -> PolicyVersion:
    """A version that begins tomorrow, or on the day given."""
    row = approved_version(document, now=now)
    by = acting(manager("Pia"))
    return publish_policy(policy_version=row, from_on=from_on or first_day(now), by=by, now=now)


def set_market(condition: str, *, now: datetime = NOW, reason: str = "test") -> MarketSwitch:
    """A market condition that Pia proposed and Paul agreed to."""
    row = propose_market(
        condition=condition, reason=reason, review_on=(now + timedelta(days=30)).date(),
        by=acting(manager("Pia")), now=now,
    )  # fmt: skip
    return approve_market(switch=row, by=acting(manager("Paul")), now=now)
