"""Stay of harm: a line that was closed or reduced stays as it was while the person's appeal runs."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.actors import SITE
from appeals.models import Appeal, Stay
from appeals.terms import section
from audit.log import record
from audit.verbs import Verb
from decisions.giving_back import line_before
from decisions.line_changes import change_line, line_parts, restore_line
from decisions.line_states import settled_state
from decisions.models import DecisionKind, Line, LineState, Measure, MeasureState
from notifications.kinds import Kind
from notifications.queueing import queue_message

_GIVEN_UP: Final = frozenset({LineState.CLOSED, LineState.EXPIRED})


def stay_of(appeal: Appeal) -> Stay | None:
    """The stay that holds for this appeal now, or None."""
    return Stay.objects.select_related("line").filter(appeal=appeal, ended_at__isnull=True).first()


def begin_stay(*, appeal: Appeal, now: datetime) -> Stay | None:
    """Give the line back while the appeal runs, in the caller's transaction; None where it cannot be."""
    before = _before_the_decision(appeal)
    key = appeal.decision.line_id
    if before is None or key is None or stay_of(appeal) is not None or _is_excepted(appeal):
        return None
    line = Line.objects.select_for_update().get(pk=key)
    if not _stands_as_decided(line, appeal):
        return None
    left = line_parts(line).to_json()
    total = Decimal(before["total_cny"]) - Decimal(before["reduced_cny"])
    if line.state in _GIVEN_UP and _has_other(line):
        return None
    restore_line(line=line, total_cny=total, by=SITE, now=now, cause="STAYED")
    stay, _created = Stay.objects.update_or_create(
        appeal=appeal, defaults={"line": line, "before": left, "began_at": now, "ended_at": None}
    )
    record(
        verb=Verb.STAY_BEGAN, subject=appeal.reference, actor=SITE.code, now=now,
        codes={"line": line.reference},
    )  # fmt: skip
    queue_message(kind=Kind.LINE_STAYED, applicant=appeal.applicant, about=appeal.reference, now=now)
    return stay


def end_stay(*, appeal: Appeal, now: datetime) -> None:
    """Put the line back to what the appealed decision left, never below what is drawn meanwhile."""
    stay = stay_of(appeal)
    if stay is None:
        return
    with transaction.atomic():
        line = Line.objects.select_for_update().get(pk=stay.line_id)
        if not _was_cured(appeal, stay):
            _put_back(line, stay.before, now)
        Stay.objects.filter(pk=stay.pk).update(ended_at=now)
        record(
            verb=Verb.STAY_ENDED, subject=appeal.reference, actor=SITE.code, now=now,
            codes={"line": line.reference},
        )  # fmt: skip


def _was_cured(appeal: Appeal, stay: Stay) -> bool:
    """Whether the measure of the decision was lifted while the line stayed: then nothing is taken again."""
    return Measure.objects.filter(
        decision=appeal.decision_id, state=MeasureState.LIFTED, ended_at__gte=stay.began_at
    ).exists()


def _put_back(line: Line, left: dict[str, Any], now: datetime) -> None:
    if line.state in _GIVEN_UP:
        return
    total = max(Decimal(left["total_cny"]), line.drawn_cny + line.on_hold_cny)
    used = line.drawn_cny + line.on_hold_cny
    reduced = min(Decimal(left["reduced_cny"]), total - used)
    if left["state"] in _GIVEN_UP:
        change_line(
            line=line, state=LineState.CLOSED, cause="STAY_ENDED", by=SITE, now=now, total_cny=total,
            reduced_cny=total - used,
        )  # fmt: skip
        return
    if left["state"] == LineState.SUSPENDED:
        change_line(
            line=line, state=LineState.SUSPENDED, cause="STAY_ENDED", by=SITE, now=now, total_cny=total,
            reduced_cny=reduced,
        )  # fmt: skip
        return
    state = settled_state(
        total=int((total - reduced) * 100), drawn=int(line.drawn_cny * 100),
        on_hold=int(line.on_hold_cny * 100), reduced=int(reduced * 100),
    )  # fmt: skip
    change_line(
        line=line, state=state, cause="STAY_ENDED", by=SITE, now=now, total_cny=total, reduced_cny=reduced
    )


def _before_the_decision(appeal: Appeal) -> dict[str, Any] | None:
    if appeal.decision.kind == DecisionKind.APPLICATION or appeal.decision.line_id is None:
        return None
    return line_before(appeal.decision)


def _stands_as_decided(line: Line, appeal: Appeal) -> bool:
    """Whether the line is still as the decision left it; a later change is a matter of its own."""
    change = appeal.decision.line_changes.order_by("pk").last()
    after: dict[str, Any] = change.after if change else {}
    return (line.state in _GIVEN_UP) == (after.get("state") in _GIVEN_UP) and Decimal(
        after.get("reduced_cny", "0")
    ) >= line.reduced_cny


def _is_excepted(appeal: Appeal) -> bool:
    excepted = section("stay")["except_reasons"]
    return bool(appeal.decision.reasons.filter(code__in=excepted).exists())


def _has_other(line: Line) -> bool:
    others = Line.objects.filter(applicant=line.applicant_id, product=line.product).exclude(pk=line.pk)
    return others.exclude(state__in=[state.value for state in _GIVEN_UP]).exists()
