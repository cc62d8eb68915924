"""Verifying who somebody is: the answer is kept, and a clear one becomes a fact."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from applicants.facts import NewFact, get_sheet, record_facts
from applicants.models import Applicant, ApplicantKind, CheckResult, IdentityCheck
from applicants.profile import completeness_fact
from applicants.realname import Answer, get_provider
from applicants.terms import today_of
from audit.log import record
from audit.verbs import Verb
from core.encryption import blind_index
from core.errors import InputError, NotFoundError
from core.identity import check_card_number

SOURCE = "identity_service"
_RETRY_FOR = timedelta(days=1)
_BATCH = 50


def verify_identity(*, applicant: Applicant, by: Actor, now: datetime) -> IdentityCheck:
    """Ask the real-name service and record its answer; when it is not available nothing is concluded."""
    answer = _ask(applicant, applicant.bank_card or "")
    with transaction.atomic():
        check = _keep(applicant, answer, by, now)
        facts = _facts(applicant, answer, now)
        if facts:
            record_facts(applicant=applicant, facts=facts, by=by, now=now)
    return check


def confirm_bank_card(*, applicant: Applicant, bank_card: str, by: Actor, now: datetime) -> None:
    """Take a bank card in place of the one before once the service says that it is the person's own.

    Whatever else it answers, the card and the facts stay as they were.
    """
    if applicant.kind != ApplicantKind.PERSON:
        raise NotFoundError
    number = _read_card(bank_card)
    answer = _ask(applicant, number)
    with transaction.atomic():
        current = Applicant.objects.select_for_update().get(pk=applicant.pk)
        # Anything but a match says something of this card, and nothing of who the person is.
        if answer.result == CheckResult.MATCH:
            _keep(current, answer, by, now)
            _take_card(current, number, by, now)
        else:
            _note(current, answer, by, now)
    if answer.result != CheckResult.MATCH:
        raise InputError(fields={"bank_card": [_not_taken(answer)]})


def _read_card(text: str) -> str:
    try:
        return check_card_number(text)
    except InputError as error:
        told = error.message if text.strip() else _("Enter your bank card number.")
        raise InputError(fields={"bank_card": [told]}) from error


def _not_taken(answer: Answer) -> Promise:
    if answer.result == CheckResult.UNAVAILABLE:
        return _(
            "The identity service does not answer right now. Nothing was changed. Please try again later."
        )
    if answer.mismatched == ("bank_card",):
        return _("The identity service says that this card is not in your name. Enter one that is.")
    return _("The identity service holds other details about you. Please write to us before adding a card.")


def _take_card(applicant: Applicant, number: str, by: Actor, now: datetime) -> None:
    applicant.bank_card, applicant.bank_card_index = number, blind_index(number, purpose="bank_card")
    applicant.save(update_fields=["bank_card", "bank_card_index"])
    record(
        verb=Verb.BANK_CARD_CONFIRMED, subject=applicant.reference, actor=by.code, now=now,
        private={"bank_card": number},
    )  # fmt: skip
    sheet, today = get_sheet(applicant).facts, today_of(applicant, now)
    facts = [
        *_facts(applicant, Answer(CheckResult.MATCH), now),
        completeness_fact(applicant=applicant, sheet=sheet, today=today),
    ]
    record_facts(applicant=applicant, facts=facts, by=by, now=now)


def _ask(applicant: Applicant, bank_card: str) -> Answer:
    return get_provider().check(
        name=applicant.name or "", id_number=applicant.id_number or "", phone=applicant.phone or "",
        bank_card=bank_card,
    )  # fmt: skip


def _keep(applicant: Applicant, answer: Answer, by: Actor, now: datetime) -> IdentityCheck:
    _note(applicant, answer, by, now)
    return IdentityCheck.objects.create(
        applicant=applicant, provider=get_provider().name, result=answer.result, checked_at=now
    )


def _note(applicant: Applicant, answer: Answer, by: Actor, now: datetime) -> None:
    record(
        verb=Verb.IDENTITY_CHECKED, subject=applicant.reference, actor=by.code, now=now,
        codes={"result": str(answer.result), "provider": get_provider().name},
    )  # fmt: skip


def _facts(applicant: Applicant, answer: Answer, now: datetime) -> list[NewFact]:
    if answer.result == CheckResult.UNAVAILABLE or applicant.kind != ApplicantKind.PERSON:
        return []
    today = today_of(applicant, now)
    if answer.result == CheckResult.MISMATCH:
        detail = {"items": list(answer.mismatched)} if answer.mismatched else {}
        return [NewFact("identity_level", "unverified", SOURCE, today, detail)]
    level = "full" if applicant.bank_card else "basic"
    return [
        NewFact("identity_level", level, SOURCE, today),
        NewFact("full_legal_capacity", value=True, source=SOURCE, observed_on=today),
    ]


def retry_unavailable(now: datetime) -> int:
    """Ask again for those whose newest answer of the last day was "not available"; returns how many."""
    newest: dict[int, IdentityCheck] = {}
    recent = IdentityCheck.objects.filter(checked_at__gte=now - _RETRY_FOR).order_by("id")
    for check in recent.select_related("applicant"):
        newest[check.applicant_id] = check
    waiting = [check for check in newest.values() if check.result == CheckResult.UNAVAILABLE][:_BATCH]
    for check in waiting:
        verify_identity(applicant=check.applicant, by=SITE, now=now)
    return len(waiting)
