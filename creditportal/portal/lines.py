"""A credit line: what it is made up of, what happened to it, and taking up one that is offered."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from decisions.announcements import announced_change
from decisions.lines import accept_line, get_line_for, line_parts
from decisions.models import ADVERSE_OUTCOMES, Line, LineChange, LineState
from notifications.letters import list_letters_about

_CAUSES: Final[dict[str, Promise]] = {
    "APPROVED": _("The line was offered to you."),
    "DECIDED": _("The line came from this decision."),
    "EARLIER_RULES": _("The line was given under earlier rules."),
    "ACCEPTED": _("You took up the line."),
    "REPLACED": _("A newer offer took the place of this one."),
    "OFFER_ENDED": _("The offer ended: it was not taken up by its last day. This leaves no bad mark."),
    "DRAWN": _("You borrowed from the line."),
    "REPAID": _("A repayment arrived."),
    "ASSESSED": _("We changed the line after an assessment."),
    "UNUSED": _("The line was closed because it was not used. This is not a default."),
    "RESTORED": _("The line was restored."),
    "NOTICE_PASSED": _("The notice has passed and the announced change took effect."),
    "CURED": _("What had changed is put right. The line is as it was before."),
    "LOOKED_AGAIN": _(
        "What we know of you changed. We assessed the line again and restored what is supported today."
    ),
}
_PARTS: Final = (
    (_("Used"), "drawn_cny"),
    (_("On hold"), "on_hold_cny"),
    (_("Reduced"), "reduced_cny"),
    (_("Available"), "available_cny"),
)
_NO_BORROWING: Final = _("Borrowing from this line: not possible any more")
_NOT_NOW: Final = _("Borrowing from this line: not possible for now")
_LESS: Final = _("Borrowing from this line: only what is shown as available")
_BORROWED: Final = _("What you have borrowed: the repayment plan goes on")
_UNTOUCHED: Final = (
    _("Payments and other services"),
    _("Your score: the state of a line earns or costs no points"),
    _("Your credit record: this is not a late payment"),
)
_CHANGED: Final = _("The line was changed.")
_CLOSED: Final = _("We closed the line after an assessment.")


@page
def show_line(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The four parts of a line and each change with its reasons; an offered line can be taken up."""
    line = get_line_for(by=request.actor, reference=reference)
    rows = list(line.changes.select_related("decision").order_by("-id"))
    offer = next((row.decision for row in rows if row.decision and row.decision.line_id == line.pk), None)
    if request.method == "POST":
        if offer is not None and line.state == LineState.OFFERED:
            # What a decision offers is taken on its own page, where the cost sheet is signed.
            return redirect("portal:offer", offer.reference)
        accept_line(line=line, by=request.actor, now=now())
        return redirect("portal:line", line.reference)
    changes = [_describe(change) for change in rows]
    newest = next((row.decision for row in rows if row.decision), None)
    context = {
        "line": line,
        "parts": describe_parts(line),
        "changes": changes,
        "decision": next((change["decision"] for change in changes if change["decision"]), None),
        "causes": list_causes(line, rows),
        "letters": list_letters_about(by=request.actor, about=line.reference),
        "offer": offer,
        "may_change": newest is not None and newest.outcome in ADVERSE_OUTCOMES,
        "is_offered": line.state == LineState.OFFERED,
        "announced": announced_change(line),
        "effects": describe_effects(line),
    }
    return show(request, "line.html", context)


def describe_parts(line: Line) -> dict[str, Decimal]:
    """The parts of a line by the names of the page; they add up to the total."""
    parts = line_parts(line)
    used, held = parts.drawn_cny, parts.on_hold_cny
    rest = parts.total_cny - used - held - parts.available_cny
    reduced, ready = rest, parts.available_cny
    if line.state == LineState.OFFERED:
        # What is offered was not taken away: it is there as soon as the line is taken up.
        reduced, ready = Decimal(0), rest
    return {"total": parts.total_cny, "used": used, "on_hold": held, "reduced": reduced, "available": ready}


def describe_effects(line: Line) -> dict[str, list[Promise]]:
    """What it means elsewhere that a line is closed, paused or reduced, and what goes on as before."""
    if line.state in (LineState.OFFERED, LineState.EXPIRED):
        return {}
    if line.state == LineState.CLOSED:
        touched = _NO_BORROWING
    elif line.state == LineState.SUSPENDED:
        touched = _NOT_NOW
    elif line.reduced_cny > 0 or line.on_hold_cny > 0:
        touched = _LESS
    else:
        return {}
    return {"affected": [touched], "untouched": [*([_BORROWED] if line.drawn_cny > 0 else []), *_UNTOUCHED]}


def list_causes(line: Line, rows: Sequence[LineChange]) -> list[dict[str, Any]]:
    """For each part that is not empty, the newest change that made it what it is; `rows` newest first."""
    amounts = line_parts(line).to_json()
    causes = []
    for label, name in _PARTS:
        if Decimal(amounts[name]) == 0:
            continue
        change = next((row for row in rows if row.before.get(name, "0") != row.after.get(name)), None)
        if change is not None:
            causes.append({"label": label, "amount": amounts[name], **_because(change)})
    return causes


def _because(change: LineChange) -> dict[str, Any]:
    told = _describe(change)
    return {"label_of_change": told["label"], "changed_at": told["changed_at"], "decision": told["decision"]}


def _closes(change: LineChange) -> bool:
    return change.cause == "ASSESSED" and change.after.get("state") == LineState.CLOSED


def _describe(change: LineChange) -> dict[str, Any]:
    return {
        "changed_at": change.changed_at,
        "label": _CLOSED if _closes(change) else _CAUSES.get(change.cause, _CHANGED),
        "decision": change.decision.reference if change.decision else "",
    }
