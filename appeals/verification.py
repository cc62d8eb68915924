"""Looking at what was sent: statement read, each paper accepted or not, each contested input found out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.correcting import correctable_inputs
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus, Attachment, Finding, Ground, HowVerified
from appeals.parties import check_holder, person_of
from appeals.transitions import IllegalMoveError, swap
from applicants.characteristics import check_value, get_dictionary
from applicants.facts import EARLIEST
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from core.canonical import canonical_json
from core.days import show_day
from core.errors import DomainError, InputError, NotFoundError
from core.texts import NOTE_LENGTH, clean_text
from evidence.catalogue import get_kind
from evidence.models import Document, DocumentState

_ASSESSMENT_LENGTH: Final = 300
_YEARS_BACK: Final = 5
RESTS_ON_NOTHING: Final = _("Choose the paper that it rests on, or how it was verified without one.")
WITHOUT_PAPER: Final = (HowVerified.SOURCE, HowVerified.RECORDS, HowVerified.SHOWN)


def mark_statement_read(
    *, appeal: Appeal, expected_version: int | None = None, by: Actor, now: datetime
) -> Appeal:
    """Note that the reviewer read the applicant's own words; once is enough."""
    check_reviewing(appeal=appeal, by=by)
    if appeal.statement_read_at is None:
        with transaction.atomic():
            swap(appeal=appeal, expected_version=expected_version, statement_read_at=now, saved_at=now)
            _audit(Verb.STATEMENT_READ, appeal, by, now)
    return appeal


def assess_attachment(
    *,
    attachment: Attachment,
    accepted: bool,
    note: str,
    checks: Mapping[int, bool] | None = None,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Attachment:
    """Accept a paper or not; not accepting needs a reason that the applicant will read.

    `checks`: which points of the checklist held, by place; accepting although one failed, or
    although the paper is older than its kind may be, needs a word.
    """
    appeal = attachment.ground.appeal
    check_reviewing(appeal=appeal, by=by)
    held = _check_points(attachment, checks or {})
    has_doubt = accepted and not all(held.values())
    text = clean_text(note, field="note", limit=_ASSESSMENT_LENGTH, is_required=not accepted or has_doubt)
    if accepted and not text and not is_young_enough(attachment):
        problem = _("This paper is older than its kind may be. Say why it is accepted all the same.")
        raise InputError(fields={"note": [problem]})
    if attachment.document.state != DocumentState.READY:
        raise InputError(fields={"document": [_("This file is still being checked, or cannot be used.")]})
    with transaction.atomic():
        swap(appeal=appeal, expected_version=expected_version, saved_at=now)
        attachment.accepted, attachment.assessment_note = accepted, text
        attachment.assessed_by_id, attachment.assessed_at = by.user_id, now
        attachment.checks = held
        attachment.save(update_fields=["accepted", "assessment_note", "assessed_by", "assessed_at", "checks"])
        failed = [place for place, is_held in held.items() if not is_held]
        codes = {"document": attachment.document.reference, "accepted": accepted, "failed_checks": failed}
        _audit(Verb.EVIDENCE_ASSESSED, appeal, by, now, codes=codes, private={"note": text})
    return attachment


def is_young_enough(attachment: Attachment) -> bool:
    """Whether the paper was within the age that its kind may have when the appeal was sent."""
    document, appeal = attachment.document, attachment.ground.appeal
    valid_days = get_kind(document.kind).valid_days
    if document.issued_on is None or valid_days is None or appeal.submitted_at is None:
        return True
    sent_on = legal_day(appeal.submitted_at, get_jurisdiction(appeal.applicant).zone)
    return document.issued_on + timedelta(days=valid_days) >= sent_on


def _check_points(attachment: Attachment, checks: Mapping[int, bool]) -> dict[str, bool]:
    points = len(get_kind(attachment.document.kind).verify)
    if not set(checks) <= set(range(points)):
        raise InputError(fields={"checks": [_("This point is not on the checklist.")]})
    return {str(place): bool(checks[place]) for place in sorted(checks)}


def record_finding(
    *,
    appeal: Appeal,
    ground: Ground,
    characteristic: str,
    value: object,
    detail: Mapping[str, Any] | None = None,
    document: Document | None = None,
    how: str = "",
    observed_on: date,
    note: str,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Finding:
    """Write down the true value of one contested input; it replaces an earlier finding on the same input.

    `how` it was verified is asked for where it rests on no paper.
    """
    check_reviewing(appeal=appeal, by=by)
    if ground.appeal_id != appeal.pk:
        raise NotFoundError
    stored = _check_value(appeal=appeal, ground=ground, name=characteristic, value=value, detail=detail or {})
    _check_document(appeal=appeal, document=document)
    _check_how(document, how)
    _check_date(appeal=appeal, document=document, observed_on=observed_on, now=now)
    text = clean_text(note, field="note", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        _change_findings(appeal=appeal, expected_version=expected_version, now=now)
        appeal.findings.filter(characteristic=characteristic, is_current=True).update(is_current=False)
        finding = Finding.objects.create(
            appeal=appeal, ground=ground, characteristic=characteristic, value=stored,
            detail=dict(detail or {}), document=document, how=HowVerified.PAPER if document else how,
            observed_on=observed_on, note=text,
            found_by_id=person_of(by), found_at=now,
        )  # fmt: skip
        codes = {
            "reason": ground.code,
            "characteristic": characteristic,
            "document": document.reference if document else "",
            "how": finding.how,
        }
        private = {"value": canonical_json(stored).decode(), "note": text}
        _audit(Verb.FINDING_RECORDED, appeal, by, now, codes=codes, private=private)
    return finding


def withdraw_finding(
    *, finding: Finding, expected_version: int | None = None, by: Actor, now: datetime
) -> Appeal:
    """Take a finding back; the input counts again as it was in the decision."""
    appeal = finding.appeal
    check_reviewing(appeal=appeal, by=by)
    if finding.is_current:
        with transaction.atomic():
            _change_findings(appeal=appeal, expected_version=expected_version, now=now)
            Finding.objects.filter(pk=finding.pk).update(is_current=False)
            finding.is_current = False
            codes = {"characteristic": finding.characteristic}
            _audit(Verb.FINDING_WITHDRAWN, appeal, by, now, codes=codes)
    return appeal


def earliest_finding(*, appeal: Appeal, document: Document | None, today: date) -> date:
    """The earliest day a finding may speak of: as old as its paper may be, without such a paper five years.

    An older paper that was accepted all the same speaks of its own day.
    """
    back = today.replace(day=min(today.day, 28), year=today.year - _YEARS_BACK)
    if document is None:
        return back
    sent_on = legal_day(appeal.submitted_at or appeal.opened_at, get_jurisdiction(appeal.applicant).zone)
    valid_days = get_kind(document.kind).valid_days
    first = back if valid_days is None else sent_on - timedelta(days=valid_days)
    return max(min(first, document.issued_on or first), EARLIEST)


def check_reviewing(*, appeal: Appeal, by: Actor) -> None:
    """Refuse everybody but the reviewer who holds the appeal, and every status but the review."""
    check_holder(appeal=appeal, by=by)
    if appeal.status != AppealStatus.IN_REVIEW:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)


def list_unassessed(appeal: Appeal) -> list[Attachment]:
    """Papers that nobody accepted or refused yet; those that failed their checks need no word."""
    attachments = Attachment.objects.filter(ground__appeal=appeal, accepted__isnull=True)
    waiting = attachments.filter(document__state__in=[DocumentState.PENDING, DocumentState.READY])
    return list(waiting.select_related("document", "ground"))


def _change_findings(*, appeal: Appeal, expected_version: int | None, now: datetime) -> None:
    # The findings' version is the input version of reruns: whatever runs on older findings is superseded.
    swap(
        appeal=appeal, expected_version=expected_version, saved_at=now, verified_at=None,
        findings_version=appeal.findings_version + 1,
    )  # fmt: skip


def _check_value(
    *, appeal: Appeal, ground: Ground, name: str, value: object, detail: Mapping[str, Any]
) -> object:
    known = get_dictionary().get(name)
    is_person = appeal.applicant.kind == "PERSON"
    if (
        known is None
        or name not in correctable_inputs(appeal, ground.code)
        or not known.applies_to(is_person=is_person)
    ):
        problem = _("This reason and its papers cannot change that value.")
        raise InputError(fields={"characteristic": [problem]})
    try:
        return check_value(known, value, detail)
    except InputError as error:
        raise InputError(fields=error.fields or {"value": [str(error)]}) from error
    except DomainError as error:
        raise InputError(fields={"value": [str(error)]}) from error


def _check_document(*, appeal: Appeal, document: Document | None) -> None:
    if document is None:
        return
    attached = Attachment.objects.filter(ground__appeal=appeal, document=document)
    if document.applicant_id != appeal.applicant_id or not attached.exists():
        raise InputError(fields={"document": [_("This paper does not belong to this appeal.")]})
    if document.state != DocumentState.READY or attached.filter(accepted=False).exists():
        raise InputError(fields={"document": [_("This paper was not accepted, so it proves nothing.")]})


def _check_how(document: Document | None, how: str) -> None:
    if document is None and how not in WITHOUT_PAPER:
        raise InputError(fields={"document": [RESTS_ON_NOTHING]})


def _check_date(*, appeal: Appeal, document: Document | None, observed_on: date, now: datetime) -> None:
    today = legal_day(now, get_jurisdiction(appeal.applicant).zone)
    if observed_on > today:
        raise InputError(fields={"observed_on": [_("Enter the date of the paper, not later than today.")]})
    first_on = earliest_finding(appeal=appeal, document=document, today=today)
    if observed_on < first_on:
        problem = _("That is too long ago to count now. Choose %(day)s or a later day.")
        raise InputError(fields={"observed_on": [problem % {"day": show_day(first_on)}]})
    # A paper whose age matters shows how things were on its day; a licence goes on being true.
    if document is None or document.issued_on is None or get_kind(document.kind).valid_days is None:
        return
    if observed_on > document.issued_on:
        problem = _("This paper is of %(day)s. It cannot show what was true later.")
        raise InputError(fields={"observed_on": [problem % {"day": show_day(document.issued_on)}]})


def _audit(
    verb: Verb,
    appeal: Appeal,
    by: Actor,
    now: datetime,
    *,
    codes: Mapping[str, Any] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    record(
        verb=verb, subject=appeal.reference, actor=by.code, now=now,
        codes={**(codes or {}), "version": appeal.version}, private=private or {},
    )  # fmt: skip
