"""What the platform says about itself: how full a product is, maintenance, and a notice on every page."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

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

NOTICE_LENGTH: Final = 240
_LONGEST: Final = timedelta(days=31)
_TOO_LONG: Final = _("A notice stands for 31 days at most. Put it up again where it is needed longer.")


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


def put_up_notice(
    *, text_zh: str, text_en: str, starts_at: datetime, ends_at: datetime, by: Actor, now: datetime
) -> PlatformNotice:
    """Put a short notice on every page from one time to another; an earlier one no longer counts."""
    texts = {
        name: " ".join(clean_text(text, field=name, limit=NOTICE_LENGTH, is_required=True).split())
        for name, text in (("text_zh", text_zh), ("text_en", text_en))
    }
    if ends_at <= max(starts_at, now):
        raise InputError(fields={"ends_at": [_("The end lies after the start, and after now.")]})
    if ends_at - max(starts_at, now) > _LONGEST:
        raise InputError(fields={"ends_at": [_TOO_LONG]})
    return _put_up(Verb.NOTICE_PUT_UP, starts_at, ends_at, by, now, **texts)


def take_down_notice(*, by: Actor, now: datetime) -> PlatformNotice:
    """Take down the notice that stands or is to come; without one nothing happens but the entry."""
    return _put_up(Verb.NOTICE_TAKEN_DOWN, now, now, by, now)


def get_notice() -> PlatformNotice | None:
    """Return the notice that counts, whether it stands now or is to come; None after it was taken down."""
    newest = PlatformNotice.objects.filter(kind=PlatformNoticeKind.EVERY_PAGE).first()
    return newest if newest is not None and newest.text_zh else None


def is_up(notice: PlatformNotice, now: datetime) -> bool:
    """Whether a notice stands on every page now."""
    return notice.ends_at is not None and notice.starts_at <= now < notice.ends_at


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


def _put_up(
    verb: Verb, starts_at: datetime, ends_at: datetime, by: Actor, now: datetime, **texts: str
) -> PlatformNotice:
    if not by.can(Permission.TELL_EVERYBODY):
        raise ForbiddenError
    with transaction.atomic():
        notice = PlatformNotice.objects.create(
            kind=PlatformNoticeKind.EVERY_PAGE, starts_at=starts_at, ends_at=ends_at, **texts,
            stated_at=now, stated_by=by.code,
        )  # fmt: skip
        codes = {"from": starts_at.isoformat(timespec="minutes"), "to": ends_at.isoformat(timespec="minutes")}
        record(verb=verb, subject="platform", actor=by.code, now=now, codes=codes)
    return notice


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
