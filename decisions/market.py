"""Switching the market condition: proposed with reason and day of review, in effect when another agrees."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError, InputError
from core.identity import today_in_china
from core.texts import check_reason, reason_problems
from decisions.models import Market, MarketSwitch, SwitchState

LONGEST_REVIEW = timedelta(days=186)


class SwitchOpenError(ConflictError):
    """A proposal waits already."""

    code = "market-proposal-open"
    default_message = _("A proposal for the market condition waits already. It must be answered first.")


class SwitchAnsweredError(ConflictError):
    """The proposal was answered in the meantime."""

    code = "market-answered"
    default_message = _("This proposal was answered already.")


class OwnSwitchError(ForbiddenError):
    """The agreement came from the person who proposed."""

    code = "own-market-proposal"
    default_message = _("You proposed this switch. Somebody else must agree.")


def propose_market(*, condition: str, reason: str, review_on: date, by: Actor, now: datetime) -> MarketSwitch:
    """Propose a market condition; nothing changes until a second person agrees."""
    if not by.can(Permission.MANAGE_POLICY):
        raise ForbiddenError
    problems = _find_problems(condition, reason, review_on, today_in_china(now))
    if problems:
        raise InputError(fields=problems)
    with transaction.atomic():
        if MarketSwitch.objects.filter(state=SwitchState.PROPOSED).exists():
            raise SwitchOpenError
        row = MarketSwitch.objects.create(
            condition=condition, reason=reason.strip(), review_on=review_on,
            proposed_by=by.code, proposed_at=now,
        )  # fmt: skip
        _record(Verb.MARKET_PROPOSED, row, by, now)
    return row


def approve_market(*, switch: MarketSwitch, by: Actor, now: datetime) -> MarketSwitch:
    """Agree as the second person; the condition holds from this moment for new decisions, and only those."""
    with transaction.atomic():
        row = _lock(switch, by)
        if row.proposed_by == by.code:
            raise OwnSwitchError
        row.state, row.approved_by, row.switched_at = SwitchState.SWITCHED, by.code, now
        row.save(update_fields=["state", "approved_by", "switched_at"])
        _record(Verb.MARKET_SWITCHED, row, by, now)
    return row


def return_market(*, switch: MarketSwitch, reason: str, by: Actor, now: datetime) -> MarketSwitch:
    """Answer a proposal with no, with a reason; who proposed may take it back in this way."""
    text = check_reason(reason)
    with transaction.atomic():
        row = _lock(switch, by)
        row.state, row.return_reason = SwitchState.RETURNED, text
        row.save(update_fields=["state", "return_reason"])
        _record(Verb.MARKET_RETURNED, row, by, now)
    return row


def last_switch(now: datetime) -> MarketSwitch | None:
    """Return the switch that made the present condition, if there was one."""
    return MarketSwitch.objects.filter(state=SwitchState.SWITCHED, switched_at__lte=now).first()


def open_proposal() -> MarketSwitch | None:
    """Return the proposal that waits for a second person."""
    return MarketSwitch.objects.filter(state=SwitchState.PROPOSED).first()


def late_review(now: datetime) -> MarketSwitch | None:
    """Return the switch in effect whose day of review has passed, if it has."""
    row = last_switch(now)
    return row if row is not None and row.review_on < today_in_china(now) else None


def _find_problems(
    condition: str, reason: str, review_on: date, today: date
) -> dict[str, list[str | Promise]]:
    problems: dict[str, list[str | Promise]] = {}
    if condition not in Market.values:
        problems["condition"] = [_("Choose one of the conditions offered.")]
    problems |= reason_problems(reason)
    if not today < review_on <= today + LONGEST_REVIEW:
        problems["review_on"] = [_("Choose a day of review after today and within six months.")]
    return problems


def _lock(switch: MarketSwitch, by: Actor) -> MarketSwitch:
    if not by.can(Permission.APPROVE_POLICY):
        raise ForbiddenError
    row = MarketSwitch.objects.select_for_update().get(pk=switch.pk)
    if row.state != SwitchState.PROPOSED:
        raise SwitchAnsweredError
    return row


def _record(verb: Verb, row: MarketSwitch, by: Actor, now: datetime) -> None:
    record(verb=verb, subject="market", actor=by.code, now=now, codes={"market": row.condition})
