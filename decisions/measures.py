"""Measures: proposed by the site, told or put before a colleague, and ended when the warnings are gone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.roles import Permission
from applicants.models import Applicant, ApplicantKind
from audit.log import record
from audit.verbs import Verb
from core.errors import ForbiddenError, NotFoundError
from core.identity import today_in_china
from core.references import new_reference, normalise_reference
from decisions.announced import give_back, take_back
from decisions.line_states import IN_USE
from decisions.lines import has_reason_against
from decisions.measure_choice import CHANGES_LINE, Choice, Parts, Taken, choose, is_quiet, new_total, rank
from decisions.measure_states import OPEN, STANDING, WAITING
from decisions.models import Decision, EarlyWarning, Line, Measure, MeasureState, PolicyVersion
from decisions.policies import compiled, find_policy_in_force, get_policy_in_force
from decisions.remote import get_engine
from decisions.warning_catalogue import Trigger, get_measure_terms, get_triggers
from decisions.warning_inputs import scorecard_of
from notifications.kinds import Kind
from notifications.queueing import queue_message

NO_LINE: Final = "NO_LINE"
_TOLD: Final = {"tell": Kind.WARNING_RAISED, "remind": Kind.REPAYMENT_REMINDER}
ENDS: Final[Mapping[MeasureState, Promise]] = {
    MeasureState.NOTICED: _("The change that we announced does not happen."),
    MeasureState.IN_EFFECT: _("The measure on your credit line has ended."),
}
"""How the person is told that a measure ended, by how it stood."""


@dataclass(frozen=True)
class _Around:
    """What stands about some people: warnings, lines in use with the largest first, and measures."""

    policy: PolicyVersion | None
    standing: Mapping[int, list[EarlyWarning]]
    lines: Mapping[int, list[Line]]
    measures: Mapping[int, list[Measure]]

    @classmethod
    def read(cls, keys: Collection[int], now: datetime) -> "_Around":
        """Read it with as many statements for many as for one."""
        found = (
            EarlyWarning.objects.filter(applicant__in=keys, ended_at=None),
            Line.objects.filter(applicant__in=keys, state__in=IN_USE).order_by("-total_cny", "pk"),
            Measure.objects.filter(applicant__in=keys),
        )
        return cls(find_policy_in_force(now=now), *map(_by_applicant, found))


def _by_applicant(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.applicant_id].append(row)
    return found


def follow_up(*, applicants: Collection[Applicant], now: datetime) -> None:
    """End what has no cause or no line any more, tell what is due, and propose the mildest that fits.

    In the caller's transaction, with the applicants locked.
    """
    around = _Around.read([one.pk for one in applicants], now)
    for applicant in applicants:
        standing = around.standing[applicant.pk]
        answered, known = _answered({row.trigger for row in standing}), around
        if _may_end(around, applicant, answered):
            _end_without_cause(applicant, answered, now)
            known = _Around.read([applicant.pk], now)
        # While no version decides, nothing is proposed either.
        if standing and around.policy is not None:
            propose(applicant=applicant, standing=standing, now=now, around=known)


def _may_end(around: _Around, applicant: Applicant, answered: set[str]) -> bool:
    """Whether an open measure answers nothing that stands, or has lost its line."""
    in_use = {line.pk for line in around.lines[applicant.pk]}
    return any(
        one.state in OPEN and (one.line_id not in in_use or answered.isdisjoint(one.triggers_seen))
        for one in around.measures[applicant.pk]
    )


def _answered(standing: set[str]) -> set[str]:
    """The triggers that are not put right: those that stand, and the milder ones that they cover."""
    return standing | {
        code for code, one in get_triggers().items() if not standing.isdisjoint(one.covered_by)
    }


def propose(
    *,
    applicant: Applicant,
    standing: list[EarlyWarning],
    now: datetime,
    wants_next: bool = False,
    around: _Around | None = None,
) -> Measure | None:
    """Tell what is due by itself and put the mildest measure before a colleague.

    `wants_next`: a colleague did not take the one before and asks for the next.
    """
    around = around or _Around.read([applicant.pk], now)
    line = next(iter(around.lines[applicant.pk]), None)
    if line is None:
        return None
    choice = _choose(applicant, line, around, now, wants_next=wants_next)
    for code in choice.told:
        _make(applicant, line, standing, code, now)
    return _make(applicant, line, standing, choice.proposed, now) if choice.proposed else None


def _choose(applicant: Applicant, line: Line, around: _Around, now: datetime, *, wants_next: bool) -> Choice:
    triggers, standing = get_triggers(), around.standing[applicant.pk]
    fits = {code for row in standing if row.trigger in triggers for code in triggers[row.trigger].fits}
    terms = get_measure_terms()
    since, level = min(row.since for row in standing), _worst(standing)
    taken = [_taken(one, since, now, wants_next=wants_next) for one in around.measures[applicant.pk]]
    can_change = any(terms[code].effect in CHANGES_LINE for code in fits) and not is_quiet(taken, level)
    return choose(
        known=_policy_measures(around.policy or get_policy_in_force(now=now)), terms=terms,
        fits=fits, level=level, line=parts_of(line),
        is_firm=applicant.kind == ApplicantKind.FIRM, has_reason=can_change and _has_reason(line, now),
        taken=taken,
    )  # fmt: skip


def _has_reason(line: Line, now: datetime) -> bool:
    """Whether the assessment supports a change; another engine is asked only when somebody signs."""
    return get_engine() is not None or has_reason_against(line=line, now=now)


def _taken(one: Measure, since: datetime, now: datetime, *, wants_next: bool) -> Taken:
    is_reviewed = one.review_on is None or today_in_china(now) >= one.review_on
    waits = one.state in STANDING or (one.state == MeasureState.DECLINED and not wants_next)
    return Taken(one.code, one.level, one.state, one.proposed_at >= since, waits and not is_reviewed)


def _worst(standing: Iterable[EarlyWarning]) -> str:
    return max((row.level for row in standing), key=rank)


def _policy_measures(policy_version: PolicyVersion) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = compiled(policy_version).document["early_warning"]["measures"]
    return listed


def parts_of(line: Line) -> Parts:
    """What of a line is used and what is not, as the choice of a measure sees it."""
    usable = line.total_cny - line.reduced_cny
    return Parts(line.state, usable, line.drawn_cny, usable - line.drawn_cny - line.on_hold_cny)


def _make(
    applicant: Applicant, line: Line, standing: list[EarlyWarning], code: str, now: datetime
) -> Measure:
    triggers, terms = get_triggers(), get_measure_terms()[code]
    answered = [row for row in standing if code in triggers[row.trigger].fits]
    reasons = dict.fromkeys(
        one for row in answered for one in _reasons(row, triggers[row.trigger], applicant, now)
    )
    is_told = terms.effect in _TOLD
    notice = next(
        one["notice_days"] for one in _policy_measures(get_policy_in_force(now=now)) if one["id"] == code
    )
    measure = Measure.objects.create(
        reference=new_reference("ME"), applicant=applicant, line=line, code=code, level=_worst(standing),
        state=MeasureState.TOLD if is_told else MeasureState.PROPOSED,
        triggers_seen=[row.trigger for row in answered], reasons=list(reasons), notice_days=notice,
        new_total_cny=new_total(parts_of(line), terms.share_pct) if terms.effect == "cut" else None,
        proposed_at=now, updated_at=now,
        review_on=today_in_china(now) + timedelta(days=terms.review_days) if is_told else None,
    )  # fmt: skip
    note(Verb.MEASURE_TAKEN if is_told else Verb.MEASURE_PROPOSED, measure, SITE, now)
    if is_told:
        queue_message(kind=_TOLD[terms.effect], applicant=applicant, about=measure.reference, now=now)
    return measure


def _reasons(row: EarlyWarning, trigger: Trigger, applicant: Applicant, now: datetime) -> list[str]:
    """The reasons of a warning: of the trigger, and of the inputs that lost points in a fallen score."""
    card = compiled(get_policy_in_force(now=now)).scorecards[scorecard_of(applicant)]
    lost = [card.by_name[name].reason for name in row.values.get("lost", []) if name in card.by_name]
    score, gate = row.values.get("score"), row.values.get("gate")
    below = ["S01"] if score is not None and gate is not None and score < gate else []
    return [*below, *lost, *trigger.reasons]


def _end_without_cause(applicant: Applicant, triggers: set[str], now: datetime) -> None:
    """What answers only triggers that are gone is withdrawn or lifted; who was told before is told again.

    Without its line a measure just ends; a closure stands as long as there is no other line.
    """
    has_line = Line.objects.filter(applicant=applicant, state__in=IN_USE).exists()
    rows = Measure.objects.select_for_update(of=("self",)).select_related("line", "decision")
    for measure in rows.filter(applicant=applicant, state__in=sorted(OPEN)):
        if measure.line.state not in IN_USE:
            if has_line or not _is_closure(measure):
                end(measure=measure, cause=NO_LINE, now=now)
        elif triggers.isdisjoint(measure.triggers_seen):
            end(measure=measure, cause="CURED", now=now)


def _is_closure(measure: Measure) -> bool:
    return measure.state == MeasureState.IN_EFFECT and get_measure_terms()[measure.code].effect == "close"


def end(*, measure: Measure, cause: str, now: datetime) -> None:
    """End a measure: what never took effect is withdrawn, what did is lifted and the line given back.

    Where there is no line any more nothing was put right, and nobody is told so.
    """
    before, has_line, decision = MeasureState(measure.state), cause != NO_LINE, measure.decision
    is_known, is_lifted = before in STANDING, before == MeasureState.IN_EFFECT
    # A decision that another took the place of has had its effect undone with it.
    if has_line and decision is not None and not Decision.objects.filter(supersedes=decision).exists():
        if is_lifted:
            give_back(line=measure.line, decision=decision, by=SITE, now=now)
        else:
            take_back(decision=decision, by=SITE, now=now)
    move(measure, MeasureState.LIFTED if is_lifted else MeasureState.WITHDRAWN, now, ended_at=now)
    note(Verb.MEASURE_ENDED, measure, SITE, now, cause=cause)
    if is_known and has_line:
        queue_message(
            kind=Kind.MEASURE_ENDED, applicant=measure.applicant, about=measure.reference, now=now,
            params={"outcome": ENDS[before]},
        )  # fmt: skip


def move(measure: Measure, state: MeasureState, now: datetime, **columns: Any) -> None:
    """Move a locked measure to a state, with what changes beside it."""
    measure.state, measure.updated_at, measure.version = state, now, measure.version + 1
    for name, value in columns.items():
        setattr(measure, name, value)
    measure.save(update_fields=["state", "updated_at", "version", *columns])


def note(verb: Verb, measure: Measure, by: Actor, now: datetime, **codes: str) -> None:
    """Write what happened to a measure into the audit."""
    record(
        verb=verb, subject=measure.reference, actor=by.code, now=now,
        codes={
            "measure": measure.code, "level": str(measure.level), "state": str(measure.state),
            "line": measure.line.reference, "triggers": measure.triggers_seen,
            "decision": measure.decision.reference if measure.decision else None,
            "effective_on": measure.effective_on.isoformat() if measure.effective_on else None, **codes,
        },
    )  # fmt: skip


def visible_measures(by: Actor) -> QuerySet[Measure]:
    """What a colleague may know of: measures of others; and the person's own, once told."""
    if by.can(Permission.SEE_QUEUE):
        return Measure.objects.exclude(applicant__user=by.user_id)
    return told_measures().filter(applicant__user_id=by.user_id or 0)


def told_measures() -> QuerySet[Measure]:
    """The measures that those whom they are about were told of."""
    rows = Measure.objects.exclude(state__in=[*WAITING, MeasureState.DECLINED])
    return rows.exclude(decided_at=None, state="withdrawn")


def get_measure_for(*, by: Actor, reference: str) -> Measure:
    """Return one measure, or raise NotFoundError."""
    rows = visible_measures(by).select_related("applicant", "line", "decision")
    found = rows.filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_pending(*, by: Actor, limit: int = 50) -> list[Measure]:
    """Return what waits for a colleague, the most serious and oldest first, and then what is announced."""
    if not by.can(Permission.SEE_QUEUE):
        raise ForbiddenError
    rows = visible_measures(by).select_related("applicant", "line", "signed_by", "decision")
    # "signed" and "proposed" come before "noticed" when the states are read backwards.
    found = list(
        rows.filter(state__in=sorted(WAITING | {MeasureState.NOTICED})).order_by(
            "-state", "updated_at", "pk"
        )[:limit]
    )
    return sorted(found, key=lambda one: (one.state == MeasureState.NOTICED, -rank(one.level)))


def list_told_measures(*, by: Actor, limit: int = 20) -> list[Measure]:
    """Return the person's own measures that were told, newest first."""
    rows = visible_measures(by).select_related("applicant", "line", "decision")
    return list(rows.order_by("-pk")[:limit])
