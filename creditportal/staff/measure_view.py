"""What the page of measures shows: rows in words, the measures of the policy, and the drops as bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from appeals.answering_measures import newest_answers
from appeals.measures import OpenMeasure
from appeals.models import AnswerState
from appeals.overturns import Count, hide_small
from applicants.showing import language_key, show_money
from creditportal.staff.board_charts import draw_bars
from creditportal.staff.board_part import Part
from creditportal.staff.showing import DESK_ZONE
from decisions.models import DecisionKind, EarlyWarning, LineState, Measure, PolicyVersion
from decisions.policy_sentences import say_policy_text
from decisions.products import product_name
from decisions.reason_catalogue import get_reasons
from decisions.score_drops import DAYS, Drops
from decisions.warning_catalogue import get_measure_terms, get_triggers
from decisions.warning_counts import TriggerCount
from decisions.words import get_words

LEVELS: Final[Mapping[str, Promise]] = {
    "watch": gettext_lazy("watch"),
    "amber": gettext_lazy("amber"),
    "red": gettext_lazy("red"),
}
_GROUPS: Final[Mapping[int, Promise]] = {
    0: gettext_lazy("the same or higher"),
    1: gettext_lazy("1 to 29 points less"),
    30: gettext_lazy("30 to 49 points less"),
    50: gettext_lazy("50 to 79 points less"),
    80: gettext_lazy("80 points less or more"),
}
_CUT, _STOPPED, _CLOSED = "M4", "M6", "M7"


@dataclass(frozen=True)
class PolicyMeasure:
    """One measure that the policy knows; they come in its order, the mildest first."""

    code: str
    level: str
    words: str
    is_signed: bool
    notice_days: int


@dataclass(frozen=True)
class Row:
    """One open measure in words."""

    measure: OpenMeasure
    product: str
    kind: PolicyMeasure | None
    share_pct: int | None
    notice_until: date | None
    causes: Sequence[tuple[str, str]]
    can_appeal: bool


def list_policy_measures(policy: PolicyVersion) -> list[PolicyMeasure]:
    """The measures of a version, the mildest first."""
    words = get_words(get_language() or "zh-hans")
    return [
        PolicyMeasure(
            one["id"], str(LEVELS.get(one["level"], one["level"])), say_policy_text(one["do"], words),
            one["staff"], one["notice_days"],
        )
        for one in policy.document["early_warning"]["measures"]
    ]  # fmt: skip


@dataclass(frozen=True)
class Trigger:
    """One trigger of the policy in words: how many warnings stand, or why it is not known."""

    code: str
    level: str
    words: str
    standing: int
    fresh: int
    missing: str


@dataclass(frozen=True)
class Pending:
    """One measure that waits for a colleague or is announced, in words."""

    measure: Measure
    title: str
    meaning: str
    level: str
    product: str
    new_total: str
    starts_on: date | None
    causes: Sequence[tuple[str, str]]
    triggers: Sequence[tuple[str, str]]


def describe_triggers(counts: Sequence[TriggerCount]) -> list[Trigger]:
    """The triggers of the policy, each with its count or with the data that is missing."""
    language, known = get_language() or "zh-hans", get_triggers()
    return [
        Trigger(
            one.code, str(LEVELS[one.level]), known[one.code].say("title", language), one.standing, one.fresh,
            "" if one.is_answered else known[one.code].say("missing", language),
        )
        for one in counts
    ]  # fmt: skip


def describe_warnings(rows: Sequence[EarlyWarning]) -> list[dict[str, Any]]:
    """Warnings that stand: what changed, in words."""
    language, known = get_language() or "zh-hans", get_triggers()
    return [
        {
            "row": row, "title": known[row.trigger].say("title", language),
            "changed": known[row.trigger].say("changed", language, row.values),
        }
        for row in rows if row.trigger in known
    ]  # fmt: skip


def describe_pending(measures: Sequence[Measure], *, now: datetime) -> list[Pending]:
    """Each measure with what it would do, and from which day if it were taken today."""
    language, terms, known = get_language() or "zh-hans", get_measure_terms(), get_triggers()
    titles = get_reasons()
    return [
        Pending(
            one, terms[one.code].say("title", language), terms[one.code].say("meaning", language),
            str(LEVELS[one.level]), product_name(one.line.product, language),
            show_money(one.new_total_cny) if one.new_total_cny is not None else "", _starts_on(one, now),
            [(code, titles[code].document["title"][language_key(language)]) for code in one.reasons],
            [(code, known[code].say("title", language)) for code in one.triggers_seen if code in known],
        )
        for one in measures
    ]  # fmt: skip


def describe_answer(measure: Measure) -> dict[str, Any] | None:
    """What the person answered last: words, papers, and the plan that was chosen."""
    found = newest_answers([measure]).get(measure.pk)
    if found is None:
        return None
    plan = found.plan or {}
    amounts = {name: show_money(Decimal(plan[name])) for name in ("instalment_cny", "interest_cny") if plan}
    return {
        "row": found, "papers": list(found.documents.all()), "term": plan.get("term_months"), **amounts,
        "waits": found.state == AnswerState.GIVEN,
    }  # fmt: skip


def _starts_on(measure: Measure, now: datetime) -> date | None:
    if measure.effective_on or measure.ended_at:
        return measure.effective_on
    return now.astimezone(DESK_ZONE).date() + timedelta(days=measure.notice_days)


def describe_rows(
    measures: Sequence[OpenMeasure], known: Sequence[PolicyMeasure], *, now: datetime
) -> list[Row]:
    """Each open measure with its words; what the policy does not name has none."""
    by_code = {one.code: one for one in known}
    return [_describe(measure, by_code.get(_code_of(measure)), now) for measure in measures]


def _describe(measure: OpenMeasure, kind: PolicyMeasure | None, now: datetime) -> Row:
    language, decision = get_language() or "zh-hans", measure.decision
    until = None
    if decision is not None and kind is not None and kind.notice_days:
        until = (decision.decided_at + timedelta(days=kind.notice_days)).astimezone(DESK_ZONE).date()
    reasons = get_reasons()
    return Row(
        measure, product_name(measure.line.product, language), kind,
        _share_taken(measure.change.before, measure.change.after) if measure.change else None, until,
        [(code, reasons[code].document["title"][language_key(language)]) for code in measure.codes],
        measure.window is not None and measure.window.is_open(now),
    )  # fmt: skip


def _code_of(measure: OpenMeasure) -> str:
    if measure.line.state in (LineState.ON_HOLD, LineState.SUSPENDED):
        return _STOPPED
    if measure.decision is None:
        return ""
    return _CLOSED if measure.decision.kind == DecisionKind.LINE_CLOSED else _CUT


def _share_taken(before: Mapping[str, str], after: Mapping[str, str]) -> int | None:
    """How much of the part that was not used is gone, in percent; None where all of it was used."""
    used = Decimal(before["drawn_cny"])
    unused = Decimal(before["total_cny"]) - Decimal(before["reduced_cny"]) - used
    left = Decimal(0)
    if after["state"] != LineState.CLOSED:
        left = Decimal(after["total_cny"]) - Decimal(after["reduced_cny"]) - used
    return round(100 * (unused - left) / unused) if unused > 0 else None


def draw_drops(drops: Drops) -> tuple[Part, str]:
    """The drops as a plot with its table, and what it says in a sentence; small groups are hidden."""
    counts = [_count(step, drops.by_step[step]) for step in _GROUPS if drops.by_step[step]]
    shown, hidden = hide_small(counts)
    rows: list[tuple[str, int]] = [(str(_GROUPS[int(one.value)]), one.decided) for one in shown]
    part = Part(
        "drops", _("How far scores dropped"), [_("Change of the score"), _("Decisions")], rows,
        bars=draw_bars([(label, number, f"{number:,}") for label, number in rows]),
        hidden=hidden,
        note="" if rows else _("Too few decisions were replaced in %(days)s days to tell.") % {"days": DAYS},
    )  # fmt: skip
    return part, _find_words(rows)


def _find_words(rows: Sequence[tuple[str, int]]) -> str:
    if not rows:
        return ""
    label, number = max(rows, key=lambda row: row[1])
    given: dict[str, Any] = {"days": DAYS, "label": label, "number": f"{number:,}"}
    return (
        _("Of the decisions replaced in %(days)s days, the largest group: %(label)s, %(number)s times.")
        % given
    )


def _count(step: int, number: int) -> Count:
    return Count(str(step), sent=0, decided=number, overturned=0, in_time=0, in_target=0, withdrawn=0,
                 not_accepted=0)  # fmt: skip
