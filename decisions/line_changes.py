"""How a line changes: one compare-and-set, one history row, one audit event, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from applicants.models import Applicant
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, StaleError
from core.references import new_reference
from decisions import line_states
from decisions.models import Decision, Line, LineChange, LineState

ZERO = Decimal(0)


class LineMoveError(ConflictError):
    """The line cannot go from its state to the one wanted."""

    code = "line-move"


@dataclass(frozen=True)
class LineParts:
    """The parts of a line; total = drawn + on_hold + reduced + available, always."""

    state: str
    total_cny: Decimal
    drawn_cny: Decimal
    on_hold_cny: Decimal
    reduced_cny: Decimal
    available_cny: Decimal

    def to_json(self) -> dict[str, str]:
        """As a history row or a frozen decision holds it."""
        return {
            "state": self.state, "total_cny": str(self.total_cny), "drawn_cny": str(self.drawn_cny),
            "on_hold_cny": str(self.on_hold_cny), "reduced_cny": str(self.reduced_cny),
            "available_cny": str(self.available_cny),
        }  # fmt: skip


def available(line: Line) -> Decimal:
    """Return what can be drawn now; nothing while the line is not in use."""
    if line.state in (LineState.CLOSED, LineState.EXPIRED, LineState.SUSPENDED, LineState.OFFERED):
        return ZERO
    return line.total_cny - line.drawn_cny - line.on_hold_cny - line.reduced_cny


def line_parts(line: Line) -> LineParts:
    """Return the parts of a line with its state."""
    return LineParts(
        state=line.state, total_cny=line.total_cny, drawn_cny=line.drawn_cny, on_hold_cny=line.on_hold_cny,
        reduced_cny=line.reduced_cny, available_cny=available(line),
    )  # fmt: skip


def open_line(
    *,
    applicant: Applicant,
    product: str,
    total_cny: Decimal,
    annual_rate_pct: Decimal,
    by: Actor,
    now: datetime,
    cause: str = "APPROVED",
) -> Line:
    """Offer a line; an older offer of the same product gives way to it."""
    with transaction.atomic():
        older = Line.objects.filter(applicant=applicant, product=product, state=LineState.OFFERED).first()
        if older is not None:
            change_line(line=older, state=LineState.EXPIRED, cause="REPLACED", by=by, now=now)
        line = Line.objects.create(
            reference=new_reference("LN"), applicant=applicant, product=product, state=LineState.OFFERED,
            total_cny=total_cny, annual_rate_pct=annual_rate_pct, opened_at=now, updated_at=now,
        )  # fmt: skip
        _note(line, {}, cause, by, now, verb=Verb.LINE_OPENED)
    return line


def accept_line(*, line: Line, by: Actor, now: datetime) -> Line:
    """Take up an offered line; accepting twice is accepting once."""
    if line.state == LineState.ACTIVE:
        return line
    return change_line(line=line, state=LineState.ACTIVE, cause="ACCEPTED", by=by, now=now)


def restore_line(
    *,
    line: Line,
    total_cny: Decimal,
    annual_rate_pct: Decimal | None = None,
    decision: Decision | None = None,
    by: Actor,
    now: datetime,
    cause: str = "RESTORED",
) -> Line:
    """Bring a closed or reduced line back with this total, never below what is drawn or on hold.

    What is on hold stays so: it ends with its own cause.
    """
    total = max(total_cny, line.drawn_cny + line.on_hold_cny)
    state = _state_of(total=total, drawn=line.drawn_cny, on_hold=line.on_hold_cny, reduced=ZERO)
    # A closed line comes back in use before it is used up or on hold.
    is_back = line.state == LineState.CLOSED and state != LineState.ACTIVE
    line = change_line(
        line=line, state=LineState.ACTIVE if is_back else state, cause=cause, by=by, now=now,
        decision=decision, total_cny=total, reduced_cny=ZERO,
        annual_rate_pct=line.annual_rate_pct if annual_rate_pct is None else annual_rate_pct,
    )  # fmt: skip
    if not is_back:
        return line
    return change_line(line=line, state=state, cause=cause, by=by, now=now, decision=decision)


def change_line(
    *,
    line: Line,
    state: str,
    cause: str,
    by: Actor,
    now: datetime,
    decision: Decision | None = None,
    signed_by_id: int | None = None,
    **parts: Decimal,
) -> Line:
    """Move a line and write its history; somebody else having changed it meanwhile is a StaleError."""
    if not line_states.can_move(line.state, state):
        raise LineMoveError
    before = line_parts(line).to_json()
    with transaction.atomic():
        written = Line.objects.filter(pk=line.pk, version=line.version).update(
            state=state, version=line.version + 1, updated_at=now, **parts
        )
        if not written:
            raise StaleError
        line.refresh_from_db()
        verb = Verb.LINE_CLOSED if state == LineState.CLOSED else Verb.LINE_CHANGED
        _note(line, before, cause, by, now, verb=verb, decision=decision, signed_by_id=signed_by_id)
    return line


def _note(
    line: Line,
    before: dict[str, Any],
    cause: str,
    by: Actor,
    now: datetime,
    *,
    verb: Verb,
    decision: Decision | None = None,
    signed_by_id: int | None = None,
) -> None:
    LineChange.objects.create(
        line=line, decision=decision, cause=cause, before=before, after=line_parts(line).to_json(),
        changed_at=now, changed_by=by.code, signed_by_id=signed_by_id,
    )  # fmt: skip
    record(
        verb=verb, subject=line.reference, actor=by.code, now=now,
        codes={
            "state": str(line.state), "cause": cause, "decision": decision.reference if decision else None,
            "signed_by": f"user:{signed_by_id}" if signed_by_id else None,
        },
    )  # fmt: skip


def _state_of(*, total: Decimal, drawn: Decimal, on_hold: Decimal, reduced: Decimal) -> str:
    return line_states.settled_state(
        total=int(total * 100), drawn=int(drawn * 100), on_hold=int(on_hold * 100), reduced=int(reduced * 100)
    )


def attach_decision(*, line: Line, decision: Decision, by: Actor, now: datetime) -> None:
    """Say in the history which decision a new line came from."""
    LineChange.objects.create(
        line=line, decision=decision, cause="DECIDED", before=line_parts(line).to_json(),
        after=line_parts(line).to_json(), changed_at=now, changed_by=by.code,
    )  # fmt: skip
