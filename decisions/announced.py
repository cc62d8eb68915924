"""Changes of a line that a decision announced: carried out after the notice, given back when cured."""

from datetime import datetime
from decimal import Decimal

from accounts.actors import Actor
from decisions.deciding import Prepared, write_decision
from decisions.freezing_reasons import Frozen
from decisions.line_changes import ZERO, change_line, line_parts
from decisions.line_states import IN_USE
from decisions.lines import lock_line, resumed, settled
from decisions.models import Decision, DecisionKind, Line, LineState, Outcome
from decisions.referral import COLUMNS


def carry_out(
    *, decision: Decision, signed_by_id: int | None, by: Actor, now: datetime, least_cny: Decimal = ZERO
) -> Line | None:
    """Change the line as a decision announced, never below what is drawn nor, in a cut, below `least_cny`.

    None where nothing is to do.
    """
    assert decision.line is not None
    _applicant, line = lock_line(decision.line)
    if line.state not in IN_USE:
        return None
    if decision.kind == DecisionKind.LINE_CLOSED:
        parts = {"reduced_cny": line.total_cny - line.drawn_cny - line.on_hold_cny}
        state: str = LineState.CLOSED
    else:
        told = decision.result["line"]["after"]
        # The total may have changed since; what was announced is how much can be used.
        usable = Decimal(told["total_cny"]) - Decimal(told["reduced_cny"])
        kept = max(usable, least_cny, line.drawn_cny + line.on_hold_cny)
        parts = {"reduced_cny": line.total_cny - kept}
        if parts["reduced_cny"] <= line.reduced_cny:
            return None
        state = settled(line, parts["reduced_cny"])
    return change_line(
        line=line, state=state, cause="NOTICE_PASSED", by=by, now=now, decision=decision,
        signed_by_id=signed_by_id, **parts,
    )  # fmt: skip


def give_back(*, line: Line, decision: Decision, by: Actor, now: datetime) -> Line | None:
    """Lift what a decision did to a line in use: the pause ends, the cut part comes back."""
    _applicant, line = lock_line(line)
    if line.state not in IN_USE:
        return None
    if _is_pause(decision):
        if line.state != LineState.SUSPENDED:
            return None
        return change_line(
            line=line, state=resumed(line, line.reduced_cny), cause="CURED", by=by, now=now, decision=decision
        )
    # Only what this decision took: a later cut stays.
    reduced = max(line.reduced_cny - _taken(decision), ZERO)
    if decision.kind != DecisionKind.LINE_CUT or line.reduced_cny <= reduced:
        return None
    return change_line(
        line=line, state=settled(line, reduced), cause="CURED", by=by, now=now, decision=decision,
        reduced_cny=reduced,
    )  # fmt: skip


def _is_pause(decision: Decision) -> bool:
    change = decision.result["line"]
    before, after = str(change["before"]["state"]), str(change["after"]["state"])
    return before != LineState.SUSPENDED and after == LineState.SUSPENDED


def _taken(decision: Decision) -> Decimal:
    """How much of the line the decision made unusable when it was carried out."""
    change = decision.line_changes.order_by("pk").first()
    if change is None:
        return ZERO
    return Decimal(change.after["reduced_cny"]) - Decimal(change.before["reduced_cny"])


def take_back(*, decision: Decision, by: Actor, now: datetime, is_lapsed: bool = False) -> Decision:
    """Say that an announced change does not happen: a decision that takes the place of the one announced.

    It rests on what the announced one froze: nothing about the person was decided anew.
    """
    assert decision.line is not None
    applicant, line = lock_line(decision.line)
    parts = line_parts(line).to_json()
    change = {"before": parts, "after": parts, "withdrawn": True, "lapsed": is_lapsed}
    columns = {name: getattr(decision, name) for name in COLUMNS} | {
        "outcome": Outcome.APPROVE, "limit_cny": line.total_cny - line.reduced_cny,
        "result": {**decision.result, "line": change},
    }  # fmt: skip
    return write_decision(
        prepared=Prepared(applicant, decision.policy, Frozen(columns, ())), line=line, kind=decision.kind,
        supersedes=decision, by=by, now=now, is_told=False,
    )  # fmt: skip
