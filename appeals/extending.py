"""A longer legal period: only where the law allows it, with a coded reason, two people and the letter."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.clocks import due_on, is_over, statutory_days
from appeals.independence import check_independent
from appeals.models import Appeal, AppealStatus, Extension, ExtensionState
from appeals.notices import send_extension
from appeals.parties import check_holder, check_staff, person_of
from appeals.signers import ask_for_signature, check_second_person
from appeals.states import ENDED, Status
from appeals.terms import CodedReason, list_extension_reasons, terms_of
from appeals.transitions import IllegalMoveError, reset_dates, swap
from audit.log import record
from audit.verbs import Verb
from core.audiences import ExternalText
from core.errors import ConflictError, InputError
from core.texts import NOTE_LENGTH, clean_letters, clean_text
from notifications.kinds import Kind
from notifications.queueing import queue_message


class NoLongerPeriodError(ConflictError):
    """The law of the place allows no longer period."""

    code = "no-longer-period"
    default_message = _("The law of this place allows no longer period. Please decide in time.")


class ExtensionOpenError(ConflictError):
    """An extension is proposed already."""

    code = "extension-open"
    default_message = _("An extension is already proposed and waits for the second person.")


class PeriodOverError(ConflictError):
    """The legal period has passed; it cannot be extended afterwards."""

    code = "period-over"
    default_message = _("The legal time is already over. It cannot be extended afterwards.")


class SameSignerError(ConflictError):
    """Who proposed an extension cannot agree to it."""

    code = "same-signer"
    status = 403
    default_message = _("Another person must agree to this.")


def draft_extension_letters(appeal: Appeal, code: str) -> tuple[str, str]:
    """The letter about a longer period, in Chinese and in English, ready to be looked over."""
    reason = _coded(code)
    days = _next_days(appeal)
    letters = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            text = gettext(
                "We need more time for your appeal %(appeal)s, because %(reason)s."
                " The legal time is now %(days)s days."
                " You can turn to the outside body at any time."
            )
            values = {"appeal": appeal.reference, "reason": reason.text(language), "days": days}
            letters.append(text % values)
    return letters[0], letters[1]


def propose_extension(
    *,
    appeal: Appeal,
    code: str,
    reason: str,
    letter_zh: str,
    letter_en: str,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> Extension:
    """Propose the next longer period that the law allows; it counts once another person agrees."""
    check_holder(appeal=appeal, by=by)
    check_independent(appeal=appeal, by=by)
    _check_running(appeal, now)
    _coded(code)
    words = {
        "reason": clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True),
        **clean_letters(letter_zh=letter_zh, letter_en=letter_en),
    }
    to_days = _next_days(appeal)
    try:
        with transaction.atomic():
            swap(appeal=appeal, expected_version=expected_version, saved_at=now)
            extension = Extension.objects.create(
                appeal=appeal, from_days=statutory_days(appeal), to_days=to_days, code=code,
                law=terms_of(appeal).law, proposed_by_id=person_of(by), proposed_at=now,
                **{name: ExternalText(text) for name, text in words.items()},
            )  # fmt: skip
            _audit(Verb.EXTENSION_PROPOSED, extension, by, now)
            ask_for_signature(appeal=appeal, proposer=person_of(by), kind=Kind.EXTENSION_PROPOSED, now=now)
    except IntegrityError as error:
        raise ExtensionOpenError from error
    return extension


def approve_extension(
    *, extension: Extension, expected_version: int | None = None, by: Actor, now: datetime
) -> Extension:
    """Agree as another person: the legal date moves and the letter leaves."""
    appeal = extension.appeal
    if _is_settled(extension, by, ExtensionState.GRANTED):
        return extension
    _check_running(appeal, now)
    before = due_on(appeal)
    with transaction.atomic():
        swap(appeal=appeal, expected_version=expected_version, saved_at=now)
        _settle(extension, ExtensionState.GRANTED, by, now)
        reset_dates(appeal=appeal, now=now)
        is_chinese = appeal.applicant.language.startswith("zh")
        letter = extension.letter_zh if is_chinese else extension.letter_en
        fresh = Appeal.objects.select_related("applicant").get(pk=appeal.pk)
        until = due_on(fresh)
        queue_message(
            kind=Kind.APPEAL_EXTENDED, applicant=appeal.applicant, about=appeal.reference,
            params={"due_on": until, "letter": letter}, now=now,
        )  # fmt: skip
        assert before is not None, "what runs has a date"
        assert until is not None, "what runs has a date"
        send_extension(extension=extension, before=before, until=until, by=by, now=now)
        _audit(Verb.EXTENSION_GRANTED, extension, by, now)
    return extension


def refuse_extension(
    *, extension: Extension, reason: str, expected_version: int | None = None, by: Actor, now: datetime
) -> Extension:
    """Do not agree as another person, with a reason for the colleague; the date stays."""
    if _is_settled(extension, by, ExtensionState.REFUSED):
        return extension
    text = clean_text(reason, field="reason", limit=300, is_required=True)
    with transaction.atomic():
        swap(appeal=extension.appeal, expected_version=expected_version, saved_at=now)
        _settle(extension, ExtensionState.REFUSED, by, now, text)
        _audit(Verb.EXTENSION_REFUSED, extension, by, now)
    return extension


def get_open_extension(appeal: Appeal) -> Extension | None:
    """The extension that waits for a second person, if there is one."""
    return appeal.extensions.filter(state=ExtensionState.PROPOSED).first()


def _is_settled(extension: Extension, by: Actor, state: ExtensionState) -> bool:
    check_staff(appeal=extension.appeal, by=by, permission=Permission.COUNTERSIGN)
    if extension.proposed_by_id == by.user_id:
        raise SameSignerError
    check_independent(appeal=extension.appeal, by=by)
    check_second_person(appeal=extension.appeal, proposer=extension.proposed_by_id, by=by)
    extension.refresh_from_db()
    if extension.state == state:
        return True
    if extension.state != ExtensionState.PROPOSED:
        raise IllegalMoveError(status=AppealStatus(extension.appeal.status).label)
    return False


def _settle(extension: Extension, state: ExtensionState, by: Actor, now: datetime, reason: str = "") -> None:
    extension.state, extension.settled_by_id, extension.settled_at = state, by.user_id, now
    extension.settled_reason = reason
    extension.save(update_fields=["state", "settled_by", "settled_at", "settled_reason"])


def _check_running(appeal: Appeal, now: datetime) -> None:
    if appeal.status in {*ENDED, Status.DRAFT, Status.DECIDED, Status.REMEDY}:
        raise IllegalMoveError(status=AppealStatus(appeal.status).label)
    if is_over(appeal, now):
        raise PeriodOverError


def _next_days(appeal: Appeal) -> int:
    days = terms_of(appeal).next_step(statutory_days(appeal))
    if days is None:
        raise NoLongerPeriodError
    return days


def _coded(code: str) -> CodedReason:
    for reason in list_extension_reasons():
        if reason.code == code:
            return reason
    raise InputError(fields={"code": [_("Choose one of the reasons.")]})


def _audit(verb: Verb, extension: Extension, by: Actor, now: datetime) -> None:
    record(
        verb=verb, subject=extension.appeal.reference, actor=by.code, now=now,
        codes={"from": extension.from_days, "to": extension.to_days, "code": extension.code},
    )  # fmt: skip
