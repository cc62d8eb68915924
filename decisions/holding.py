"""What decisions hold about an applicant, who looked at them, and what stands against deleting."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from applicants.registers import Hold, Look, Rows, dump, dump_all, erases, holds, holds_back, noted_looks
from decisions.line_states import IN_USE
from decisions.measures import told_measures
from decisions.models import (
    Announcement,
    Application,
    ApplicationState,
    Decision,
    DecisionAccess,
    EarlyWarning,
    FrozenPage,
    Line,
    LineChange,
    LineState,
    Measure,
    Outcome,
    Promise,
    RouteWishes,
    Watch,
)


@holds("applications", title=_("Applications"))
def read_applications(applicant: Applicant) -> Rows:
    """Everything that was applied for."""
    return dump_all(Application.objects.filter(applicant=applicant).order_by("id"), "submission_key")


@holds("decisions", title=_("Decisions, with the data that they used"))
def read_decisions(applicant: Applicant) -> Rows:
    """Every decision with its reasons and everything that was frozen with it."""
    rows = Decision.objects.filter(applicant=applicant).prefetch_related("reasons").order_by("id")
    return [
        {
            **dump(row, "note", "decided_by"), "is_automatic": row.is_decided_by_rules,
            "reasons": dump_all(row.reasons.all()),
        }
        for row in rows
    ]  # fmt: skip


@holds("lines", title=_("Lines and what happened to them"))
def read_lines(applicant: Applicant) -> Rows:
    """Every line with its changes, and those that were announced."""
    rows = Line.objects.filter(applicant=applicant).order_by("id")
    return [
        {
            **dump(row), "changes": dump_all(LineChange.objects.filter(line=row).order_by("id")),
            "announced": dump_all(Announcement.objects.filter(line=row).order_by("id"), "signed_by"),
        }
        for row in rows
    ]  # fmt: skip


@holds("plans", title=_("Saved plans"))
def read_promises(applicant: Applicant) -> Rows:
    """Saved plans, and steps marked as not possible."""
    plans = dump_all(Promise.objects.filter(applicant=applicant).order_by("id"))
    return plans + dump_all(RouteWishes.objects.filter(applicant=applicant))


@holds("warnings", title=_("Early warnings and measures"))
def read_warnings(applicant: Applicant) -> Rows:
    """Warnings, the measures that were told, and what the daily look compares with."""
    told: QuerySet[Measure] = told_measures().filter(applicant=applicant)
    return [
        *dump_all(EarlyWarning.objects.filter(applicant=applicant).order_by("id")),
        *dump_all(told.order_by("id"), "note", "signed_by", "decided_by"),
        *dump_all(Watch.objects.filter(applicant=applicant)),
    ]


@noted_looks
def list_decision_looks(applicant: Applicant, limit: int) -> list[Look]:
    """Who opened a decision."""
    rows = DecisionAccess.objects.filter(decision__applicant=applicant).select_related("decision")
    return [
        Look(row.at, row.actor, "DECISION", row.decision.reference) for row in rows.order_by("-id")[:limit]
    ]


@holds_back
def list_decision_holds(applicant: Applicant, now: datetime) -> Iterable[Hold]:
    """An application that waits, and a line that is used or can be."""
    if Application.objects.filter(applicant=applicant, state=ApplicationState.RECEIVED).exists():
        yield Hold("OPEN_APPLICATION")
    waiting = Decision.objects.filter(applicant=applicant, superseded_by__isnull=True)
    if waiting.filter(outcome__in=[Outcome.HOLD, Outcome.REFER]).exists():
        yield Hold("OPEN_APPLICATION")
    if Line.objects.filter(applicant=applicant, state__in=[*IN_USE, LineState.OFFERED]).exists():
        yield Hold("OPEN_LINE")


@erases
def erase_plans(applicant: Applicant, now: datetime) -> Mapping[str, int]:
    """Marks of steps that were not possible, and pages as they were shown; decisions stay, without a name."""
    FrozenPage.objects.filter(decision__applicant=applicant).delete()
    Watch.objects.filter(applicant=applicant).delete()
    gone, _all = RouteWishes.objects.filter(applicant=applicant).delete()
    return {"plans": gone}
