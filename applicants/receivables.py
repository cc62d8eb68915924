"""Invoices that a firm wants money on before its buyer pays: stated by the firm, confirmed by the buyer."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from applicants.characteristics import UNKNOWN
from applicants.company_codes import check_company_code
from applicants.consents import give_consent
from applicants.facts import NewFact, get_sheet, record_facts
from applicants.models import Applicant, ApplicantKind, Receivable
from applicants.registering import check_name
from audit.log import record
from audit.verbs import Verb
from core.errors import InputError, NotFoundError
from core.identity import UNSEEN, today_in_china

_INVOICE: Final = re.compile(r"[0-9A-Z]{6,40}")
_MOST: Final = Decimal(10_000_000_000)
_LONGEST_DAYS: Final = 366
_DAYS_A_MONTH: Final = Decimal("30.4375")
_BUYER: Final = "buyer"

Problems = dict[str, list[str | Promise]]


def has_receivable(firm: Applicant) -> bool:
    """Whether an invoice of the firm is known."""
    return "receivable_amount_cny" in get_sheet(firm).facts


def state_receivable(
    *,
    firm: Applicant,
    invoice: str,
    amount_cny: str,
    issued_on: date | None,
    due_on: date | None,
    buyer_name: str,
    buyer_code: str,
    by: Actor,
    now: datetime,
) -> Receivable:
    """Keep one invoice, and record what follows from it; an answer about another invoice counts no more."""
    if firm.kind != ApplicantKind.FIRM:
        raise NotFoundError
    today = today_in_china(now)
    clean = _check(
        invoice=invoice, amount=amount_cny, issued_on=issued_on, due_on=due_on, buyer_name=buyer_name,
        buyer_code=buyer_code, today=today, firm=firm,
    )  # fmt: skip
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=firm.pk)
        number = clean.pop("invoice")
        row, _is_new = Receivable.objects.update_or_create(
            firm=firm, invoice=number, defaults={**clean, "stated_at": now}
        )
        give_consent(applicant=firm, source=_BUYER, by=by, now=now)
        record_facts(applicant=firm, facts=_stated(row, today), by=by, now=now)
        fresh = _not_answered(firm, row, today)
        if fresh:
            record_facts(applicant=firm, facts=fresh, by=SITE, now=now)
        record(verb=Verb.RECEIVABLE_STATED, subject=firm.reference, actor=by.code, now=now)
    return row


def _stated(row: Receivable, today: date) -> list[NewFact]:
    months = round(Decimal(max(0, (row.due_on - today).days)) / _DAYS_A_MONTH, 1)
    detail = {"invoice": row.invoice}
    return [
        NewFact("receivable_amount_cny", float(row.amount_cny), "applicant", today, detail),
        NewFact("due_months", float(months), "applicant", today),
    ]


def _not_answered(firm: Applicant, row: Receivable, today: date) -> list[NewFact]:
    """What the buyer has not said about this invoice yet."""
    said = get_sheet(firm).facts.get("receivable_confirmed", {})
    if said.get("detail", {}).get("invoice") == row.invoice:
        return []
    return [
        NewFact(
            "receivable_confirmed",
            value=False,
            source=_BUYER,
            observed_on=today,
            detail={"invoice": row.invoice},
        ),
        NewFact("buyer_grade", UNKNOWN, _BUYER, today),
    ]


def _check(
    *,
    invoice: str,
    amount: str,
    issued_on: date | None,
    due_on: date | None,
    buyer_name: str,
    buyer_code: str,
    today: date,
    firm: Applicant,
) -> dict[str, Any]:
    problems: Problems = {}
    clean: dict[str, Any] = {"issued_on": issued_on, "due_on": due_on}
    clean["invoice"] = re.sub(rf"[\s{UNSEEN}-]", "", unicodedata.normalize("NFKC", invoice)).upper()
    if not _INVOICE.fullmatch(clean["invoice"]):
        problems["invoice"] = [_("Enter the number on the invoice: 6 to 40 digits and letters.")]
    clean["amount_cny"] = _amount(amount, problems)
    _check_days(issued_on, due_on, today, problems)
    _read(problems, clean, "buyer_name", buyer_name, check_name, _("Enter the name of the buyer."))
    _read(
        problems, clean, "buyer_code", buyer_code, check_company_code,
        _("Enter the unified social credit code of the buyer."),
    )  # fmt: skip
    if clean.get("buyer_code") == firm.id_number:
        problems["buyer_code"] = [_("This is the code of your own firm. Enter that of the buyer.")]
    if problems:
        raise InputError(fields=problems)
    return clean


def _read(  # noqa: PLR0917 - one field of the form after the other
    problems: Problems,
    clean: dict[str, Any],
    field: str,
    text: str,
    check: Callable[[str], str],
    empty: str | Promise,
) -> None:
    if not text.strip():
        problems[field] = [empty]
        return
    try:
        clean[field] = check(text)
    except InputError as error:
        problems[field] = [error.message]


def _amount(text: str, problems: Problems) -> Decimal:
    plain = re.sub(rf"[\s,\u00a5{UNSEEN}]", "", unicodedata.normalize("NFKC", text))
    try:
        amount = Decimal(plain or "x").quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 < amount <= _MOST:
        problems["amount_cny"] = [_("Enter the amount of the invoice in yuan, such as 800,000.")]
    return amount


def _check_days(issued_on: date | None, due_on: date | None, today: date, problems: Problems) -> None:
    if issued_on is None or issued_on > today or (today - issued_on).days > _LONGEST_DAYS:
        problems["issued_on"] = [_("Enter the date of the invoice: today or within the last year.")]
    if due_on is None or due_on <= today or (due_on - today).days > _LONGEST_DAYS:
        problems["due_on"] = [_("Enter the day on which the buyer pays: after today and within a year.")]
