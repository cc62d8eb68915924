"""Policy versions: loaded once, whole and hashed; which one decides, and in which market condition."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from assessment import Policy, PolicyError, load_policy, read_policy
from audit.log import record
from audit.verbs import Verb
from core.catalogues import CatalogueError
from core.errors import ConflictError, NotFoundError
from core.identity import today_in_china
from decisions.models import MarketSwitch, PolicyState, PolicyVersion, SwitchState
from decisions.policy_periods import make_room


class NoPolicyError(NotFoundError):
    """No policy is in force on the day."""

    code = "no-policy"
    status = 503
    default_message = _("We cannot decide applications at the moment. Please try again later.")


class PolicyChangedError(ConflictError):
    """A version that is known already came with another content."""

    code = "policy-changed"
    default_message = _("Policy %(version)s is stored with another content. A change needs a new version.")


class PolicyDamagedError(Exception):
    """A stored policy no longer has the content that its hash says."""


def load_policy_version(*, document_path: Path, now: datetime, by: Actor = SITE) -> PolicyVersion:
    """Store the policy of a release and its predecessor as published; the same content changes nothing."""
    policy = read_policy_file(document_path)
    with transaction.atomic():
        older = None
        if policy.predecessor is not None:
            retired_on = date.fromisoformat(policy.effective_from) - timedelta(days=1)
            older = _store(policy.predecessor, retired_on=retired_on, predecessor=None, by=by, now=now)
        return _store(policy, retired_on=None, predecessor=older, by=by, now=now)


def read_policy_file(path: Path) -> Policy:
    """Return the policy of a file, or raise CatalogueError with the line and what is wrong."""
    try:
        return read_policy(path.read_text(encoding="utf-8"))
    except (PolicyError, UnicodeDecodeError) as error:
        raise CatalogueError(file=path.name, problem=str(error)) from error


def _store(
    policy: Policy, *, retired_on: date | None, predecessor: PolicyVersion | None, by: Actor, now: datetime
) -> PolicyVersion:
    known = PolicyVersion.objects.filter(version=policy.version).first()
    if known is not None:
        if known.content_hash != policy.hash:
            raise PolicyChangedError(version=policy.version)
        return known
    from_on = date.fromisoformat(policy.effective_from)
    until_on = make_room(from_on=from_on, until_on=retired_on, now=now)
    row = PolicyVersion.objects.create(
        version=policy.version, content_hash=policy.hash, document=policy.document, predecessor=predecessor,
        state=PolicyState.PUBLISHED, is_shipped=True, effective_from=from_on, retired_on=until_on,
        loaded_at=now, drafted_by=by.code,
    )  # fmt: skip
    record(
        verb=Verb.POLICY_LOADED, subject=f"policy:{row.version}", actor=by.code, now=now,
        codes={"hash": row.content_hash},
    )  # fmt: skip
    return row


def get_policy_in_force(*, now: datetime) -> PolicyVersion:
    """Return the version that decides today."""
    row = find_policy_in_force(now=now)
    if row is None:
        raise NoPolicyError
    return row


def find_policy_in_force(*, now: datetime) -> PolicyVersion | None:
    """Return the version that decides today, or None where the last one was retired without another."""
    today = today_in_china(now)
    return (
        PolicyVersion.objects.filter(state=PolicyState.PUBLISHED, effective_from__lte=today)
        .filter(Q(retired_on__isnull=True) | Q(retired_on__gte=today))
        .order_by("-effective_from", "-id")
        .first()
    )


def get_latest_policy(*, now: datetime) -> PolicyVersion:
    """Return the version that decides today, else the last that did: what a draft starts from."""
    ended = PolicyVersion.objects.filter(state=PolicyState.PUBLISHED, retired_on__lt=today_in_china(now))
    row = find_policy_in_force(now=now) or ended.order_by("-retired_on").first()
    if row is None:
        raise NoPolicyError
    return row


def compiled(policy_version: PolicyVersion) -> Policy:
    """Return the policy ready to decide; its content is checked against the stored hash."""
    return _compiled(policy_version.pk, policy_version.content_hash, policy_version.effective_from)


@lru_cache(maxsize=32)
def _compiled(pk: int, content_hash: str, effective_from: date | None) -> Policy:
    """The policy with the day that it was published from, which its content cannot know."""
    policy = load_policy(PolicyVersion.objects.only("document").get(pk=pk).document)
    if policy.hash != content_hash:
        raise PolicyDamagedError(f"policy row {pk}")
    return policy if effective_from is None else replace(policy, effective_from=effective_from.isoformat())


def current_market(now: datetime) -> str:
    """Return the market condition that two people set last, or the one that the policy names."""
    switched = _switches(now).values_list("condition", flat=True).first()
    return switched or compiled(get_latest_policy(now=now)).market_condition


def market_since(now: datetime) -> datetime | None:
    """Return since when the present market condition holds, if staff ever set it."""
    return _switches(now).values_list("switched_at", flat=True).first()


def _switches(now: datetime) -> QuerySet[MarketSwitch]:
    return MarketSwitch.objects.filter(state=SwitchState.SWITCHED, switched_at__lte=now)
