"""Ruling on an appeal: proposed by its reviewer, final alone or with a second signature."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.roles import Permission
from appeals.appealability import SupersededError
from appeals.concluding import check_verified
from appeals.correcting import check_corrections_counted
from appeals.independence import check_independent
from appeals.letters import DiffLine, diff_letter, draft_letters
from appeals.locking import lock_case
from appeals.models import Appeal, AppealOutcome, AppealStatus, Basis, Rerun, Ruling, RulingState
from appeals.outcomes import (
    Option,
    get_finished_rerun,
    is_left_to_a_person,
    list_countersign_reasons,
    list_options,
    newer_decision,
    suggest,
    taken_back,
)
from appeals.parties import can_see, person_of
from appeals.remedy import start_remedy
from appeals.signers import ask_for_signature, check_second_person
from appeals.states import Event
from appeals.staying import end_stay
from appeals.transitions import IllegalMoveError, move
from appeals.verification import check_reviewing
from core.audiences import InternalText
from core.canonical import canonical_json
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError, StaleError
from core.killpoints import killpoint
from core.texts import NOTE_LENGTH, clean_letters, clean_text
from decisions.deciding import write_corrected_decision
from decisions.models import Decision, PolicyVersion
from decisions.rerunning import reassess
from notifications.kinds import Kind
from notifications.queueing import queue_message
from outbox.queueing import queue_work

CLOSE_APPEAL: Final = "CLOSE_APPEAL"
FREEZE_ANSWER: Final = "FREEZE_ANSWER"
_RULED: Final = frozenset(
    {AppealStatus.PROPOSED, AppealStatus.DECIDED, AppealStatus.REMEDY, AppealStatus.CLOSED}
)


class BulkUpholdError(ConflictError):
    """Several appeals were to be turned down together."""

    code = "no-bulk-uphold"
    default_message = _("Each appeal that changes nothing needs its own look. It cannot be done together.")


class RerunDiffersError(ConflictError):
    """What would be written is not what the reviewer saw."""

    code = "rerun-differs"
    default_message = _(
        "The recomputed result is no longer the same. Please conclude the verification again."
    )


@dataclass(frozen=True)
class Suggestion:
    """A ruling ready to be looked over: outcome, both letters, and why two people must sign."""

    outcome: AppealOutcome
    letter_zh: str
    letter_en: str
    countersign_reasons: list[str]
    outcomes: list[AppealOutcome]
    """Every outcome that the result allows, the best for the applicant first."""


def suggest_ruling(appeal: Appeal, outcome: str | None = None) -> Suggestion:
    """What the rerun speaks for, or the drafts for a chosen outcome."""
    rerun = get_finished_rerun(appeal)
    option = suggest(appeal, rerun) if outcome is None else _choose(appeal, rerun, outcome)
    letter_zh, letter_en = draft_letters(appeal=appeal, rerun=rerun, option=option)
    return Suggestion(
        outcome=option.outcome, letter_zh=letter_zh, letter_en=letter_en,
        countersign_reasons=list_countersign_reasons(appeal, rerun, option),
        outcomes=[one.outcome for one in list_options(appeal, rerun)],
    )  # fmt: skip


def letter_changes(ruling: Ruling, language: str) -> list[DiffLine]:
    """What was changed in a ruling's letter against what the coded data composed; both are frozen."""
    if language.startswith("zh"):
        return diff_letter(draft=ruling.draft_zh, letter=ruling.letter_zh)
    return diff_letter(draft=ruling.draft_en, letter=ruling.letter_en)


def possible_outcomes(appeal: Appeal) -> list[AppealOutcome]:
    """The outcomes that the rerun and the kind of decision allow, the best for the applicant first."""
    return [option.outcome for option in list_options(appeal, get_finished_rerun(appeal))]


def countersign_reasons(appeal: Appeal, outcome: str) -> list[str]:
    """The codes of why this outcome needs a second signature; empty when one person is enough."""
    rerun = get_finished_rerun(appeal)
    return list_countersign_reasons(appeal, rerun, _choose(appeal, rerun, outcome))


def propose(
    *,
    appeal: Appeal,
    outcome: str,
    reason: str,
    letter_zh: str,
    letter_en: str,
    is_bulk: bool = False,
    expected_version: int,
    by: Actor,
    now: datetime,
) -> Ruling:
    """Rule: final at once when one person is enough, else waiting for a second signature."""
    again = _same_ruling(appeal=appeal, outcome=outcome, by=by)
    if again is not None:
        return again
    check_reviewing(appeal=appeal, by=by)
    check_independent(appeal=appeal, by=by)
    words = _clean_words(reason=reason, letter_zh=letter_zh, letter_en=letter_en)
    with transaction.atomic():
        lock_case(appeal)
        again = _same_ruling(appeal=appeal, outcome=outcome, by=by)
        if again is not None:
            return again
        _check_seen(appeal, expected_version)
        check_reviewing(appeal=appeal, by=by)
        check_verified(appeal)
        _check_standing(appeal, outcome)
        rerun = get_finished_rerun(appeal)
        option = _choose(appeal, rerun, outcome)
        if is_bulk and option.outcome == AppealOutcome.UNCHANGED:
            raise BulkUpholdError
        reasons = list_countersign_reasons(appeal, rerun, option, is_bulk=is_bulk)
        draft_zh, draft_en = draft_letters(appeal=appeal, rerun=rerun, option=option)
        ruling = Ruling.objects.create(
            appeal=appeal, state=RulingState.PROPOSED if reasons else RulingState.FINAL,
            outcome=option.outcome, rerun=rerun, basis=option.basis, is_bulk=is_bulk, **words,
            amount_cny=option.amount_cny, limit_cny=option.limit_cny,
            draft_zh=draft_zh, draft_en=draft_en,
            countersign_reasons=reasons, proposed_by_id=person_of(by), proposed_at=now,
        )  # fmt: skip
        killpoint("appeals.ruled_before_move")
        if reasons:
            move(appeal=appeal, event=Event.PROPOSE, by=by, now=now, saved_at=now)
            ask_for_signature(appeal=appeal, proposer=person_of(by), now=now)
        else:
            _finish(ruling=ruling, event=Event.DECIDE, by=by, now=now)
    return ruling


def countersign(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Ruling:
    """Agree as the second person: the proposal becomes final; agreeing twice is agreeing once."""
    signed = appeal.rulings.filter(state=RulingState.FINAL, countersigned_by__isnull=False).first()
    if signed is not None and signed.countersigned_by_id == by.user_id:
        return signed
    with transaction.atomic():
        ruling = _open_proposal(appeal=appeal, expected_version=expected_version, by=by)
        _check_standing(appeal, ruling.outcome, ruling.basis)
        check_corrections_counted(appeal)
        ruling.state, ruling.countersigned_by_id, ruling.countersigned_at = RulingState.FINAL, by.user_id, now
        ruling.save(update_fields=["state", "countersigned_by", "countersigned_at"])
        _finish(ruling=ruling, event=Event.AGREE, by=by, now=now)
    return ruling


def return_proposal(
    *, appeal: Appeal, reason: str, expected_version: int, by: Actor, now: datetime
) -> Ruling:
    """Send the proposal back to its reviewer with a reason."""
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        ruling = _open_proposal(appeal=appeal, expected_version=expected_version, by=by)
        ruling.state, ruling.return_reason = RulingState.RETURNED, InternalText(text)
        ruling.countersigned_by_id, ruling.countersigned_at = by.user_id, now
        ruling.save(update_fields=["state", "return_reason", "countersigned_by", "countersigned_at"])
        move(appeal=appeal, event=Event.RETURN, by=by, now=now, note=text, saved_at=now)
        queue_message(kind=Kind.APPEAL_RETURNED, user=ruling.proposed_by, about=appeal.reference, now=now)
    return ruling


def _finish(*, ruling: Ruling, event: Event, by: Actor, now: datetime) -> None:
    appeal = ruling.appeal
    end_stay(appeal=appeal, now=now)
    new_decision = _write_decision(ruling=ruling, by=by, now=now)
    killpoint("appeals.corrected_before_move")
    move(
        appeal=appeal, event=event, by=by, now=now, outcome=ruling.outcome, decided_at=now,
        new_decision_id=new_decision.pk if new_decision else None, saved_at=now,
    )  # fmt: skip
    if new_decision is not None:
        move(appeal=appeal, event=Event.REMEDY_NEEDED, by=SITE, now=now)
        start_remedy(appeal=appeal, now=now)
    reference = appeal.reference
    queue_message(kind=Kind.APPEAL_DECIDED, applicant=appeal.applicant, about=reference, now=now)
    queue_work(kind=FREEZE_ANSWER, subject=reference, key=f"{FREEZE_ANSWER}:{reference}", now=now)
    queue_work(kind=CLOSE_APPEAL, subject=reference, key=f"{CLOSE_APPEAL}:{reference}", now=now)
    killpoint("appeals.decided_before_commit")


def _write_decision(*, ruling: Ruling, by: Actor, now: datetime) -> Decision | None:
    if ruling.outcome == AppealOutcome.UNCHANGED:
        return None
    if ruling.basis == Basis.NONE:
        return taken_back(ruling.appeal)
    rerun, old = ruling.rerun, ruling.appeal.decision
    seen = rerun.today if ruling.basis == Basis.TODAY else rerun.corrected
    policy = PolicyVersion.objects.get(version=seen["policy_version"])
    pinned = None if ruling.basis == Basis.CORRECTED else policy
    # What another engine answered in the rerun counts here: it is not asked while the case is locked.
    assessment = reassess(decision=old, facts=rerun.facts, policy_version=pinned, answered=seen)
    if canonical_json(assessment.to_dict()) != canonical_json(seen):
        raise RerunDiffersError
    # The reason in words stays sealed in the ruling; the decision only says where it stands.
    return write_corrected_decision(
        old=old, facts=rerun.facts, assessment=assessment, policy_version=policy,
        by=by, now=now, note=f"appeal:{ruling.appeal.reference}",
        grants=is_left_to_a_person(ruling.appeal, seen),
    )  # fmt: skip


def _open_proposal(*, appeal: Appeal, expected_version: int, by: Actor) -> Ruling:
    if not can_see(appeal=appeal, by=by):
        raise NotFoundError
    if not by.can(Permission.COUNTERSIGN):
        raise ForbiddenError
    check_independent(appeal=appeal, by=by)
    lock_case(appeal)
    _check_seen(appeal, expected_version)
    ruling = appeal.rulings.select_related("rerun").filter(state=RulingState.PROPOSED).first()
    if ruling is None or appeal.status != AppealStatus.PROPOSED:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)
    check_second_person(appeal=appeal, proposer=ruling.proposed_by_id, by=by)
    ruling.appeal = appeal
    return ruling


def _check_standing(appeal: Appeal, outcome: str, basis: str = Basis.NONE) -> None:
    """Refuse a ruling on what another decision took the place of meanwhile, but that it is settled so."""
    if newer_decision(appeal) is None:
        return
    settled = AppealOutcome.UNCHANGED if taken_back(appeal) is None else AppealOutcome.RESTORED
    if outcome != settled or basis != Basis.NONE:
        raise SupersededError


def _check_seen(appeal: Appeal, expected_version: int) -> None:
    if appeal.version != expected_version:
        raise StaleError


def _choose(appeal: Appeal, rerun: Rerun, outcome: str) -> Option:
    for option in list_options(appeal, rerun):
        if option.outcome == outcome:
            return option
    raise InputError(fields={"outcome": [_("The recomputed result does not support this outcome.")]})


def _same_ruling(*, appeal: Appeal, outcome: str, by: Actor) -> Ruling | None:
    if appeal.status not in _RULED or by.user_id is None:
        return None
    last = appeal.rulings.last()
    is_same = last is not None and last.proposed_by_id == by.user_id and last.outcome == outcome
    return last if is_same else None


def _clean_words(*, reason: str, letter_zh: str, letter_en: str) -> dict[str, str]:
    return {
        "reason": clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True),
        **clean_letters(letter_zh=letter_zh, letter_en=letter_en),
    }
