"""Opening an appeal: a draft that is saved at each step, sent once, or withdrawn."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.appealability import (
    PERSON_GROUND,
    AlreadyOpenError,
    allowed_claims,
    appeal_window,
    check_appealable,
    check_still_appealable,
    count_decided,
    get_open_appeal,
)
from appeals.clocks import first_end
from appeals.models import Appeal, AppealStatus, Attachment, Claim, Ground
from appeals.parties import check_own, is_own, may_appeal
from appeals.states import Event
from appeals.terms import terms_now
from appeals.transitions import IllegalMoveError, move, swap
from audit.log import record
from audit.verbs import Verb
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from core.killpoints import killpoint
from core.references import new_reference
from core.texts import NOTE_LENGTH, STATEMENT_LENGTH, clean_text
from decisions.models import Decision
from outbox.queueing import Work, queue_all

SCREEN_APPEAL: Final = "SCREEN_APPEAL"
SCREEN_WAIT: Final = timedelta(minutes=15)
Grounds = Mapping[str, tuple[str, str]]


class NoGroundError(InputError):
    """An appeal was sent that contests nothing."""

    code = "no-ground"
    default_message = _("Choose at least one reason and tell us what is wrong with it.")


def open_appeal(*, decision: Decision, late_reason: str = "", by: Actor, now: datetime) -> Appeal:
    """A new draft, or the draft that is already there; AlreadyOpenError once it was sent.

    After the window only with a reason why it comes late; a person rules on that.
    """
    check_may_open(decision=decision, by=by)
    return _open(decision=decision, late_reason=late_reason, by=by, now=now)


def open_on_behalf(*, decision: Decision, late_reason: str = "", by: Actor, now: datetime) -> Appeal:
    """A draft that a colleague writes down for the applicant; who helped cannot review it."""
    if not by.can(Permission.REVIEW_APPEAL) or is_own(decision=decision, by=by):
        raise ForbiddenError if by.can(Permission.SEE_QUEUE) else NotFoundError
    return _open(decision=decision, late_reason=late_reason, by=by, now=now, opened_for=by.code)


def _open(*, decision: Decision, late_reason: str, by: Actor, now: datetime, opened_for: str = "") -> Appeal:
    reason = clean_text(late_reason, field="late_reason", limit=NOTE_LENGTH)
    existing = get_open_appeal(decision)
    if existing is None:
        check_appealable(decision=decision, now=now, has_late_reason=bool(reason))
        is_late = not appeal_window(decision).is_open(now)
        existing = _create(
            decision=decision, by=by, now=now, late_reason=reason if is_late else "", opened_for=opened_for
        )
    elif existing.opened_for != opened_for:
        raise AlreadyOpenError(reference=existing.reference)
    if existing.status != AppealStatus.DRAFT:
        raise AlreadyOpenError(reference=existing.reference)
    return existing


def save_grounds(
    *, appeal: Appeal, grounds: Grounds, expected_version: int, by: Actor, now: datetime
) -> Appeal:
    """Replace the draft's grounds by these; a reason without a claim is not contested."""
    check_draft(appeal=appeal, by=by)
    codes = set(appeal.decision.reasons.values_list("code", flat=True))
    wanted = clean_grounds(codes=codes, grounds=grounds)
    with transaction.atomic():
        save_draft(appeal=appeal, expected_version=expected_version, by=by, now=now, what="grounds")
        dropped = appeal.grounds.exclude(code__in=wanted)
        Attachment.objects.filter(ground__in=dropped).delete()
        dropped.delete()
        Ground.objects.bulk_create(
            [
                Ground(appeal=appeal, code=code, claim=claim, note=note)
                for code, (claim, note) in wanted.items()
            ],
            update_conflicts=True,
            unique_fields=["appeal", "code"],
            update_fields=["claim", "note"],
        )
    return appeal


def save_statement(
    *, appeal: Appeal, statement: str, is_urgent: bool, expected_version: int, by: Actor, now: datetime
) -> Appeal:
    """Keep the applicant's own words and whether the business depends on this."""
    check_draft(appeal=appeal, by=by)
    text = clean_text(statement, field="statement", limit=STATEMENT_LENGTH)
    with transaction.atomic():
        save_draft(
            appeal=appeal, expected_version=expected_version, by=by, now=now, what="statement",
            statement=text, is_urgent=is_urgent,
        )  # fmt: skip
    return appeal


def submit_appeal(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    """Send the appeal: the clock starts and its screening is queued; sent twice is sent once."""
    if not is_helper(appeal=appeal, by=by):
        check_own(appeal=appeal, by=by)
    if not by.may_send:
        raise ForbiddenError
    if _is_sent(appeal):
        return appeal
    try:
        return _submit(appeal=appeal, expected_version=expected_version, by=by, now=now)
    except StaleError:
        # Two clicks at once: what the other one did is what this one wanted.
        appeal.refresh_from_db()
        if not _is_sent(appeal):
            raise
        return appeal


def _submit(*, appeal: Appeal, expected_version: int, by: Actor, now: datetime) -> Appeal:
    check_still_appealable(decision=appeal.decision, now=now, has_late_reason=bool(appeal.late_reason))
    if not appeal.grounds.exists():
        raise NoGroundError(fields={"grounds": [NoGroundError.default_message]})
    with transaction.atomic():
        seed = secrets.token_hex(16)
        terms = terms_now(appeal.applicant)
        move(
            appeal=appeal, event=Event.SUBMIT, by=by, now=now, expected_version=expected_version,
            submitted_at=now, saved_at=now, remind_at=now, terms=asdict(terms),
            due_at=first_end(terms, now), sample_seed=seed, sample_draw=draw_of(seed, appeal.reference),
        )  # fmt: skip
        killpoint("appeals.submitted_before_queueing")
        queue_all([screening_work(appeal.reference, now)], now=now)
    killpoint("appeals.submitted_before_answer")
    return appeal


def check_draft(*, appeal: Appeal, by: Actor) -> None:
    """Refuse changes by others, and changes of what was already sent."""
    if not is_helper(appeal=appeal, by=by):
        check_own(appeal=appeal, by=by)
    if appeal.status != AppealStatus.DRAFT:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)


def save_draft(
    *, appeal: Appeal, expected_version: int | None, by: Actor, now: datetime, what: str, **changes: object
) -> None:
    """Count the draft's version up and restart its idle time, in the caller's transaction."""
    swap(appeal=appeal, expected_version=expected_version, saved_at=now, reminded_days=None, **changes)
    record(
        verb=Verb.APPEAL_CHANGED, subject=appeal.reference, actor=by.code, now=now,
        codes={"what": what, "version": appeal.version},
    )  # fmt: skip


def check_may_open(*, decision: Decision, by: Actor) -> None:
    """Refuse everybody who may not act for the applicant of this decision."""
    if not may_appeal(decision=decision, by=by):
        known = is_own(decision=decision, by=by) or by.can(Permission.SEE_QUEUE)
        raise ForbiddenError if known else NotFoundError


def is_helper(*, appeal: Appeal, by: Actor) -> bool:
    """Whether the actor is the colleague who writes this draft down for the applicant."""
    return bool(appeal.opened_for) and appeal.opened_for == by.code and by.can(Permission.REVIEW_APPEAL)


def draw_of(seed: str, reference: str) -> int:
    """The draw for a second look, 0 to 9999, that anybody can compute again from the kept seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{reference}".encode()).digest()[:8], "big") % 10_000


def _create(*, decision: Decision, by: Actor, now: datetime, late_reason: str, opened_for: str) -> Appeal:
    tier = 1 + count_decided(decision)
    parent = Appeal.objects.filter(decision=decision).exclude(outcome="").last()
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                reference=new_reference("AP"), decision=decision, applicant=decision.applicant, tier=tier,
                parent=parent, language=decision.applicant.language, opened_at=now, saved_at=now,
                late_reason=late_reason, opened_for=opened_for,
                is_vulnerable=parent is not None and parent.is_vulnerable,
            )  # fmt: skip
            record(
                verb=Verb.APPEAL_OPENED, subject=appeal.reference, actor=by.code, now=now,
                codes={"decision": decision.reference, "tier": tier},
            )  # fmt: skip
            return appeal
    except IntegrityError:
        # Two clicks at once: the other one made the draft.
        winner = get_open_appeal(decision)
        if winner is None:
            raise
        return winner


def clean_grounds(*, codes: Collection[str], grounds: Grounds) -> dict[str, tuple[Claim, str]]:
    """What is claimed about which of the decision's reasons, with tidy notes; the rest is refused."""
    wanted = {}
    for code, (claim, note) in grounds.items():
        if code not in codes and code != PERSON_GROUND:
            raise InputError(fields={code: [_("This is not a reason of this decision.")]})
        if not claim:
            continue
        if claim not in allowed_claims(code):
            raise InputError(fields={code: [_("Choose one of the answers offered for this reason.")]})
        wanted[code] = (Claim(claim), clean_text(note, field=f"{code}.note", limit=NOTE_LENGTH))
    return wanted


def _is_sent(appeal: Appeal) -> bool:
    return appeal.submitted_at is not None and appeal.status != AppealStatus.WITHDRAWN


def screening_work(reference: str, now: datetime) -> Work:
    """An appeal that was sent is looked at once that is committed."""
    return Work(SCREEN_APPEAL, reference, f"{SCREEN_APPEAL}:{reference}", now)
