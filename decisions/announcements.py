"""Cuts and closures that a run announced: looked at again, withdrawn when put right, else put into effect."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actors import SITE
from applicants.models import Applicant, Sheet
from applicants.terms import today_of
from assessment import Policy
from core.identity import today_in_china
from decisions.announced import carry_out, take_back
from decisions.freezing_reasons import GIVES_MONEY
from decisions.line_states import IN_USE
from decisions.lines import asked_before, assess_line, lock_line
from decisions.measures import ENDS
from decisions.models import (
    Announcement,
    AnnouncementEnd,
    Decision,
    DecisionKind,
    Line,
    Measure,
    MeasureState,
    Outcome,
)
from decisions.notices import send_notice
from decisions.policies import current_market, market_since
from decisions.rerunning import EngineUnavailableError
from decisions.warning_catalogue import get_measure_terms
from notifications.kinds import Kind
from notifications.queueing import queue_message

MOST: Final = 500
LONGEST_WAIT: Final = timedelta(days=30)
"""How long after its day a change may still wait for an assessment that supports it; then the line stays."""
_JUDGED: Final = frozenset({*GIVES_MONEY, Outcome.DECLINE})


def notice_days(policy: Policy, effect: str) -> int:
    """How long before its day a policy has a cut or a closure announced: as its measures do."""
    codes = {code for code, one in get_measure_terms().items() if one.effect == effect}
    measures = policy.document["early_warning"]["measures"]
    return max((one["notice_days"] for one in measures if one["id"] in codes), default=0)


def announced_lines(keys: Collection[int]) -> set[int]:
    """Of these lines, those with a change that is announced, by a run or as a measure."""
    runs = Announcement.objects.filter(line__in=keys, ended_at=None)
    measures = Measure.objects.filter(line__in=keys, state=MeasureState.NOTICED)
    return {*runs.values_list("line_id", flat=True), *measures.values_list("line_id", flat=True)}


def announced_change(line: Line) -> tuple[date, str] | None:
    """The day on which a line changes, and the decision that says so; None where nothing is announced."""
    kinds: tuple[QuerySet[Any], ...] = (
        Announcement.objects.filter(line=line, ended_at=None),
        Measure.objects.filter(line=line, state=MeasureState.NOTICED, decision__isnull=False),
    )
    found = [row for rows in kinds for row in rows.values_list("effective_on", "decision__reference")]
    return min(found, default=None)


def list_open(*, now: datetime, stayed: Collection[int] = (), limit: int = MOST) -> list[Announcement]:
    """Return what is due, or whose facts changed since; who was not looked at for longest comes first.

    The day begins in China first: `settle` looks at the day where the person lives.
    """
    rows = _rows().exclude(decision__in=stayed)
    versions = Sheet.objects.filter(applicant=OuterRef("line__applicant"))
    is_new = Exists(versions.exclude(version=OuterRef("sheet_version")))
    is_corrected = Q(decision__superseded_by__isnull=False)
    due = rows.filter(Q(effective_on__lte=today_in_china(now)) | is_corrected | is_new)
    return list(due.order_by("looked_at", "pk")[:limit])


def _rows() -> QuerySet[Announcement]:
    return Announcement.objects.filter(ended_at=None).select_related("decision", "line__applicant")


def settle(
    *, announcement: Announcement, now: datetime, stayed: Collection[int] = (), stayed_until: date = date.min
) -> bool:
    """Withdraw it where today's assessment does not support it, else carry it out on its day.

    Without an answer it waits, and is withdrawn after `LONGEST_WAIT`. Returns whether the line changed.
    `stayed`: decisions that an appeal stays; `stayed_until`: the day on which the last such appeal ended.
    """
    try:
        with asked_before(announcement.line, now), transaction.atomic():
            return _settle(announcement, now, stayed, stayed_until, is_answered=True)
    except EngineUnavailableError:
        with transaction.atomic():
            return _settle(announcement, now, stayed, stayed_until, is_answered=False)


def _settle(
    announcement: Announcement,
    now: datetime,
    stayed: Collection[int],
    stayed_until: date,
    *,
    is_answered: bool,
) -> bool:
    applicant, line = lock_line(announcement.line)
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("decision")
    row = rows.get(pk=announcement.pk)
    if row.ended_at is not None or row.decision_id in stayed:
        return False
    if Decision.objects.filter(supersedes=row.decision).exists():
        return _end(row, AnnouncementEnd.CORRECTED, now)
    if line.state not in IN_USE:
        return _end(row, AnnouncementEnd.NO_LINE, now)
    last_on = max(row.effective_on, stayed_until) + LONGEST_WAIT
    if not is_answered:
        # Looked at again at the next turn, with facts that may be new until then.
        if today_of(applicant, now) < last_on:
            return False
        return _withdraw(row, applicant, AnnouncementEnd.LAPSED, now)
    return _judge(row, applicant, line, last_on, now)


def _judge(row: Announcement, applicant: Applicant, line: Line, last_on: date, now: datetime) -> bool:
    present = line.total_cny - line.reduced_cny
    least = _supported(row.decision, applicant, line, now)
    if least is not None and least >= present:
        return _withdraw(row, applicant, AnnouncementEnd.CURED, now)
    today = today_of(applicant, now)
    if today < row.effective_on:
        return _wait(row, now)
    is_asked = applicant.person_decides_since is not None and row.decision.is_automatic
    if least is None or is_asked:
        if today < last_on:
            return _wait(row, now)
        return _withdraw(row, applicant, AnnouncementEnd.LAPSED, now)
    changed = carry_out(
        decision=row.decision, signed_by_id=row.signed_by_id, by=SITE, now=now, least_cny=least
    )
    if changed is None:
        return _end(row, AnnouncementEnd.EMPTY, now)
    queue_message(kind=Kind.LINE_CHANGED, applicant=applicant, about=row.decision.reference, now=now)
    _end(row, AnnouncementEnd.IN_EFFECT, now)
    return True


def _supported(decision: Decision, applicant: Applicant, line: Line, now: datetime) -> Decimal | None:
    """The amount that the assessment of today leaves of the line; None where it comes to no answer.

    Nothing is closed on an assessment that gives money.
    """
    since = market_since(now)
    market = decision.market if since is None or since < decision.decided_at else current_market(now)
    frozen = assess_line(applicant=applicant, line=line, now=now, market=market).frozen
    present = line.total_cny - line.reduced_cny
    if frozen.outcome not in _JUDGED:
        return None
    if not frozen.reasons or frozen.outcome == Outcome.APPROVE:
        return present
    if frozen.outcome == Outcome.DECLINE:
        return Decimal(0)
    return present if decision.kind == DecisionKind.LINE_CLOSED else Decimal(frozen.columns["limit_cny"])


def _withdraw(row: Announcement, applicant: Applicant, end: AnnouncementEnd, now: datetime) -> bool:
    is_lapsed = end == AnnouncementEnd.LAPSED
    decision = take_back(decision=row.decision, by=SITE, now=now, is_lapsed=is_lapsed)
    send_notice(decision=decision, by=SITE, now=now)
    queue_message(
        kind=Kind.MEASURE_ENDED, applicant=applicant, about=decision.reference, now=now,
        params={"outcome": ENDS[MeasureState.NOTICED]},
    )  # fmt: skip
    return _end(row, end, now)


def _wait(row: Announcement, now: datetime) -> bool:
    version = Sheet.objects.filter(applicant=row.decision.applicant_id).values_list("version", flat=True)
    row.looked_at, row.sheet_version = now, version.first() or 0
    row.save(update_fields=["looked_at", "sheet_version"])
    return False


def _end(row: Announcement, end: AnnouncementEnd, now: datetime) -> bool:
    row.ended_at, row.end, row.looked_at = now, end, now
    row.save(update_fields=["ended_at", "end", "looked_at"])
    return False
