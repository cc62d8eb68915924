"""What the platform says about itself: how full a product is, and when maintenance runs."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.errors import ForbiddenError, InputError
from core.texts import REASON_LENGTH, clean_text
from decisions.models import PlatformNotice, PlatformNoticeKind


def state_exposure(
    *,
    product: str,
    exposure_pct: Decimal,
    reopens_at: datetime | None = None,
    reason: str,
    by: Actor,
    now: datetime,
) -> PlatformNotice:
    """State how much of a product's overall limit is in use, and when it is expected to reopen."""
    if exposure_pct < 0:
        raise InputError(fields={"exposure_pct": [_("Enter a number from 0.")]})
    return _state(
        PlatformNotice(
            kind=PlatformNoticeKind.EXPOSURE, product=product, exposure_pct=exposure_pct,
            starts_at=now, ends_at=reopens_at, reason=clean_text(reason, field="reason", limit=REASON_LENGTH),
        ), by, now,
    )  # fmt: skip


def announce_maintenance(
    *, starts_at: datetime, ends_at: datetime, reason: str, by: Actor, now: datetime
) -> PlatformNotice:
    """State from when to when nothing can be assessed; an earlier statement no longer counts."""
    if ends_at < starts_at:
        raise InputError(fields={"ends_at": [_("The end lies before the start.")]})
    return _state(
        PlatformNotice(
            kind=PlatformNoticeKind.MAINTENANCE, starts_at=starts_at, ends_at=ends_at,
            reason=clean_text(reason, field="reason", limit=REASON_LENGTH),
        ), by, now,
    )  # fmt: skip


def get_exposure(*, product: str, now: datetime) -> PlatformNotice | None:
    """Return the newest statement about a product, if there is one."""
    return (
        PlatformNotice.objects.filter(kind=PlatformNoticeKind.EXPOSURE, stated_at__lte=now)
        .filter(Q(product=product) | Q(product=""))
        .first()
    )


def get_maintenance(*, now: datetime) -> PlatformNotice | None:
    """Return the maintenance that runs now, if any; only the newest statement counts."""
    newest = PlatformNotice.objects.filter(kind=PlatformNoticeKind.MAINTENANCE, stated_at__lte=now).first()
    if newest is None or newest.ends_at is None:
        return None
    return newest if newest.starts_at <= now < newest.ends_at else None


def _state(notice: PlatformNotice, by: Actor, now: datetime) -> PlatformNotice:
    if by.kind is not ActorKind.SITE and not by.can(Permission.MANAGE_POLICY):
        raise ForbiddenError
    notice.stated_at, notice.stated_by = now, by.code
    with transaction.atomic():
        notice.save(force_insert=True)
        record(
            verb=Verb.POLICY_ACTIVATED, subject="platform", actor=by.code, now=now,
            codes={
                "kind": str(notice.kind), "product": notice.product,
                "exposure_pct": str(notice.exposure_pct),
            },
        )  # fmt: skip
    return notice
