"""Lines as people meet them: read, taken up, drawn and repaid; and closed or cut, with reasons."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.models import User
from accounts.roles import Permission
from applicants.models import Applicant
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.references import normalise_reference
from decisions.asking import answers_at_hand, ask_ahead
from decisions.deciding import Prepared, prepare, write_decision
from decisions.freezing_reasons import Frozen, FrozenReason
from decisions.line_changes import (
    ZERO,
    LineParts,
    accept_line,
    available,
    change_line,
    line_parts,
    open_line,
    restore_line,
)
from decisions.line_states import ENDED, IN_USE, settled_state
from decisions.models import Decision, DecisionKind, Line, LineState, Market, Outcome
from decisions.policies import compiled, get_policy_in_force
from decisions.reason_catalogue import get_reasons
from decisions.rerunning import EngineUnavailableError

__all__ = [
    "LineParts", "accept_line", "asked_before", "available", "close_line", "close_locked", "cut_line",
    "cut_locked", "draw", "get_line_for", "has_reason_against", "line_parts", "list_lines_for", "lock_line",
    "open_line", "pause_locked", "repay", "restore_line", "resumed", "settled",
]  # fmt: skip

LARGE_CUT = Decimal("0.5")


class NothingAgainstError(ConflictError):
    """The assessment finds no reason to close or reduce the line."""

    code = "nothing-against"
    default_message = _("The assessment gives no reason to close or reduce this line.")


class SignerMissingError(ForbiddenError):
    """The step needs a named member of staff who signs it."""

    code = "signer-missing"
    default_message = _(
        "Closing a line, or more than halving it, needs a named signer. Nothing new speaks against the"
        " person."
    )


class BelowDrawnError(InputError):
    """A line was to be reduced below what is drawn or on hold."""

    code = "below-drawn"
    default_message = _("A line is never reduced below what is drawn or on hold: ¥%(least)s.")


def get_line_for(*, by: Actor, reference: str) -> Line:
    """Return one line, or raise NotFoundError."""
    found = _visible(by).select_related("applicant").filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_lines_for(*, by: Actor, limit: int = 20) -> list[Line]:
    """Return the lines that somebody may know of, newest first."""
    return list(_visible(by).select_related("applicant").order_by("-id")[:limit])


def _visible(by: Actor) -> QuerySet[Line]:
    if by.kind is ActorKind.SITE or by.can(Permission.SEE_QUEUE):
        return Line.objects.all()
    if by.kind is ActorKind.CLIENT:
        return Line.objects.filter(applicant__client_id=by.id)
    return Line.objects.filter(applicant__user_id=by.user_id or 0)


def draw(*, line: Line, amount_cny: Decimal, by: Actor, now: datetime) -> Line:
    """Take money from the available part."""
    if amount_cny <= 0 or amount_cny > available(line):
        raise InputError(fields={"amount_cny": [_("This is more than what is available on the line.")]})
    return _use(line, line.drawn_cny + amount_cny, "DRAWN", by, now)


def repay(*, line: Line, amount_cny: Decimal, by: Actor, now: datetime) -> Line:
    """Give back what was drawn; the used part becomes available again at once."""
    if amount_cny <= 0 or amount_cny > line.drawn_cny:
        raise InputError(fields={"amount_cny": [_("This is more than what is drawn on the line.")]})
    return _use(line, line.drawn_cny - amount_cny, "REPAID", by, now)


def _use(line: Line, drawn: Decimal, cause: str, by: Actor, now: datetime) -> Line:
    if line.state in (LineState.CLOSED, LineState.SUSPENDED):
        state: str = line.state
    else:
        state = settled_state(
            total=int(line.total_cny * 100), drawn=int(drawn * 100), on_hold=int(line.on_hold_cny * 100),
            reduced=int(line.reduced_cny * 100),
        )  # fmt: skip
    return change_line(line=line, state=state, cause=cause, by=by, now=now, drawn_cny=drawn)


def close_line(
    *, line: Line, by: Actor, now: datetime, signed_by: User | None = None, months_unused: int | None = None
) -> Decision:
    """Close a line with the reasons of its assessment, or because it was not used; told and appealable."""
    with asked_before(line, now), transaction.atomic():
        return close_locked(
            *lock_line(line), by=by, now=now, signed_by=signed_by, months_unused=months_unused
        )


def close_locked(
    applicant: Applicant,
    line: Line,
    *,
    by: Actor,
    now: datetime,
    signed_by: User | None = None,
    months_unused: int | None = None,
    effective_on: date | None = None,
) -> Decision:
    """The same on a line that is locked and asked about; with a day, the line changes only then."""
    if line.state in ENDED:
        return _last_decision(line, DecisionKind.LINE_CLOSED)
    prepared = _assess_closing(applicant, line, now)
    if months_unused is not None:
        prepared = _unused(prepared, months_unused)
    signer = _check_signer(prepared, by, signed_by)
    rest = line.total_cny - line.drawn_cny - line.on_hold_cny
    after = {"state": LineState.CLOSED, "reduced_cny": rest}
    return _decide(
        prepared, line, line_parts(line), after, kind=DecisionKind.LINE_CLOSED, outcome=Outcome.CLOSE,
        cause="UNUSED" if months_unused is not None else "ASSESSED", signer=signer, by=by, now=now,
        effective_on=effective_on,
    )  # fmt: skip


def cut_line(
    *, line: Line, new_total_cny: Decimal, by: Actor, now: datetime, signed_by: User | None = None
) -> Decision:
    """Reduce a line with the reasons of its assessment, never below what is drawn or on hold."""
    with asked_before(line, now), transaction.atomic():
        return cut_locked(*lock_line(line), new_total_cny=new_total_cny, by=by, now=now, signed_by=signed_by)


def cut_locked(
    applicant: Applicant,
    line: Line,
    *,
    new_total_cny: Decimal,
    by: Actor,
    now: datetime,
    signed_by: User | None = None,
    effective_on: date | None = None,
) -> Decision:
    """The same on a line that is locked and asked about; with a day, the line changes only then."""
    if line.state not in IN_USE:
        raise ConflictError
    least = line.drawn_cny + line.on_hold_cny
    if new_total_cny < least:
        raise BelowDrawnError(least=f"{least:,.0f}")
    before = line.total_cny - line.reduced_cny
    if new_total_cny >= before:
        raise InputError(fields={"new_total_cny": [_("The new amount is not smaller than the present one.")]})
    prepared = _assess_cut(applicant, line, before, now)
    is_large = before - new_total_cny > before * LARGE_CUT
    signer = _check_signer(prepared, by, signed_by) if is_large else signed_by
    reduced = line.total_cny - new_total_cny
    after = {"state": settled(line, reduced), "reduced_cny": reduced}
    return _decide(
        prepared, line, line_parts(line), after, kind=DecisionKind.LINE_CUT, outcome=Outcome.CUT,
        cause="ASSESSED", signer=signer, by=by, now=now, effective_on=effective_on,
    )  # fmt: skip


def pause_locked(
    applicant: Applicant, line: Line, *, by: Actor, now: datetime, signed_by: User | None = None
) -> Decision:
    """Stop new drawing on a line that is locked and asked about, with the reasons of its assessment."""
    if line.state not in IN_USE or line.state == LineState.SUSPENDED:
        raise ConflictError
    prepared = _assess_cut(applicant, line, line.total_cny - line.reduced_cny, now)
    return _decide(
        prepared, line, line_parts(line), {"state": LineState.SUSPENDED}, kind=DecisionKind.LINE_CUT,
        outcome=Outcome.CUT, cause="ASSESSED", signer=signed_by, by=by, now=now,
    )  # fmt: skip


def has_reason_against(*, line: Line, now: datetime) -> bool:
    """Whether the assessment gives any reason to reduce, pause or close the line today."""
    return bool(assess_line(applicant=line.applicant, line=line, now=now).frozen.reasons)


def assess_line(
    *,
    applicant: Applicant,
    line: Line,
    now: datetime,
    market: str | None = None,
    amount: Decimal | None = None,
) -> Prepared:
    """Assess the line as it is today, or with this amount, under today's market or another."""
    present = line.total_cny - line.reduced_cny if amount is None else amount
    return _assess_cut(applicant, line, present, now, market)


def settled(line: Line, reduced: Decimal) -> str:
    """The state that a line in use has with so much of it reduced; a pause stays one."""
    if line.state == LineState.SUSPENDED:
        return LineState.SUSPENDED
    return resumed(line, reduced)


def resumed(line: Line, reduced: Decimal) -> str:
    """The same once nothing pauses the line."""
    return settled_state(
        total=int((line.total_cny - reduced) * 100), drawn=int(line.drawn_cny * 100),
        on_hold=int(line.on_hold_cny * 100), reduced=int(reduced * 100),
    )  # fmt: skip


@contextmanager
def asked_before(line: Line, now: datetime) -> Iterator[None]:
    """What another engine scores today is asked before anything is locked; the amount is not part of it."""
    with answers_at_hand() as answers:
        scored = ask_ahead(applicant=line.applicant, request=_request(line, ZERO, now), now=now)
        answers.close()
        if scored is not None and scored.answer is None:
            raise EngineUnavailableError
        yield


def lock_line(line: Line) -> tuple[Applicant, Line]:
    """Return the applicant and the line, locked in this order."""
    applicant = Applicant.objects.select_for_update().get(pk=line.applicant_id)
    return applicant, Line.objects.select_for_update().get(pk=line.pk)


def _last_decision(line: Line, kind: str) -> Decision:
    decision = line.decisions.filter(kind=kind).order_by("-id").first()
    if decision is None:
        raise ConflictError
    return decision


def _assess_closing(applicant: Applicant, line: Line, now: datetime) -> Prepared:
    """Assess as much of the line as could be kept, so that its size is no reason to close it."""
    least = Decimal(compiled(get_policy_in_force(now=now)).products[line.product].minimum)
    prepared = _prepare(applicant, line, least, now)
    limit = prepared.frozen.columns["result"]["limit"]
    if limit is None or Decimal(limit["high"]) <= least:
        return prepared
    return _prepare(applicant, line, max(min(Decimal(limit["high"]), line.total_cny), least), now)


def _assess_cut(
    applicant: Applicant, line: Line, present: Decimal, now: datetime, market: str | None = None
) -> Prepared:
    """Assess the line as it is; where the normal market would leave it, only the market is the reason."""
    prepared = _prepare(applicant, line, present, now, market)
    result = prepared.frozen.columns["result"]
    if result["market"] == Market.NORMAL or result["limit"] is None:
        return prepared
    if _prepare(applicant, line, present, now, market=Market.NORMAL).frozen.outcome != Outcome.APPROVE:
        return prepared
    return _prepare(applicant, line, min(present, Decimal(result["limit"]["before_market"])), now, market)


def _prepare(
    applicant: Applicant, line: Line, amount: Decimal, now: datetime, market: str | None = None
) -> Prepared:
    return prepare(applicant=applicant, request=_request(line, amount, now), now=now, market=market)


def _request(line: Line, amount: Decimal, now: datetime) -> dict[str, Any]:
    policy = compiled(get_policy_in_force(now=now))
    product = policy.products[line.product]
    asked = line.decisions.filter(application__isnull=False).order_by("-id").first()
    if asked is not None:
        return {**{name: asked.request[name] for name in _TERMS}, "amount_cny": str(amount)}
    in_days = product.term_unit == "days"
    return {
        "product": line.product, "amount_cny": str(amount),
        "term_months": None if in_days else max(product.terms),
        "term_days": max(product.terms) if in_days else None,
        "purpose": min(policy.allowed_purposes[line.product]), "method": product.methods[0],
    }  # fmt: skip


_TERMS = ("product", "term_months", "term_days", "purpose", "method")


def _unused(prepared: Prepared, months: int) -> Prepared:
    reason = FrozenReason(1, "P05", {"months": months}, "changeable")
    get_reasons()["P05"].check_filled(reason.parameters)
    return Prepared(prepared.applicant, prepared.policy_version, Frozen(prepared.frozen.columns, (reason,)))


def _check_signer(prepared: Prepared, by: Actor, signed_by: User | None) -> User | None:
    """Without new bad data on the person, the step carries the name of somebody who may sign."""
    if not prepared.frozen.reasons:
        raise NothingAgainstError
    signer = signed_by or (User.objects.get(pk=int(by.id)) if by.is_person else None)
    if signer is None and has_bad_data(prepared.frozen):
        return None
    if signer is None or not signer.can(Permission.CHANGE_LINE):
        raise SignerMissingError
    return signer


def has_bad_data(frozen: Frozen) -> bool:
    """Whether a reason is about the person's own record, and not only about how large the limit is."""
    entries = get_reasons()
    codes = {reason.code for reason in frozen.reasons}
    return any(
        entries[cause["code"]].layer == "user" and cause["cap"] is None
        for cause in frozen.columns["result"]["reasons"]
        if cause["code"] in codes
    )


def _decide(
    prepared: Prepared,
    line: Line,
    before: LineParts,
    after: dict[str, Any],
    *,
    kind: str,
    outcome: str,
    cause: str,
    signer: User | None,
    by: Actor,
    now: datetime,
    effective_on: date | None = None,
) -> Decision:
    """Write decision, line and history together; the decision keeps the line before and after.

    With a day the decision only announces: `carry_out` changes the line once the notice has passed.
    """
    if not prepared.frozen.reasons:
        raise NothingAgainstError
    frozen = with_line(prepared.frozen, line, before, after, effective_on)
    decision = write_decision(
        prepared=Prepared(prepared.applicant, prepared.policy_version, frozen), line=line, kind=kind,
        outcome=outcome, by=signer_actor(signer) or by, is_automatic=signer is None,
        note=f"signed:{signer.pk}" if signer else "", now=now,
    )  # fmt: skip
    if effective_on is not None:
        return decision
    state = after.pop("state")
    change_line(
        line=line, state=state, cause=cause, by=by, now=now, decision=decision,
        signed_by_id=signer.pk if signer else None, **after,
    )  # fmt: skip
    return decision


def signer_actor(signer: User | None) -> Actor | None:
    """Return the actor that the signer is: who signs a closure is who decided it."""
    return Actor.for_user(signer) if signer else None


def with_line(
    frozen: Frozen, line: Line, before: LineParts, after: dict[str, Any], effective_on: date | None = None
) -> Frozen:
    """The same, keeping the line before and after; a change of a line grants nothing new."""
    parts = {**before.to_json(), **{name: str(value) for name, value in after.items()}}
    is_shut = after["state"] in (LineState.CLOSED, LineState.SUSPENDED)
    reduced = Decimal(parts["reduced_cny"])
    left = ZERO if is_shut else line.total_cny - line.drawn_cny - line.on_hold_cny - reduced
    parts["available_cny"] = str(left)
    change: dict[str, Any] = {"before": before.to_json(), "after": parts}
    if effective_on is not None:
        change["effective_on"] = effective_on.isoformat()
    result = {**frozen.columns["result"], "line": change}
    return Frozen({**frozen.columns, "result": result, "limit_cny": ZERO}, frozen.reasons)
