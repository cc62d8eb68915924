"""Publishing a version from a day, and ending one: whole days in China, never in the past."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from audit.verbs import Verb
from core.errors import InputError
from core.identity import today_in_china
from core.texts import NOTE_LENGTH, check_reason
from decisions.models import PolicyState, PolicyVersion
from decisions.policy_lifecycle import check_base, check_may, lock, record_step
from decisions.policy_periods import check_not_past, close_gap, get_version_on, make_room
from decisions.policy_states import Step

FURTHEST = timedelta(days=366)
_A_DAY = timedelta(days=1)
_NOT_BEGUN = _("This version has not begun, so it has no last day. Leave the day empty to withdraw it.")


def first_day(now: datetime) -> date:
    """The earliest day from which a version can be published: tomorrow, for today was decided already."""
    return today_in_china(now) + _A_DAY


def publish_policy(
    *,
    policy_version: PolicyVersion,
    from_on: date,
    expected_hash: str | None = None,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """Let an approved version begin on a day; the version before it ends the day before."""
    check_may(by, Permission.MANAGE_POLICY)
    check_not_past(day=from_on, earliest=first_day(now))
    if from_on - today_in_china(now) > FURTHEST:
        raise InputError(fields={"from_on": [_("Choose a day within a year.")]})
    with transaction.atomic():
        row = lock(policy_version, Step.PUBLISH, expected_hash, now)
        check_base(row, get_version_on(from_on - _A_DAY))
        row.retired_on = make_room(from_on=from_on, now=now)
        row.state, row.effective_from = PolicyState.PUBLISHED, from_on
        row.published_by, row.published_at = by.code, now
        row.save(update_fields=["state", "effective_from", "retired_on", "published_by", "published_at"])
        record_step(Verb.POLICY_ACTIVATED, row, by, now, from_on=from_on.isoformat())
    return row


def retire_policy(
    *, policy_version: PolicyVersion, last_day: date | None = None, reason: str, by: Actor, now: datetime
) -> PolicyVersion:
    """End a version: one that waits for its day never begins, one in force ends with its last day.

    Without another version after it nothing can be decided from the next day on.
    """
    check_may(by, Permission.MANAGE_POLICY)
    text, today = check_reason(reason, limit=NOTE_LENGTH), today_in_china(now)
    with transaction.atomic():
        row = lock(policy_version, Step.RETIRE, None, now)
        assert row.effective_from is not None
        row.return_reason = text
        if row.effective_from > today:
            if last_day is not None:
                raise InputError(fields={"last_day": [_NOT_BEGUN]})
            would_begin = row.effective_from
            row.state, row.effective_from, row.retired_on = PolicyState.WITHDRAWN, None, None
            row.save(update_fields=["state", "effective_from", "retired_on", "return_reason"])
            close_gap(would_begin=would_begin)
            record_step(Verb.POLICY_WITHDRAWN, row, by, now)
            return row
        ends_on = last_day or today
        check_not_past(day=ends_on, earliest=today)
        if row.retired_on is not None and ends_on > row.retired_on:
            raise InputError(fields={"last_day": [_("This version ends earlier already.")]})
        row.retired_on = ends_on
        row.save(update_fields=["retired_on", "return_reason"])
        record_step(Verb.POLICY_RETIRED, row, by, now, last_day=ends_on.isoformat())
    return row
