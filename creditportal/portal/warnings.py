"""Warnings and measures: what changed or waits, what it means, and what can be said against it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from appeals.answering_measures import answer_by, can_answer, newest_answers
from appeals.models import MeasureAnswer
from appeals.queries import list_appeals_for
from applicants.describing import label_of
from applicants.disputing import list_disputes
from applicants.models import Applicant, DisputeState
from applicants.showing import language_key, show_money
from applicants.terms import today_of
from core.clock import now
from core.days import read_day
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.grounds import explained
from creditportal.portal.lines import describe_parts
from creditportal.portal.measures import show_plan
from creditportal.portal.pages import show
from creditportal.portal.registering import own_applicant
from decisions.freezing import coming_evaluation
from decisions.lines import list_lines_for
from decisions.measures import list_told_measures
from decisions.models import (
    Announcement,
    Decision,
    DecisionKind,
    EarlyWarning,
    Line,
    LineChange,
    MeasureState,
    Outcome,
)
from decisions.queries import list_decisions_for
from decisions.reason_catalogue import get_reasons
from decisions.scores import score_history
from decisions.warning_catalogue import get_measure_terms, get_triggers
from decisions.warnings import list_warnings

_MOST: Final = 50
_DROP: Final = 50
_LEVELS: Final = {
    "watch": _("Worth knowing"),
    "amber": _("Please look at this"),
    "red": _("Please act on this"),
}
_WAITING: Final = frozenset({Outcome.HOLD, Outcome.REFER})


@require_safe
@page
def show_warnings(request: PortalRequest) -> HttpResponseBase:
    """Measures on this person's lines, what is on hold or being looked at, and marked drops of the score."""
    applicant = own_applicant(request)
    language = translation.get_language() or "zh-hans"
    rows = list_decisions_for(by=request.actor, limit=_MOST)
    newest = rows[0] if rows else None
    points = score_history(decision=newest, language=language) if newest else []
    warned = list_warnings(applicant=applicant)
    # Without a warning there was never a measure.
    planned = _planned(request.actor, language) if warned else []
    explained_above = {one["row"].decision_id for one in planned}
    context: dict[str, Any] = {
        "warnings": _warnings(warned, language),
        "planned": planned,
        "measures": _measures([row for row in rows if row.pk not in explained_above], request.actor),
        "lines": _held(list_lines_for(by=request.actor)),
        "waiting": _waiting(rows),
        "disputes": [
            {"dispute": row, "label": label_of(row.characteristic, language)}
            for row in list_disputes(applicant)
            if row.state == DisputeState.OPEN
        ],
        "drops": [point for point in points if point.change is not None and point.change <= -_DROP],
        "next_on": _next_evaluation(applicant, newest) if newest else None,
        "today": now(),
    }
    shown = ("warnings", "planned", "measures", "lines", "waiting", "disputes", "drops")
    is_quiet = not any(context[name] for name in shown)
    return show(request, "warnings.html", {**context, "is_quiet": is_quiet})


def _next_evaluation(applicant: Applicant, newest: Decision) -> date:
    told = read_day(explained(newest)["next"]["next_evaluation_on"])
    return coming_evaluation(told, today=today_of(applicant, now()))


def _warnings(rows: Iterable[EarlyWarning], language: str) -> list[dict[str, Any]]:
    """Each warning that stands in words: what changed and what helps."""
    known = get_triggers()
    return [
        {
            "row": row, "level": _LEVELS[row.level], "title": known[row.trigger].say("title", language),
            "changed": known[row.trigger].say("changed", language, row.values),
            "fix": known[row.trigger].say("fix", language),
        }
        for row in rows if row.ended_at is None and row.trigger in known
    ]  # fmt: skip


def _planned(by: Actor, language: str) -> list[dict[str, Any]]:
    """Measures that hold or will hold, then what ended lately; what only told something is a message."""
    told = [row for row in list_told_measures(by=by, limit=_MOST) if row.state != MeasureState.TOLD]
    rows = sorted(told, key=lambda row: row.ended_at is not None)
    appeals = {one.decision_id: one for one in reversed(list_appeals_for(by=by, limit=_MOST))} if rows else {}
    terms, reasons, answers = get_measure_terms(), get_reasons(), newest_answers(rows)
    return [
        {
            "row": row, "title": terms[row.code].say("title", language),
            "meaning": terms[row.code].say("meaning", language),
            "new_total": show_money(row.new_total_cny) if row.new_total_cny is not None else "",
            "causes": [reasons[code].document["title"][language_key(language)] for code in row.reasons],
            "is_request": terms[row.code].effect == "secure", "answer_by": answer_by(row, now=now()),
            "is_announced": row.state == MeasureState.NOTICED, "is_ended": row.ended_at is not None,
            "appeal": appeals.get(row.decision_id) if row.decision_id else None,
            "answer": answers.get(row.pk), "can_answer": can_answer(row, answers.get(row.pk)),
            "plan": _plan(answers.get(row.pk)), "is_plan": terms[row.code].effect == "plan",
        }
        for row in rows
    ]  # fmt: skip


def _plan(answer: MeasureAnswer | None) -> str:
    """The repayment plan that was chosen, in words."""
    if answer is None or not answer.plan:
        return ""
    plan = answer.plan
    return show_plan(plan["term_months"], Decimal(plan["instalment_cny"]), Decimal(plan["interest_cny"]))


def _measures(rows: Iterable[Decision], by: Actor) -> list[dict[str, Any]]:
    """Each change of a line that we made or announced, with the newest appeal against it, if there is one.

    What was announced and taken back changed nothing.
    """
    decided = {row.pk: row for row in rows if row.kind != DecisionKind.APPLICATION}
    if not decided:
        return []
    made = set(LineChange.objects.filter(decision__in=decided).values_list("decision", flat=True))
    open_ones = Announcement.objects.filter(decision__in=decided, ended_at=None)
    days = dict(open_ones.values_list("decision", "effective_on"))
    contested = {one.decision_id: one for one in reversed(list_appeals_for(by=by, limit=_MOST))}
    return [
        {"decision": row, "appeal": contested.get(key), "effective_on": days.get(key)}
        for key, row in decided.items()
        if key in made or key in days
    ]


def _held(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines of which a part is on hold or was reduced."""
    described = [(line, describe_parts(line)) for line in lines]
    held = [(line, parts) for line, parts in described if parts["on_hold"] or parts["reduced"]]
    return [{"line": line, "parts": parts} for line, parts in held]


def _waiting(rows: Iterable[Decision]) -> list[Decision]:
    """Decisions that wait for a paper or a person and were not replaced."""
    return [
        row for row in rows if row.outcome in _WAITING and getattr(row, "superseded_by", None) is None
        and row.kind == DecisionKind.APPLICATION
    ]  # fmt: skip
