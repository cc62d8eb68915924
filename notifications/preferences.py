"""What a person chose about messages: language, channels by kind, digest, quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applicants.models import Applicant
from applicants.terms import get_data_terms
from core.errors import InputError
from notifications.kinds import TERMS, Audience, Channel, Kind
from notifications.models import Digest, MessageSettings

_HOME: Final = "CN"
_MORNING: Final = time(8, 0)
_MONDAY: Final = 0


@dataclass(frozen=True)
class Timing:
    """When one message leaves on the channels that are not the inbox; its e-mail may wait for the digest."""

    due_at: datetime
    digest_at: datetime | None = None


def get_language(*, applicant: Applicant | None = None, user: User | None = None) -> str:
    """Return the language a person reads: the account's choice, else the applicant's."""
    account = user or (applicant.user if applicant is not None else None)
    if account is not None:
        return account.language
    if applicant is None:
        raise ValueError("a language needs a person")
    return applicant.language


def get_settings(user: User | None) -> MessageSettings | None:
    """Return what a person chose, or None for who chose nothing."""
    return MessageSettings.objects.filter(user=user).first() if user is not None else None


def save_settings(
    *,
    user: User,
    digest: str,
    quiet_from: time | None,
    quiet_until: time | None,
    switched_off: Iterable[str],
    switched_on: Iterable[str] = (),
    now: datetime,
) -> MessageSettings:
    """Keep how somebody wants to be told; a legal notice cannot be switched off."""
    problems: dict[str, list[str | Promise]] = {}
    if digest not in Digest.values:
        problems["digest"] = [_("Choose how often.")]
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        problems[missing] = [_("Enter both times, or leave both empty.")]
    elif quiet_from is not None and quiet_from == quiet_until:
        problems["quiet_until"] = [_("The two times are the same. Choose another end.")]
    if problems:
        raise InputError(fields=problems)
    settings, _is_new = MessageSettings.objects.update_or_create(
        user=user,
        defaults={
            "digest": digest, "quiet_from": quiet_from, "quiet_until": quiet_until,
            "switched_off": _known(switched_off, by_itself=True),
            "switched_on": _known(switched_on, by_itself=False), "changed_at": now,
        },
    )  # fmt: skip
    return settings


def list_choices() -> list[tuple[Kind, Channel]]:
    """Return every kind and channel that can be chosen: never the inbox, nor what a legal notice must use."""
    return [
        (kind, channel)
        for kind, terms in TERMS.items()
        if terms.audience is Audience.APPLICANT
        for channel in (*(() if terms.is_legal else terms.channels), *terms.on_request)
        if channel is not Channel.IN_APP
    ]


def _known(codes: Iterable[str], *, by_itself: bool) -> list[str]:
    """Those of the codes that stand for a choice: of what comes by itself, or of what comes on request."""
    chosen = set(codes)
    return sorted(
        code
        for kind, channel in list_choices()
        if (channel in TERMS[kind].channels) is by_itself and (code := f"{kind}:{channel}") in chosen
    )


def channels_for(kind: Kind, settings: MessageSettings | None) -> list[Channel]:
    """Return the channels of one message; what was switched off does not leave the inbox."""
    terms = TERMS[kind]
    if settings is None:
        return list(terms.channels)
    off, on = set(settings.switched_off), set(settings.switched_on)
    return [
        *(channel for channel in terms.channels if f"{kind}:{channel}" not in off),
        *(channel for channel in terms.on_request if f"{kind}:{channel}" in on),
    ]


def timing_of(kind: Kind, settings: MessageSettings | None, zone: ZoneInfo, now: datetime) -> Timing:
    """Return when a message leaves by mail or phone: at once, after quiet hours, or with the digest."""
    if settings is None:
        return Timing(now)
    after_quiet = end_of_quiet(settings, zone, now)
    if settings.digest == Digest.NEVER or TERMS[kind].is_legal:
        return Timing(after_quiet)
    morning = next_digest(settings.digest, zone, now)
    return Timing(after_quiet, digest_at=end_of_quiet(settings, zone, morning))


def end_of_quiet(settings: MessageSettings, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the instant itself, or the end of the quiet hours in which it lies, in the person's zone."""
    start, end = settings.quiet_from, settings.quiet_until
    if start is None or end is None:
        return now
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    is_quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not is_quiet:
        return now
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(now.tzinfo)


def next_digest(digest: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the next morning on which the digest leaves: any, or a Monday."""
    local = now.astimezone(zone)
    day = local.date() if local.time() < _MORNING else local.date() + timedelta(days=1)
    if digest == Digest.WEEKLY:
        day += timedelta(days=(_MONDAY - day.weekday()) % 7)
    return datetime.combine(day, _MORNING, zone).astimezone(now.tzinfo)


def zone_of(applicant: Applicant | None) -> ZoneInfo:
    """Return the zone of a reader: of the applicant's law, else of our own."""
    return get_data_terms(applicant.jurisdiction if applicant is not None else _HOME).zone
