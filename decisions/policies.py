"""Policy versions: loaded once, whole and hashed; the market condition is switched beside them."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.roles import Permission
from assessment import Policy, PolicyError, load_policy, read_policy
from audit.log import record
from audit.verbs import Verb
from core.catalogues import CatalogueError
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.identity import today_in_china
from decisions.models import Market, MarketSwitch, PolicyVersion


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
    """Store a policy and its predecessor; the same content again changes nothing."""
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
    row, is_new = PolicyVersion.objects.get_or_create(
        version=policy.version,
        defaults={
            "content_hash": policy.hash, "document": policy.document, "predecessor": predecessor,
            "effective_from": date.fromisoformat(policy.effective_from), "retired_on": retired_on,
            "loaded_at": now,
        },
    )  # fmt: skip
    if row.content_hash != policy.hash:
        raise PolicyChangedError(version=policy.version)
    if is_new:
        record(
            verb=Verb.POLICY_LOADED, subject=f"policy:{row.version}", actor=by.code, now=now,
            codes={"hash": row.content_hash},
        )  # fmt: skip
    return row


def get_policy_in_force(*, now: datetime) -> PolicyVersion:
    """Return the version that decides today."""
    today = today_in_china(now)
    row = (
        PolicyVersion.objects.filter(effective_from__lte=today)
        .filter(Q(retired_on__isnull=True) | Q(retired_on__gte=today))
        .order_by("-effective_from", "-id")
        .first()
    )
    if row is None:
        raise NoPolicyError
    return row


def compiled(policy_version: PolicyVersion) -> Policy:
    """Return the policy ready to decide; its content is checked against the stored hash."""
    return _compiled(policy_version.pk, policy_version.content_hash)


@lru_cache(maxsize=32)
def _compiled(pk: int, content_hash: str) -> Policy:
    policy = load_policy(PolicyVersion.objects.only("document").get(pk=pk).document)
    if policy.hash != content_hash:
        raise PolicyDamagedError(f"policy row {pk}")
    return policy


def current_market(now: datetime) -> str:
    """Return the market condition that staff set last, or the one that the policy names."""
    switched = MarketSwitch.objects.filter(switched_at__lte=now).values_list("condition", flat=True).first()
    return switched or compiled(get_policy_in_force(now=now)).market_condition


def market_since(now: datetime) -> datetime | None:
    """Return since when the present market condition holds, if staff ever set it."""
    return MarketSwitch.objects.filter(switched_at__lte=now).values_list("switched_at", flat=True).first()


def switch_market(*, condition: str, reason: str, by: Actor, now: datetime) -> MarketSwitch:
    """Set the market condition from now on, with a reason."""
    if not by.can(Permission.MANAGE_POLICY):
        raise ForbiddenError
    problems = {}
    if condition not in Market.values:
        problems["condition"] = [_("Choose one of the conditions offered.")]
    if not reason.strip():
        problems["reason"] = [_("Give a reason.")]
    if problems:
        raise InputError(fields=problems)
    with transaction.atomic():
        row = MarketSwitch.objects.create(
            condition=condition, reason=reason.strip()[:300], switched_at=now, switched_by=by.code
        )
        record(
            verb=Verb.POLICY_ACTIVATED, subject="market", actor=by.code, now=now, codes={"market": condition}
        )
    return row
