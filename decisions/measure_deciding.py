"""A measure in a colleague's hands: signed by one or two people, declined, carried out after its notice."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.models import User
from accounts.roles import Permission
from applicants.models import Applicant
from applicants.terms import today_of
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError, NotFoundError, StaleError
from core.identity import today_in_china
from core.texts import NOTE_LENGTH, check_reason
from decisions.announced import carry_out
from decisions.line_states import IN_USE
from decisions.lines import LARGE_CUT, asked_before, close_locked, cut_locked, lock_line, pause_locked
from decisions.measure_choice import CHANGES_LINE, new_total
from decisions.measure_states import STANDING
from decisions.measures import NO_LINE, end, move, note, parts_of, propose
from decisions.models import Decision, EarlyWarning, Line, Measure, MeasureState, PolicyVersion
from decisions.policies import compiled, get_latest_policy
from decisions.referral import OwnProposalError
from decisions.warning_catalogue import get_measure_terms
from notifications.kinds import Kind
from notifications.queueing import queue_message


class NotWaitingError(ConflictError):
    """The measure does not wait for anybody's word."""

    code = "measure-settled"
    default_message = _("This measure does not wait for a decision any more.")


class LineSignerError(ForbiddenError):
    """The step changes a line and needs somebody who may do that."""

    code = "line-signer"
    default_message = _("This changes a line. A supervisor has to sign it.")


def needs_two(*, measure: Measure, now: datetime) -> bool:
    """Whether two people sign: a closure, a cut by more than half, or the brake on for its trigger."""
    effect = get_measure_terms()[measure.code].effect
    if effect not in CHANGES_LINE:
        return False
    present = measure.line.total_cny - measure.line.reduced_cny
    is_large = measure.new_total_cny is not None and present - measure.new_total_cny > present * LARGE_CUT
    if effect == "close" or is_large:
        return True
    braked = braked_triggers(policy_version=get_latest_policy(now=now), now=now)
    return not braked.isdisjoint(measure.triggers_seen)


def braked_triggers(*, policy_version: PolicyVersion, now: datetime) -> set[str]:
    """The triggers through which so many lines changed in the brake's hours that two people must sign."""
    brake = compiled(policy_version).brake
    codes = [code for code, terms in get_measure_terms().items() if terms.effect in CHANGES_LINE]
    rows = Measure.objects.filter(
        code__in=codes, decided_at__gt=now - timedelta(hours=brake.hours), decision__isnull=False
    ).values_list("triggers_seen", flat=True)
    counts: dict[str, int] = {}
    for seen in rows:
        for trigger in seen:
            counts[trigger] = counts.get(trigger, 0) + 1
    if not counts:
        return set()
    most = Decimal(brake.share_pct) * Line.objects.filter(state__in=IN_USE).count() / 100
    return {trigger for trigger, count in counts.items() if count + 1 > most}


def approve_measure(
    *, measure: Measure, reason: str, expected_version: int, by: Actor, now: datetime
) -> Measure:
    """Sign a measure; with the last signature it is announced or takes effect, and the person is told.

    A cut that has nothing left to take is withdrawn, and NotWaitingError says so.
    """
    text = check_reason(reason, limit=NOTE_LENGTH)
    with asked_before(measure.line, now), transaction.atomic():
        measure = _lock(measure, expected_version, by)
        has_effect = not _is_empty_cut(measure)
        if has_effect:
            _sign(measure, text, by, now)
        else:
            end(measure=measure, cause="NOTHING_TO_CUT", now=now)
    if not has_effect:
        raise NotWaitingError
    return measure


def _sign(measure: Measure, text: str, by: Actor, now: datetime) -> None:
    user = User.objects.get(pk=int(by.id))
    if measure.signed_by_id == user.pk:
        raise OwnProposalError
    if measure.signed_by_id is None and needs_two(measure=measure, now=now):
        move(measure, MeasureState.SIGNED, now, signed_by=user, note=text)
        note(Verb.MEASURE_SIGNED, measure, by, now)
        return
    if get_measure_terms()[measure.code].effect in CHANGES_LINE and not by.can(Permission.CHANGE_LINE):
        raise LineSignerError
    _take(measure, user, text, by, now)


def _is_empty_cut(measure: Measure) -> bool:
    if measure.new_total_cny is None:
        return False
    _applicant, line = lock_line(measure.line)
    return line.state in IN_USE and _cut_to(measure, line) >= line.total_cny - line.reduced_cny


def _take(measure: Measure, user: User, text: str, by: Actor, now: datetime) -> None:
    terms, today = get_measure_terms()[measure.code], today_of(measure.applicant, now)
    effective_on = today + timedelta(days=measure.notice_days) if measure.notice_days else None
    decision = _decide(measure, user, by, now, effective_on)
    starts_on = effective_on or today
    reasons = list(decision.reasons.values_list("code", flat=True)) if decision else measure.reasons
    move(
        measure, MeasureState.NOTICED if effective_on else MeasureState.IN_EFFECT, now, decided_by=user,
        decided_at=now, note="\n".join(filter(None, [measure.note, text])),
        decision=decision, reasons=reasons, new_total_cny=_new_total(measure, decision),
        effective_on=starts_on, review_on=starts_on + timedelta(days=terms.review_days),
    )  # fmt: skip
    note(Verb.MEASURE_TAKEN, measure, by, now)
    # A decision tells by itself, with its letter.
    if decision is None:
        queue_message(kind=Kind.MEASURE_TAKEN, applicant=measure.applicant, about=measure.reference, now=now)


def _new_total(measure: Measure, decision: Decision | None) -> Decimal | None:
    """What a cut leaves by its decision; it was proposed on another day."""
    if decision is None or measure.new_total_cny is None:
        return measure.new_total_cny
    after = decision.result["line"]["after"]
    return Decimal(after["total_cny"]) - Decimal(after["reduced_cny"])


def _decide(
    measure: Measure, user: User, by: Actor, now: datetime, effective_on: date | None
) -> Decision | None:
    """The decision about the line, by the one way that lines are decided about; None where none changes."""
    effect = get_measure_terms()[measure.code].effect
    if effect not in CHANGES_LINE:
        return None
    applicant, line = lock_line(measure.line)
    if line.state not in IN_USE:
        raise ConflictError
    if effect == "pause":
        return pause_locked(applicant, line, by=by, now=now, signed_by=user)
    if effect == "close":
        return close_locked(applicant, line, by=by, now=now, signed_by=user, effective_on=effective_on)
    return cut_locked(
        applicant, line, new_total_cny=_cut_to(measure, line), by=by, now=now, signed_by=user,
        effective_on=effective_on,
    )  # fmt: skip


def _cut_to(measure: Measure, line: Line) -> Decimal:
    """What a cut leaves today: never less than was proposed, nor than the share of what is unused now."""
    assert measure.new_total_cny is not None
    share = get_measure_terms()[measure.code].share_pct
    return max(
        measure.new_total_cny, new_total(parts_of(line), share), line.drawn_cny + line.on_hold_cny
    )  # fmt: skip


def decline_measure(
    *, measure: Measure, reason: str, wants_next: bool, expected_version: int, by: Actor, now: datetime
) -> Measure | None:
    """Do not take a measure, with a reason; where asked for, return the next one that fits."""
    text = check_reason(reason, limit=NOTE_LENGTH)
    with transaction.atomic():
        measure = _lock(measure, expected_version, by)
        review_on = today_in_china(now) + timedelta(days=get_measure_terms()[measure.code].review_days)
        move(
            measure, MeasureState.DECLINED, now, decided_by=None, decided_at=now, ended_at=now,
            note="\n".join(filter(None, [measure.note, text])), review_on=review_on,
        )  # fmt: skip
        note(Verb.MEASURE_DECLINED, measure, by, now)
        standing = list(EarlyWarning.objects.filter(applicant=measure.applicant, ended_at=None))
        if not wants_next or not standing:
            return None
        return propose(applicant=measure.applicant, standing=standing, now=now, wants_next=True)


def _lock(measure: Measure, expected_version: int, by: Actor) -> Measure:
    """The measure, locked after its applicant; one's own is not found, nobody else's without the right."""
    if by.user_id is None or not by.can(Permission.DECIDE_REFERRAL):
        raise ForbiddenError
    applicant = Applicant.objects.select_for_update().get(pk=measure.applicant_id)
    if applicant.user_id == by.user_id:
        raise NotFoundError
    rows = Measure.objects.select_for_update(of=("self",)).select_related("line", "applicant")
    locked = rows.get(pk=measure.pk)
    if locked.state not in (MeasureState.PROPOSED, MeasureState.SIGNED):
        raise NotWaitingError
    if locked.version != expected_version:
        raise StaleError
    return locked


def list_due(*, now: datetime, stayed: Collection[int] = (), limit: int = 200) -> list[Measure]:
    """Return the announced measures whose day has come, the earliest first; `stayed` ones do not count.

    The day begins in China first: `put_into_effect` looks at the day where the person lives.
    """
    rows = Measure.objects.filter(state=MeasureState.NOTICED, effective_on__lte=today_in_china(now))
    return list(rows.exclude(decision__in=stayed).order_by("effective_on", "pk")[:limit])


def end_corrected(*, now: datetime) -> int:
    """End the measures whose decision a later one took the place of, as after an appeal; return how many."""
    rows = Measure.objects.filter(state__in=sorted(STANDING), decision__superseded_by__isnull=False)
    return sum(_end_corrected(measure, now) for measure in rows)


def _end_corrected(measure: Measure, now: datetime) -> bool:
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=measure.applicant_id)
        rows = Measure.objects.select_for_update(of=("self",)).select_related("line", "applicant", "decision")
        measure = rows.get(pk=measure.pk)
        if measure.state not in STANDING:
            return False
        end(measure=measure, cause="CORRECTED", now=now)
    return True


def put_into_effect(*, measure: Measure, now: datetime, stayed: Collection[int] = ()) -> bool:
    """Carry out one announced measure whose notice has passed; `stayed`: decisions that an appeal stays."""
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=measure.applicant_id)
        rows = Measure.objects.select_for_update(of=("self",)).select_related("line", "applicant", "decision")
        measure = rows.get(pk=measure.pk)
        if measure.state != MeasureState.NOTICED or measure.decision_id in stayed or _is_early(measure, now):
            return False
        decision = measure.decision
        if decision is not None and Decision.objects.filter(supersedes=decision).exists():
            return False
        if measure.line.state not in IN_USE:
            end(measure=measure, cause=NO_LINE, now=now)
            return False
        changed = decision and carry_out(
            decision=decision, signed_by_id=measure.decided_by_id, by=SITE, now=now
        )
        move(measure, MeasureState.IN_EFFECT, now)
        note(Verb.MEASURE_IN_EFFECT, measure, SITE, now)
        if decision and changed:
            queue_message(
                kind=Kind.LINE_CHANGED, applicant=measure.applicant, about=decision.reference, now=now
            )
    return True


def _is_early(measure: Measure, now: datetime) -> bool:
    return measure.effective_on is not None and today_of(measure.applicant, now) < measure.effective_on
