"""Changes of a line that a decision announced: carried out after the notice, given back when cured."""

from datetime import datetime
from decimal import Decimal

from accounts.actors import Actor
from decisions.deciding import Prepared, write_decision
from decisions.freezing_reasons import Frozen
from decisions.line_changes import ZERO, change_line, line_parts
from decisions.line_states import IN_USE
from decisions.lines import lock_line, settled
from decisions.models import Decision, DecisionKind, Line, LineState, Outcome
from decisions.referral import COLUMNS


def carry_out(*, decision: Decision, signed_by_id: int | None, by: Actor, now: datetime) -> Line | None:
    """Change the line as a decision announced, never below what is drawn; None where nothing is to do."""
    assert decision.line is not None
    _applicant, line = lock_line(decision.line)
    if line.state not in IN_USE:
        return None
    if decision.kind == DecisionKind.LINE_CLOSED:
        parts = {"on_hold_cny": ZERO, "reduced_cny": line.total_cny - line.drawn_cny}
        state: str = LineState.CLOSED
    else:
        wanted = Decimal(decision.result["line"]["after"]["reduced_cny"])
        parts = {"reduced_cny": min(wanted, line.total_cny - line.drawn_cny - line.on_hold_cny)}
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
    after = decision.result["line"]["after"]
    if line.state not in IN_USE:
        return None
    if after["state"] == LineState.SUSPENDED:
        if line.state != LineState.SUSPENDED:
            return None
        return change_line(
            line=line, state=settled(line, line.reduced_cny), cause="CURED", by=by, now=now, decision=decision
        )
    before = Decimal(decision.result["line"]["before"]["reduced_cny"])
    if decision.kind != DecisionKind.LINE_CUT or line.reduced_cny <= before:
        return None
    return change_line(
        line=line, state=settled(line, before), cause="CURED", by=by, now=now, decision=decision,
        reduced_cny=before,
    )  # fmt: skip


def take_back(*, decision: Decision, by: Actor, now: datetime) -> Decision:
    """Say that an announced change does not happen: a decision that takes the place of the one announced.

    It rests on what the announced one froze: nothing about the person was decided anew.
    """
    assert decision.line is not None
    applicant, line = lock_line(decision.line)
    parts = line_parts(line).to_json()
    change = {"before": parts, "after": parts, "withdrawn": True}
    columns = {name: getattr(decision, name) for name in COLUMNS} | {
        "outcome": Outcome.APPROVE, "limit_cny": line.total_cny - line.reduced_cny,
        "result": {**decision.result, "line": change},
    }  # fmt: skip
    return write_decision(
        prepared=Prepared(applicant, decision.policy, Frozen(columns, ())), line=line, kind=decision.kind,
        supersedes=decision, by=by, now=now, is_told=False,
    )  # fmt: skip
