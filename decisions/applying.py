"""Submitting an application: checked, stored once per key, and queued for its decision."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.models import Applicant
from applicants.showing import ShownDay
from applicants.terms import today_of
from applicants.vocabularies import get_vocabularies
from assessment import Policy
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, InputError
from core.references import new_reference
from decisions.line_states import IN_USE
from decisions.models import WAITING_OUTCOMES, Application, Decision, DecisionKind, Line, Outcome
from decisions.policies import compiled, get_policy_in_force
from decisions.products import PRODUCTS_OF
from decisions.typed_amounts import read_amount, say_unread
from outbox.queueing import queue_work

DECIDE_APPLICATION = "DECIDE_APPLICATION"
_MOST_CNY = Decimal(10_000_000_000)


class KeyUsedError(ConflictError):
    """The same key came again with another content."""

    code = "key-used"
    default_message = _("This application was sent before with other details. Please start a new one.")


class HasLineError(ConflictError):
    """The applicant holds an open line of this product."""

    code = "has-line"
    default_message = _(
        "You already have an open line of this product. Its page says what it allows and why."
    )


class StillOpenError(ConflictError):
    """An application for this product waits for a person, or for something that has to be settled."""

    code = "application-open"
    default_message = _(
        "Your application for this product goes on: %(reference)s. There is no need to apply again."
    )


class TooEarlyError(ConflictError):
    """The waiting time after a decline is not over; an appeal has none."""

    code = "too-early"
    default_message = _(
        "You can apply for this product again from %(day)s. An appeal against the last decision has no wait."
    )


def submit_application(
    *,
    applicant: Applicant,
    product: str,
    amount_cny: Decimal | int | str,
    term_months: int | None = None,
    term_days: int | None = None,
    purpose: str,
    method: str | None = None,
    submission_key: str,
    by: Actor,
    now: datetime,
    client_id: str = "",
) -> Application:
    """Store an application and queue its decision; the same key and content again is the same application."""
    policy = compiled(get_policy_in_force(now=now))
    terms = check_application(
        policy=policy, applicant=applicant, product=product, amount_cny=amount_cny, term_months=term_months,
        term_days=term_days, purpose=purpose, method=method,
    )  # fmt: skip
    key = f"{by.code}|{submission_key}"[:120]
    known = _known(key, applicant, terms)
    if known is not None:
        return known
    check_may_apply(applicant=applicant, product=product, now=now)
    application = Application(
        reference=new_reference("LA"), applicant=applicant, client_id=client_id, submission_key=key,
        submitted_at=now, submitted_by=by.code, **terms,
    )  # fmt: skip
    try:
        with transaction.atomic():
            application.save(force_insert=True)
            _follow_up(application, by, now)
    except IntegrityError:
        racing = _known(key, applicant, terms)
        if racing is None:
            raise
        return racing
    return application


def _follow_up(application: Application, by: Actor, now: datetime) -> None:
    reference = application.reference
    record(
        verb=Verb.APPLICATION_SUBMITTED, subject=reference, actor=by.code, now=now,
        codes={
            "product": application.product, "purpose": application.purpose,
            "applicant": application.applicant.reference,
        },
        private={"amount_cny": str(application.amount_cny)},
    )  # fmt: skip
    queue_work(kind=DECIDE_APPLICATION, subject=reference, key=f"{DECIDE_APPLICATION}:{reference}", now=now)


def _known(key: str, applicant: Applicant, terms: dict[str, Any]) -> Application | None:
    """Return the application that this key made before, or raise when its content was another."""
    found = Application.objects.filter(submission_key=key).select_related("applicant").first()
    if found is None:
        return None
    if found.applicant_id != applicant.pk or any(
        getattr(found, name) != value for name, value in terms.items()
    ):
        raise KeyUsedError
    return found


def check_may_apply(*, applicant: Applicant, product: str, now: datetime) -> None:
    """Refuse an application beside an open line or one that waits, or before the wait after a decline."""
    _check_no_line(applicant, product)
    waiting = find_waiting(applicant, product)
    if waiting is not None:
        raise StillOpenError(reference=waiting.reference)
    _check_wait(applicant, product, now)


def _check_no_line(applicant: Applicant, product: str) -> None:
    if Line.objects.filter(applicant=applicant, product=product, state__in=IN_USE).exists():
        raise HasLineError


def find_waiting(applicant: Applicant, product: str) -> Decision | None:
    """The decision of this product that waits for a person, or for something that has to be settled."""
    rows = Decision.objects.filter(
        applicant=applicant, product=product, kind=DecisionKind.APPLICATION, outcome__in=WAITING_OUTCOMES,
        superseded_by__isnull=True,
    )  # fmt: skip
    return rows.order_by("-id").first()


def _check_wait(applicant: Applicant, product: str, now: datetime) -> None:
    """Refuse while the day on which the last decline allows a new application has not come."""
    declined = Decision.objects.filter(
        applicant=applicant, product=product, kind=DecisionKind.APPLICATION, superseded_by__isnull=True
    ).order_by("-id")
    outcome, day = declined.values_list("outcome", "result__next__reapply_on").first() or ("", None)
    if outcome == Outcome.DECLINE and day and today_of(applicant, now).isoformat() < day:
        raise TooEarlyError(day=ShownDay(day))


def check_application(
    *,
    policy: Policy,
    applicant: Applicant,
    product: str,
    amount_cny: Decimal | int | str,
    term_months: int | None,
    term_days: int | None,
    purpose: str,
    method: str | None,
) -> dict[str, Any]:
    """Return the terms as they are stored, or raise everything that is wrong with them, field by field."""
    offered = policy.products.get(product)
    if offered is None or offered.applicant != PRODUCTS_OF[applicant.kind]:  # type: ignore[index]
        raise InputError(fields={"product": [_("Choose one of the products offered.")]})
    problems: dict[str, list[str | Promise]] = {}
    amount = _amount(amount_cny, offered.minimum, offered.cap, problems)
    in_days = offered.term_unit == "days"
    name, term = ("term_days", term_days) if in_days else ("term_months", term_months)
    if term not in offered.terms or isinstance(term, bool):
        problems[name] = [_("Choose one of the terms offered.")]
    if purpose not in get_vocabularies()["purposes"]:
        problems["purpose"] = [_("Choose one of the purposes offered.")]
    if method and method not in offered.methods:
        problems["method"] = [_("Choose one of the ways of repaying offered.")]
    if problems:
        raise InputError(fields=problems)
    return {
        "product": product, "amount_cny": amount, "purpose": purpose, "method": method or offered.methods[0],
        "term_months": None if in_days else term, "term_days": term if in_days else None,
    }  # fmt: skip


def _amount(
    value: Decimal | int | str, minimum: int, cap: int, problems: dict[str, list[str | Promise]]
) -> Decimal | None:
    """Return the amount with two decimals; more than the cap may be asked for and leads to another offer."""
    amount = read_amount(value)
    if amount is None:
        problems["amount_cny"] = [say_unread(value)]
        return None
    if amount > _MOST_CNY or amount > cap * 10:
        problems["amount_cny"] = [
            _("This amount is too large. This product lends up to ¥%(cap)s.") % {"cap": f"{cap:,}"}
        ]
        return None
    if amount < minimum:
        problems["amount_cny"] = [_("The smallest amount is ¥%(minimum)s.") % {"minimum": f"{minimum:,}"}]
        return None
    return amount
