"""When which version is in force: one after the other, whole days, never in the past."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import ConflictError, DomainError
from core.identity import today_in_china
from decisions.models import PolicyState, PolicyVersion

_A_DAY = timedelta(days=1)


class RetroactiveError(DomainError):
    """A version should begin or end on a day on which decisions were made already."""

    code = "policy-retroactive"
    default_message = _("A policy never changes the past. The earliest possible day is %(earliest)s.")


class PolicyOverlapError(ConflictError):
    """Another version begins on the same day."""

    code = "policy-overlap"
    default_message = _("Policy %(version)s begins on this day already. Choose another day.")


def published() -> QuerySet[PolicyVersion]:
    """Every version that was, is or will be in force."""
    return PolicyVersion.objects.filter(state=PolicyState.PUBLISHED)


def get_version_on(day: date) -> PolicyVersion | None:
    """Return the version in force on a day."""
    row = published().filter(effective_from__lte=day).order_by("-effective_from").first()
    return row if row is None or row.retired_on is None or row.retired_on >= day else None


def check_not_past(*, day: date, earliest: date) -> None:
    """Raise RetroactiveError for a day before the earliest one."""
    if day < earliest:
        raise RetroactiveError(earliest=earliest.isoformat())


def make_room(*, from_on: date, until_on: date | None = None, now: datetime) -> date | None:
    """End the version before, and return the last day of one that begins on `from_on`.

    Call inside a transaction. The version that is in force ends the day before; one that waits for its
    day stays, and the new one ends before it.
    """
    rows = list(published().select_for_update().order_by("effective_from"))
    before = [row for row in rows if _begins(row) <= from_on and _is_open_on(row, from_on)]
    for row in before:
        if row.effective_from == from_on:
            raise PolicyOverlapError(version=row.version)
        check_not_past(day=from_on, earliest=today_in_china(now) + _A_DAY)
        row.retired_on = from_on - _A_DAY
        row.save(update_fields=["retired_on"])
    ends = [until_on] if until_on else []
    ends += [_begins(row) - _A_DAY for row in rows if _begins(row) > from_on]
    return min(ends, default=None)


def close_gap(*, would_begin: date) -> None:
    """Let the version before one that will not begin go on until the next, or without end."""
    before = published().filter(retired_on=would_begin - _A_DAY).first()
    if before is None:
        return
    later = published().filter(effective_from__gt=would_begin)
    following = later.order_by("effective_from").values_list("effective_from", flat=True).first()
    before.retired_on = following - _A_DAY if following else None
    before.save(update_fields=["retired_on"])


def _begins(row: PolicyVersion) -> date:
    assert row.effective_from is not None
    return row.effective_from


def _is_open_on(row: PolicyVersion, day: date) -> bool:
    return row.retired_on is None or row.retired_on >= day
