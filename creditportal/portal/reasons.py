"""One reason of a decision by itself: the number and its limit, what to do, which papers count."""

from collections.abc import Mapping
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from appeals.appealability import get_open_appeal
from appeals.waiting_papers import waits_for_papers
from applicants.dispute_marks import open_disputes
from applicants.safety import read_safety
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.decisions import may_be_appealed, newer_reference
from creditportal.portal.explaining import arrange
from creditportal.portal.formatting import show_bound
from creditportal.portal.grounds import explained
from creditportal.portal.pages import show
from decisions.help_topics import list_alternatives
from decisions.models import WAITING_OUTCOMES, Decision
from decisions.products import PRODUCTS_OF
from decisions.queries import get_decision_for
from evidence.catalogue import get_kind

SCORE: Final = "S01"
SAFETY: Final = "S06"
_CONTEST: Final[dict[str, Promise]] = {
    "facts": gettext_lazy("You can say that the facts are wrong or have changed, and add papers."),
    "judgement": gettext_lazy("You can ask a person to look at this again. Papers can help."),
    "none": gettext_lazy(
        "This is about us and not about you, so there is nothing to prove. You can complain."
    ),
}

_WAITING: Final = gettext_lazy(
    "Nothing was decided, so there is nothing to contest yet. If a record is wrong, you can have it checked."
)


@require_safe
@page
def show_reason(request: PortalRequest, reference: str, code: str) -> HttpResponseBase:
    """One reason with everything that belongs to it."""
    decision = get_decision_for(by=request.actor, reference=reference)
    document = explained(decision)
    reason = next((row for row in arrange(document)["layered"] if row["code"] == code), None)
    if reason is None:
        raise NotFoundError
    is_waiting, newer = decision.outcome in WAITING_OUTCOMES, newer_reference(decision)
    context = {
        "document": document,
        "reason": reason,
        "bar": find_bar(decision, document, reason),
        "papers": [] if is_waiting else [get_kind(kind) for kind in reason["evidence"]],
        "contest": _WAITING if is_waiting else _CONTEST[reason["contest"]],
        "comparison": document["comparison"] if code == "P01" else None,
        "others": _alternatives(decision, code),
        "appeal": get_open_appeal(decision),
        "may_appeal": may_be_appealed(decision),
        "takes_papers": waits_for_papers(decision, newer),
        "newer": newer,
        "disputes": open_disputes(decision.applicant),
        "to_confirm": code == SAFETY and not request.helping and read_safety(decision.applicant).is_open,
    }
    return show(request, "reason.html", context)


def find_bar(
    decision: Decision, document: Mapping[str, Any], reason: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The number and the limit of a reason: of its check, of the score, or of the points it cost."""
    if reason["code"] == SCORE:
        return _score_bar(document["score"])
    return _check_bar(decision, document, reason["code"]) or _points_bar(document, reason)


def _score_bar(score: Mapping[str, Any]) -> dict[str, Any]:
    value, gate = str(score["value"]), str(score["gate"])
    finding = _("Yours is %(value)s. The minimum is %(limit)s.") % {"value": value, "limit": gate}
    bar = _bar(score["value"], score["gate"], value, show_bound(gate, "least"), low=score["min"])
    return {**bar, "finding": finding}


def _check_bar(decision: Decision, document: Mapping[str, Any], code: str) -> dict[str, Any] | None:
    shown = {
        rule["id"]: rule
        for rule in document["rules"]
        if rule["reason"] == code and rule["status"] == "failed" and rule["value"] and rule["limit"]
    }
    for rule in decision.result["rules"]:
        values = [value for value in rule["values"].values() if _is_number(value)]
        if rule["id"] in shown and values and _is_number(rule["limit"]):
            words = shown[rule["id"]]
            asks = show_bound(words["limit"], words["bound"])
            return _bar(float(values[0]), float(rule["limit"]), words["value"], asks)
    return None


def _points_bar(document: Mapping[str, Any], reason: Mapping[str, Any]) -> dict[str, Any] | None:
    """The input of the reason that cost most points."""
    named = {fact["characteristic"] for fact in (*reason["facts"], *reason["lacking"])}
    rows = [row for row in document["characteristics"] if row["code"] in named and row["points"] < row["max"]]
    if not rows:
        return None
    row = max(rows, key=lambda one: one["max"] - one["points"])
    finding = _("%(label)s earned %(points)s of %(most)s points.") % {
        "label": row["label"][:1].upper() + row["label"][1:], "points": row["points"], "most": row["max"],
    }  # fmt: skip
    bar = _bar(row["points"], row["max"], str(row["points"]), show_bound(row["max"], "most"))
    return {**bar, "finding": finding}


def _bar(value: float, limit: float, shown: str, bound: str, *, low: float = 0) -> dict[str, Any]:
    finding = _("Yours is %(value)s (%(limit)s).") % {"value": shown, "limit": bound}
    return {
        "value": value, "limit": limit, "shown_value": shown, "shown_limit": bound, "low": low,
        "is_over": True, "finding": finding,
    }  # fmt: skip


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return isinstance(value, str) and value.replace(".", "", 1).isdigit()


def _alternatives(decision: Decision, code: str) -> list[Any]:
    found = list_alternatives(
        product=decision.product, applicant=PRODUCTS_OF[decision.applicant.kind],  # type: ignore[index]
        reasons=[code], place=decision.applicant.jurisdiction,
        language=translation.get_language() or "zh-hans",
    )  # fmt: skip
    return [one for one in found if one.helps_with]
