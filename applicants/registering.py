"""Registering a person or a firm: every field is checked, all problems are told at once."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.company_codes import check_company_code
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant, ApplicantKind
from applicants.profile import completeness_fact
from audit.log import record
from audit.verbs import Verb
from core.encryption import blind_index
from core.errors import ConflictError, InputError
from core.identity import (
    check_card_number,
    check_id_number,
    check_phone,
    strip_unseen,
    today_in_china,
)
from core.references import new_reference

if TYPE_CHECKING:
    from accounts.models import User

_LONGEST_NAME = 80
LANGUAGES = ("zh-hans", "en")
JURISDICTIONS = ("CN",)


class AlreadyRegisteredError(ConflictError):
    """Somebody with these details is registered; nothing about them is told."""

    code = "already-registered"
    default_message = _(
        "We cannot register with these details. If you already have an account, sign in or ask us for help."
    )


class AlreadyAnApplicantError(ConflictError):
    """The account belongs to somebody who is registered."""

    code = "already-an-applicant"
    default_message = _("This account is already registered.")


class _Form:
    """Collects the problem of each field, so that all of them are told at once."""

    def __init__(self) -> None:
        self.problems: dict[str, list[str | Promise]] = {}

    def read(self, field: str, text: str, check: Callable[[str], object], empty: str | Promise) -> str:
        """Return what the check made of the text, or note the problem and return nothing."""
        if not text.strip():
            self.problems[field] = [empty]
            return ""
        try:
            return str(check(text))
        except InputError as error:
            self.problems[field] = [error.message]
            return ""

    def finish(self) -> None:
        """Raise everything that is wrong."""
        if self.problems:
            raise InputError(fields=self.problems)


def register_person(
    *,
    name: str,
    id_number: str,
    phone: str,
    bank_card: str,
    user: "User | None" = None,
    client_id: str = "",
    jurisdiction: str = "CN",
    language: str = "zh-hans",
    is_sample: bool = False,
    by: Actor,
    now: datetime,
) -> Applicant:
    """Register a person by name, resident ID, phone and bank card."""
    today = today_in_china(now)
    form = _Form()
    clean_name = form.read("name", name, check_name, _("Enter your name."))
    number = form.read(
        "id_number",
        id_number,
        lambda text: check_id_number(text, today=today).number,
        _("Enter your ID number."),
    )
    clean_phone = form.read("phone", phone, check_phone, _("Enter your phone number."))
    card = form.read("bank_card", bank_card, check_card_number, _("Enter your bank card number."))
    _check_place(form, jurisdiction, language)
    form.finish()
    return _create(
        kind=ApplicantKind.PERSON, name=clean_name, id_number=number, phone=clean_phone, bank_card=card,
        birth_date=check_id_number(number, today=today).birth_on.isoformat(), user=user, client_id=client_id,
        jurisdiction=jurisdiction, language=language, is_sample=is_sample, by=by, now=now,
    )  # fmt: skip


def register_firm(
    *,
    name: str,
    id_number: str,
    phone: str,
    bank_card: str,
    user: "User | None" = None,
    client_id: str = "",
    jurisdiction: str = "CN",
    language: str = "zh-hans",
    is_sample: bool = False,
    by: Actor,
    now: datetime,
) -> Applicant:
    """Register a firm; `id_number` is its unified social credit code, `bank_card` its account number."""
    form = _Form()
    clean_name = form.read("name", name, check_name, _("Enter the name of the company."))
    number = form.read("id_number", id_number, check_company_code, _("Enter the unified social credit code."))
    clean_phone = form.read("phone", phone, check_phone, _("Enter your phone number."))
    card = form.read(
        "bank_card", bank_card, check_card_number, _("Enter the number of the company's bank account.")
    )
    _check_place(form, jurisdiction, language)
    form.finish()
    return _create(
        kind=ApplicantKind.FIRM, name=clean_name, id_number=number, phone=clean_phone, bank_card=card,
        birth_date="", user=user, client_id=client_id, jurisdiction=jurisdiction, language=language,
        is_sample=is_sample, by=by, now=now,
    )  # fmt: skip


def check_name(text: str) -> str:
    """Return the name without signs that are not seen and with its spaces tidied, or raise InputError."""
    name = " ".join(strip_unseen(unicodedata.normalize("NFKC", text)).split())
    if len(name) > _LONGEST_NAME:
        raise InputError(_("The name is too long: at most 80 characters."))
    if any(_is_no_part_of_names(char) for char in name):
        raise InputError(_("This holds a sign that names do not have, such as < or an emoji."))
    if not any(char.isalpha() for char in name):
        raise InputError(_("Please check the name."))
    return name


def _is_no_part_of_names(char: str) -> bool:
    """Whether it is an invisible sign, a bracket of a script, or a picture."""
    kind = unicodedata.category(char)
    return kind[0] == "C" or kind == "So" or char in "<>"


def _check_place(form: _Form, jurisdiction: str, language: str) -> None:
    if jurisdiction not in JURISDICTIONS:
        form.problems["jurisdiction"] = [_("We cannot register applicants from this place yet.")]
    if language not in LANGUAGES:
        form.problems["language"] = [_("Choose one of the languages offered.")]


def _create(
    *,
    kind: ApplicantKind,
    name: str,
    id_number: str,
    phone: str,
    bank_card: str,
    birth_date: str,
    user: "User | None",
    client_id: str,
    jurisdiction: str,
    language: str,
    is_sample: bool,
    by: Actor,
    now: datetime,
) -> Applicant:
    if user is not None and Applicant.objects.filter(user=user).exists():
        raise AlreadyAnApplicantError
    applicant = Applicant(
        reference=new_reference("CU"), kind=kind, user=user, client_id=client_id, jurisdiction=jurisdiction,
        language=language, name=name, id_number=id_number, birth_date=birth_date, phone=phone,
        bank_card=bank_card, id_number_index=index_id_number(id_number),
        phone_index=blind_index(phone, purpose="phone"),
        bank_card_index=blind_index(bank_card, purpose="bank_card"), is_sample=is_sample, created_at=now,
    )  # fmt: skip
    with transaction.atomic():
        _insert(applicant)
        record(
            verb=Verb.APPLICANT_REGISTERED, subject=applicant.reference, actor=by.code, now=now,
            codes={"kind": str(kind), "jurisdiction": jurisdiction},
            private={"id_number": id_number},
        )  # fmt: skip
        if kind == ApplicantKind.PERSON:
            _first_facts(applicant, today_in_china(now), by, now)
    return applicant


def _insert(applicant: Applicant) -> None:
    """Let the database say whether the number is taken; the check before would be a race."""
    try:
        with transaction.atomic():
            applicant.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRegisteredError from error


def _first_facts(applicant: Applicant, today: date, by: Actor, now: datetime) -> None:
    facts: list[NewFact] = [completeness_fact(applicant=applicant, sheet={}, today=today)]
    record_facts(applicant=applicant, facts=facts, by=by, now=now)


def index_id_number(number: str) -> bytes:
    """Return the blind index under which an ID number is found."""
    return blind_index(number, purpose="id_number")
