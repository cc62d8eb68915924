"""Giving back what was taken of a line once today's assessment supports it; what a person decided is told."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from django.db import transaction

from accounts.actors import SITE
from audit.log import record
from audit.verbs import Verb
from decisions.announcements import announced_lines
from decisions.deciding import Prepared, write_decision
from decisions.freezing_reasons import GIVES_MONEY, Frozen
from decisions.line_changes import ZERO, change_line, line_parts
from decisions.line_states import ENDED, IN_USE
from decisions.lines import asked_before, assess_line, lock_line, resumed
from decisions.models import Decision, DecisionKind, Line, LineState, Outcome
from notifications.kinds import Kind
from notifications.models import Message
from notifications.queueing import queue_message

CAUSE: Final = "LOOKED_AGAIN"
_BY_RULES: Final = frozenset({"ASSESSED", "NOTICE_PASSED", CAUSE})
_LEAVES_THE_AMOUNT: Final = ("ACCEPTED", "DRAWN", "REPAID", "STAYED", "STAY_ENDED")
_CAN_COME_BACK: Final = IN_USE - {LineState.SUSPENDED}

IsFree: TypeAlias = Callable[[Decision], bool]


def is_taken(decision: Decision) -> bool:
    """Whether this decision closed or cut a line."""
    return decision.outcome in (Outcome.CLOSE, Outcome.CUT) and decision.line_id is not None


def line_before(decision: Decision) -> dict[str, Any] | None:
    """The line as it was before it was closed or cut; None where nothing of it was changed.

    What was given back in part is measured by the line before all of it was taken.
    """
    told = decision.result.get("line", {})
    if told.get("given_back"):
        return dict(told["before"])
    change = decision.line_changes.order_by("pk").first()
    return None if change is None else dict(change.before)


def give_back_again(*, decision: Decision, is_free: IsFree, now: datetime) -> Decision | None:
    """Assess the line that a decision closed or cut; where more of it is supported, give that back.

    Never more than the line was before, never less than it is. Where a person decided, or must, the holder is
    told once how to ask a person again. Another engine is asked before anything is locked; where it is
    silent, an error says so and the work is tried again. None where nothing is given.
    """
    assert decision.line is not None
    with asked_before(decision.line, now), transaction.atomic():
        applicant, line = lock_line(decision.line)
        before = line_before(decision)
        if before is None or not _is_as_left(decision, line, before):
            return None
        if not is_free(decision):
            return None
        whole = Decimal(before["total_cny"]) - Decimal(before["reduced_cny"])
        prepared = assess_line(applicant=applicant, line=line, now=now, amount=whole)
        kept = min(prepared.frozen.columns["limit_cny"], whole)
        if prepared.frozen.outcome not in GIVES_MONEY or kept <= _left(line):
            return None
        if applicant.person_decides_since is not None or not decision.is_automatic:
            _tell_once(decision, now)
            return None
        return _write(decision, line, before, prepared, kept=kept, now=now)


def _tell_once(decision: Decision, now: datetime) -> None:
    """Tell the holder that a person can give more back, and how to ask; the caller holds the lock."""
    told = Message.objects.filter(
        applicant=decision.applicant_id, kind=Kind.LINE_CAN_COME_BACK, about=decision.reference
    )
    if not told.exists():
        until = date.fromisoformat(decision.result["next"]["appeal_until"])
        queue_message(
            kind=Kind.LINE_CAN_COME_BACK, applicant=decision.applicant, about=decision.reference,
            params={"until": until}, now=now,
        )  # fmt: skip


def _is_as_left(decision: Decision, line: Line, before: dict[str, Any]) -> bool:
    """Whether the line is as the decision left it, and nothing newer speaks of it or is announced."""
    newer = Decision.objects.filter(applicant=decision.applicant_id, product=decision.product)
    if newer.filter(pk__gt=decision.pk).exists():
        return False
    change = line.changes.exclude(cause__in=_LEAVES_THE_AMOUNT).order_by("-pk").first()
    if change is None or change.decision_id != decision.pk or change.cause not in _BY_RULES:
        return False
    if before["state"] not in _CAN_COME_BACK or line.state not in {LineState.CLOSED, *_CAN_COME_BACK}:
        return False
    return not _has_other(line) and not announced_lines([line.pk])


def _has_other(line: Line) -> bool:
    others = Line.objects.filter(applicant=line.applicant_id, product=line.product).exclude(pk=line.pk)
    return others.exclude(state__in=sorted(ENDED)).exists()


def _left(line: Line) -> Decimal:
    """What is left of the line; of a closed one, what is still owed."""
    used = line.drawn_cny + line.on_hold_cny
    return used if line.state == LineState.CLOSED else line.total_cny - line.reduced_cny


def _write(
    old: Decision, line: Line, before: dict[str, Any], prepared: Prepared, *, kept: Decimal, now: datetime
) -> Decision | None:
    """The whole line back undoes the decision; a part of it leaves a cut, with reasons, to be appealed."""
    is_whole = kept >= Decimal(before["total_cny"]) - Decimal(before["reduced_cny"])
    if not is_whole and not prepared.frozen.reasons:
        return None
    reduced = line.total_cny - kept
    frozen = _with_line(prepared.frozen, line, before, reduced, is_whole=is_whole)
    decision = write_decision(
        prepared=Prepared(prepared.applicant, prepared.policy_version, frozen), line=line,
        application=old.application,
        kind=DecisionKind(old.kind) if is_whole else DecisionKind.LINE_CUT,
        outcome=Outcome.APPROVE if is_whole else Outcome.CUT, supersedes=old, by=SITE, now=now,
    )  # fmt: skip
    record(
        verb=Verb.DECISION_SUPERSEDED, subject=old.reference, actor=SITE.code, now=now,
        codes={"by": decision.reference},
    )  # fmt: skip
    _raise(line, decision, reduced, now)
    return decision


def _with_line(
    frozen: Frozen, line: Line, before: dict[str, Any], reduced: Decimal, *, is_whole: bool
) -> Frozen:
    """The same, keeping the line before anything was taken and as it is once given back."""
    kept = line.total_cny - reduced
    after = line_parts(line).to_json() | {
        "state": str(resumed(line, reduced)), "reduced_cny": str(reduced),
        "available_cny": str(kept - line.drawn_cny - line.on_hold_cny),
    }  # fmt: skip
    change = {"before": before, "after": after, "given_back": True}
    columns = {
        **frozen.columns, "result": {**frozen.columns["result"], "line": change},
        "limit_cny": kept if is_whole else ZERO,
    }  # fmt: skip
    return Frozen(columns, () if is_whole else frozen.reasons)


def _raise(line: Line, decision: Decision, reduced: Decimal, now: datetime) -> None:
    state = resumed(line, reduced)
    # A closed line comes back in use before it is reduced, used up or on hold.
    first = LineState.ACTIVE if line.state == LineState.CLOSED else state
    line = change_line(
        line=line, state=first, cause=CAUSE, by=SITE, now=now, decision=decision, reduced_cny=reduced
    )
    if first != state:
        change_line(line=line, state=state, cause=CAUSE, by=SITE, now=now, decision=decision)
