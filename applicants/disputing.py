"""Disputes of records: a person says that something we hold is wrong, and somebody checks it in time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.roles import Permission
from applicants.characteristics import get_dictionary
from applicants.facts import NewFact, get_sheet, record_facts
from applicants.models import Applicant, Dispute, DisputeState, Fact, RerunState, Sheet
from applicants.showing import language_key
from applicants.sources import VERIFIED_DOCUMENT, get_sources
from applicants.terms import get_data_terms
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.references import new_reference, normalise_reference
from core.texts import NOTE_LENGTH, clean_text
from outbox.queueing import queue_work

RERUN_DISPUTE: Final = "RERUN_DISPUTE"
TELL_DISPUTE: Final = "TELL_DISPUTE"
_SETTLED: Final = (DisputeState.CORRECTED, DisputeState.CONFIRMED, DisputeState.UNSETTLED)


class AlreadyDisputedError(ConflictError):
    """The record is being checked already."""

    code = "already-disputed"
    default_message = _("We are checking this record already.")


class DisputeEndedError(ConflictError):
    """The dispute was settled or taken back."""

    code = "dispute-ended"
    default_message = _("This check has ended already.")


class NoExtensionError(ConflictError):
    """The law of the place gives no more time, or it was given once."""

    code = "no-extension"
    default_message = _("The time for this answer cannot be made longer.")


def open_dispute(
    *, applicant: Applicant, characteristic: str, claim: str, by: Actor, now: datetime
) -> Dispute:
    """Mark one record as disputed, start its clock, and leave it out of new decisions."""
    entry = get_sheet(applicant).facts.get(characteristic)
    if entry is None or entry.get("fact") is None or characteristic not in get_dictionary():
        raise NotFoundError
    terms = get_data_terms(applicant.jurisdiction)
    words = _check_words("claim", claim, _("Tell us what is right instead."))
    try:
        with transaction.atomic():
            Applicant.objects.select_for_update().get(pk=applicant.pk)
            dispute = Dispute.objects.create(
                reference=new_reference("DS"), applicant=applicant, characteristic=characteristic,
                fact_id=entry["fact"], claim=words, opened_at=now, opened_by=by.code,
                due_on=terms.dispute_due(now), law=terms.dispute_law,
            )  # fmt: skip
            _touch(applicant, now)
            note(Verb.DISPUTE_OPENED, dispute, by, now, due_on=dispute.due_on.isoformat())
            tell_dispute(dispute, "received", now)
    except IntegrityError as error:
        raise AlreadyDisputedError from error
    return dispute


def withdraw_dispute(*, dispute: Dispute, by: Actor, now: datetime) -> None:
    """The person takes it back; the record counts again."""
    with transaction.atomic():
        current = lock_open(dispute)
        current.state, current.settled_at = DisputeState.WITHDRAWN, now
        current.save(update_fields=["state", "settled_at"])
        _touch(current.applicant, now)
        note(Verb.DISPUTE_WITHDRAWN, current, by, now)


def extend_dispute(*, dispute: Dispute, reason: str, by: Actor, now: datetime) -> None:
    """Make the clock longer once, where the law allows it, and tell the person why."""
    _check_may_settle(dispute, by)
    words = _check_words("reason", reason, _("Say why more time is needed."))
    terms = get_data_terms(dispute.applicant.jurisdiction)
    with transaction.atomic():
        current = lock_open(dispute)
        if current.extended_at is not None or not terms.can_extend:
            raise NoExtensionError
        current.extended_at, current.extension_reason = now, words
        current.due_on = terms.extended_due(current.due_on)
        current.save(update_fields=["extended_at", "extension_reason", "due_on"])
        note(Verb.DISPUTE_EXTENDED, current, by, now, due_on=current.due_on.isoformat())
        tell_dispute(current, "extended", now)


def settle_dispute(
    *,
    dispute: Dispute,
    outcome: str,
    answer: str,
    value: object = None,
    detail: Mapping[str, Any] | None = None,
    observed_on: date | None = None,
    by: Actor,
    now: datetime,
) -> Dispute:
    """Answer in writing: corrected, confirmed, or not to be settled; then decisions are looked at again."""
    _check_may_settle(dispute, by)
    words = _check_words("answer", answer, _("Write the answer to the person."))
    if outcome not in _SETTLED:
        raise InputError(fields={"outcome": [_("Choose how the check ended.")]})
    with transaction.atomic():
        current = lock_open(dispute)
        if outcome == DisputeState.CORRECTED:
            current.new_fact = _correct(
                dispute=current, value=value, detail=detail or {}, observed_on=observed_on,
                source=VERIFIED_DOCUMENT, by=by, now=now,
            )  # fmt: skip
        _settle(current, outcome, words, by, now)
    return current


def settle_by_source(
    *, dispute: Dispute, value: object, detail: Mapping[str, Any], observed_on: date | None, now: datetime
) -> Dispute:
    """Take over what the source itself corrected; the caller holds the lock on the open dispute."""
    language = dispute.applicant.language
    with transaction.atomic(), override(language):
        dispute.new_fact = _correct(
            dispute=dispute, value=value, detail=detail, observed_on=observed_on,
            source=dispute.fact.source, by=SITE, now=now,
        )  # fmt: skip
        source = get_sources()[dispute.fact.source].label[language_key(language)]
        words = gettext("We asked where the record came from (%(source)s). It has been corrected there.")
        _settle(dispute, DisputeState.CORRECTED, words % {"source": source}, SITE, now)
    return dispute


def conclude_rerun(*, dispute: Dispute, rerun: str, decision: str, by: Actor, now: datetime) -> None:
    """Keep what came of looking at decisions again, and tell the person how it all ended."""
    with transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(rerun=rerun, rerun_decision=decision)
        note(Verb.DISPUTE_RERUN, dispute, by, now, rerun=rerun, decision=decision)
        tell_dispute(dispute, "settled", now)


def list_disputes(applicant: Applicant) -> list[Dispute]:
    """Return somebody's disputes, newest first."""
    return list(Dispute.objects.filter(applicant=applicant).order_by("-id"))


def list_open_disputes(*, by: Actor, limit: int = 200) -> list[Dispute]:
    """Return every open dispute, the one that is due first at the top; for staff."""
    if not by.can(Permission.SEE_QUEUE):
        raise ForbiddenError
    rows = Dispute.objects.filter(state=DisputeState.OPEN).select_related("applicant", "fact", "source_check")
    return list(rows.order_by("due_on", "id")[:limit])


def get_dispute_for(*, by: Actor, reference: str) -> Dispute:
    """Return one dispute of one's own, or any for staff; else raise NotFoundError."""
    rows = Dispute.objects.select_related("applicant__user", "fact", "new_fact", "settled_by", "source_check")
    if not by.can(Permission.SEE_QUEUE):
        rows = rows.filter(applicant__user_id=by.user_id or 0)
    found = rows.filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def note_look(*, dispute: Dispute, by: Actor, now: datetime) -> None:
    """Keep that a colleague looked at a disputed record and at what the person says of it."""
    with transaction.atomic():
        record(
            verb=Verb.DISPUTE_VIEWED, subject=dispute.applicant.reference, actor=by.code, now=now,
            codes={"dispute": dispute.reference},
        )  # fmt: skip


def is_late(dispute: Dispute, now: datetime) -> bool:
    """Whether the answer is overdue in the applicant's zone."""
    zone = get_data_terms(dispute.applicant.jurisdiction).zone
    return dispute.state == DisputeState.OPEN and legal_day(now, zone) > dispute.due_on


def _settle(current: Dispute, outcome: str, words: str, by: Actor, now: datetime) -> None:
    current.state, current.settled_at, current.settled_by_id = outcome, now, by.user_id
    current.answer, current.rerun = words, RerunState.WAITING
    current.save(update_fields=["state", "settled_at", "settled_by", "answer", "new_fact", "rerun"])
    _touch(current.applicant, now)
    note(Verb.DISPUTE_SETTLED, current, by, now, outcome=outcome)
    queue_work(
        kind=RERUN_DISPUTE, subject=current.reference, key=f"{RERUN_DISPUTE}:{current.reference}", now=now
    )


def _correct(
    *,
    dispute: Dispute,
    value: object,
    detail: Mapping[str, Any],
    observed_on: date | None,
    source: str,
    by: Actor,
    now: datetime,
) -> Fact:
    """Record the right value as a new fact; words and numbers are read as the dictionary says."""
    day = observed_on or legal_day(now, get_data_terms(dispute.applicant.jurisdiction).zone)
    new = NewFact(dispute.characteristic, value, source, day, detail, evidence_reference=dispute.reference)
    try:
        return record_facts(applicant=dispute.applicant, facts=[new], by=by, now=now)[0]
    except InputError as error:
        raise InputError(fields={"value": [str(error)]}) from error


def _check_may_settle(dispute: Dispute, by: Actor) -> None:
    if not by.can(Permission.REVIEW_APPEAL) or dispute.applicant.user_id == by.user_id:
        raise ForbiddenError


def _check_words(field: str, text: str, empty: Promise) -> str:
    words = clean_text(text, field=field, limit=NOTE_LENGTH)
    if not words:
        raise InputError(fields={field: [empty]})
    return words


def lock_open(dispute: Dispute) -> Dispute:
    """Lock the applicant and the dispute, or raise DisputeEndedError; in the caller's transaction."""
    Applicant.objects.select_for_update().get(pk=dispute.applicant_id)
    rows = Dispute.objects.select_for_update(of=("self",)).select_related("applicant__user", "fact")
    current = rows.get(pk=dispute.pk)
    if current.state != DisputeState.OPEN:
        raise DisputeEndedError
    return current


def _touch(applicant: Applicant, now: datetime) -> None:
    """Mark the sheet as changed, so that decisions on hold look again."""
    Sheet.objects.filter(applicant=applicant).update(version=F("version") + 1, updated_at=now)


def tell_dispute(dispute: Dispute, what: str, now: datetime) -> None:
    """Have it told, once for each `what`: messages are written by the worker: this app does not know how."""
    key = f"{TELL_DISPUTE}:{dispute.reference}:{what}"
    queue_work(kind=TELL_DISPUTE, subject=dispute.reference, key=key, now=now)


def note(verb: Verb, dispute: Dispute, by: Actor, now: datetime, **codes: str) -> None:
    """Write the audit row of something that happened to a dispute."""
    record(
        verb=verb, subject=dispute.reference, actor=by.code, now=now,
        codes={"applicant": dispute.applicant.reference, "characteristic": dispute.characteristic, **codes},
    )  # fmt: skip
