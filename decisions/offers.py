"""What borrowing would cost for an amount and a term, and taking up an offer with a signed cost sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.showing import language_key, show_amount, show_instant, show_money
from assessment import CostSheet, cost_sheet
from core.catalogues import get_catalogue
from core.errors import ConflictError, InputError
from decisions.explaining import LANGUAGES
from decisions.jurisdictions import get_profile
from decisions.letter_words import fill_part, frame, letters, say
from decisions.line_changes import change_line
from decisions.models import Decision, Line, LineState
from decisions.policies import compiled
from decisions.products import product_name
from decisions.typed_amounts import read_amount, say_unread
from decisions.words import get_words
from notifications.kinds import Kind
from notifications.letters import freeze_letter
from notifications.models import Letter, LetterKind
from notifications.queueing import queue_message

EARLY_DAYS: Final = 10


class OfferGoneError(ConflictError):
    """The offer was taken up before, or a newer one took its place."""

    code = "offer-gone"
    default_message = _("This offer is no longer open.")


class NotSignedError(InputError):
    """The cost sheet was not confirmed."""

    code = "not-signed"
    default_message = _("Confirm that you have read the cost sheet.")


@dataclass(frozen=True)
class OfferTerms:
    """What can be chosen: from the smallest amount to the limit, terms and ways of repaying, and the rate."""

    least_cny: int
    most_cny: Decimal
    terms: tuple[int, ...]
    term_unit: str
    methods: tuple[str, ...]
    annual_rate_pct: Decimal
    day_count: int
    asked_cny: Decimal
    asked_term: int
    asked_method: str


def offer_terms(*, decision: Decision, line: Line) -> OfferTerms:
    """Return what the line's offer lets its holder choose."""
    policy = compiled(decision.policy)
    product = policy.products[line.product]
    request: Mapping[str, Any] = decision.request
    return OfferTerms(
        least_cny=product.minimum,
        most_cny=line.total_cny - line.reduced_cny,
        terms=product.terms,
        term_unit=product.term_unit,
        methods=tuple(method for method in product.methods if method != "revolving"),
        annual_rate_pct=line.annual_rate_pct,
        day_count=policy.pricing.day_count,
        asked_cny=min(Decimal(request["amount_cny"]), line.total_cny - line.reduced_cny),
        asked_term=request["term_days"] or request["term_months"],
        asked_method=request["method"] or product.methods[0],
    )


def quote(*, terms: OfferTerms, amount_cny: object, term: object, method: str) -> CostSheet:
    """Return the cost of borrowing so much for so long, or raise what is wrong with each field."""
    problems: dict[str, list[Any]] = {}
    amount = read_amount(amount_cny)
    if amount is None:
        problems["amount_cny"] = [say_unread(amount_cny)]
    elif not terms.least_cny <= amount <= terms.most_cny:
        span = {"least": f"{terms.least_cny:,}", "most": f"{terms.most_cny:,.0f}"}
        problems["amount_cny"] = [_("Enter an amount from ¥%(least)s to ¥%(most)s.") % span]
    chosen = next((one for one in terms.terms if str(one) == str(term)), None)
    if chosen is None:
        problems["term"] = [_("Choose one of the terms offered.")]
    if method not in terms.methods:
        problems["method"] = [_("Choose one of the ways of repaying offered.")]
    if problems or amount is None or chosen is None:
        raise InputError(fields=problems)
    return cost_sheet(
        amount=amount, annual_rate_pct=terms.annual_rate_pct, term=chosen, method=method,
        term_unit=terms.term_unit, day_count=terms.day_count,
    )  # fmt: skip


def repaid_early(*, terms: OfferTerms, sheet: CostSheet) -> Decimal:
    """Return the interest when all is repaid after `EARLY_DAYS`, before the first instalment: by the day."""
    return cost_sheet(
        amount=sheet.amount, annual_rate_pct=terms.annual_rate_pct, term=EARLY_DAYS,
        method="bullet_on_due_date", term_unit="days", day_count=terms.day_count,
    ).total_interest  # fmt: skip


def accept_offer(
    *,
    line: Line,
    decision: Decision,
    amount_cny: object,
    term: object,
    method: str,
    is_read: bool,
    by: Actor,
    now: datetime,
) -> Letter:
    """Take up an offer, whole or smaller, and freeze the cost sheet that was signed; twice is once."""
    sheet = quote(
        terms=offer_terms(decision=decision, line=line), amount_cny=amount_cny, term=term, method=method
    )
    if not is_read:
        raise NotSignedError(fields={"is_read": [NotSignedError.default_message]})
    known = signed_sheet(line=line, decision=decision)
    if known is not None:
        return known
    if line.state != LineState.OFFERED:
        raise OfferGoneError
    with transaction.atomic():
        change_line(
            line=line, state=LineState.ACTIVE, cause="ACCEPTED", by=by, now=now, decision=decision,
            total_cny=sheet.amount,
        )  # fmt: skip
        inputs = {name: compose_sheet(line=line, sheet=sheet, language=name, now=now) for name in LANGUAGES}
        letter = freeze_letter(
            kind=LetterKind.COST_SHEET, applicant=line.applicant, about=line.reference,
            key=_sheet_key(line, decision), inputs=inputs, by=by, signed_by=by.code, now=now,
        )  # fmt: skip
        queue_message(kind=Kind.OFFER_SIGNED, applicant=line.applicant, about=line.reference, now=now)
        return letter


def signed_sheet(*, line: Line, decision: Decision) -> Letter | None:
    """Return the cost sheet with which an offer was taken up, if it was."""
    return Letter.objects.filter(key=_sheet_key(line, decision)).first()


def _sheet_key(line: Line, decision: Decision) -> str:
    return f"{LetterKind.COST_SHEET}:{line.reference}:{decision.reference}"


def compose_sheet(*, line: Line, sheet: CostSheet, language: str, now: datetime) -> dict[str, Any]:
    """Return the cost sheet in one language, before it has a code."""
    key, document = language_key(language), letters()
    zone = get_profile(line.applicant.jurisdiction).zone
    values = {
        "product": product_name(line.product, language),
        "amount": show_money(sheet.amount),
        "rate": f"{sheet.annual_rate_pct.normalize():f}",
        "effective": f"{sheet.effective_pct.normalize():f}",
        "term": get_words(language).say("terms", sheet.term_unit, n=sheet.term),
        "method": get_catalogue("products").document["methods"][sheet.method][key],
        "interest": _exact(sheet.total_interest),
        "total": _exact(sheet.total),
        "name": line.applicant.name,
        "signed_at": show_instant(now, language, zone),
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
    framed = frame(
        applicant=line.applicant, reference=line.reference, lead=[], language=language, now=now,
        title=say(document["titles"]["COST_SHEET"], language, values),
    )  # fmt: skip
    parts = [
        fill_part(entry, language=language, flags=(), values=values, table=_table(entry, sheet, key))
        for entry in document["cost"]
    ]
    return {**framed, "parts": parts}


def _table(entry: Mapping[str, Any], sheet: CostSheet, key: str) -> dict[str, Any]:
    if "table" not in entry:
        return {}
    rows = [
        [
            str(one.number),
            *(f"{value:,.2f}" for value in (one.payment, one.interest, one.principal, one.remaining)),
        ]
        for one in sheet.instalments
    ]
    return {"head": entry["table"][key], "rows": rows}


def _exact(amount: Decimal) -> str:
    return f"¥{amount:,.2f}" if amount != amount.to_integral_value() else f"¥{show_amount(amount)}"
