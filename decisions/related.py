"""What the people behind a firm contribute to it: each own score stays their own, the firm has one number."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actors import SITE
from applicants.characteristics import UNKNOWN
from applicants.facts import get_sheet, record_fact
from applicants.models import Applicant, ApplicantKind, RelatedPerson
from applicants.related import CHARACTERISTIC, SOURCE
from applicants.related_score import Part, combine
from applicants.usable import usable_facts
from assessment import Request, assess
from core.identity import today_in_china
from decisions.freezing import freeze_context, thaw_context, used_facts
from decisions.jurisdictions import get_profile
from decisions.policies import compiled, current_market, get_policy_in_force
from notifications.kinds import Kind
from notifications.queueing import queue_message

_PRODUCT: Final = "consumer_loan"


def own_score(*, person: Applicant, now: datetime) -> int | None:
    """Return a person's own score on today's rules and facts; None while no credit record may be read."""
    facts = usable_facts(person, now)
    if facts["worst_dpd_24m"]["value"] == UNKNOWN:
        return None
    policy = compiled(get_policy_in_force(now=now))
    product = policy.products[_PRODUCT]
    context = freeze_context(
        profile=get_profile(person.jurisdiction), product=_PRODUCT, market=current_market(now), now=now
    )
    request = Request(
        product=_PRODUCT, amount=product.minimum, term_months=product.terms[0], purpose="daily_spending",
        method=product.methods[0],
    )  # fmt: skip
    values = {name: entry["value"] for name, entry in used_facts(policy, _PRODUCT, facts).items()}
    return assess(policy, values, request, market=context["market"], context=thaw_context(context)).score


def combined_score(*, firm: Applicant, now: datetime) -> int | None:
    """Return the combined score of the people behind a firm today, or None when it is unknown."""
    rows = RelatedPerson.objects.filter(firm=firm, removed_at=None).select_related("person")
    known: dict[int, int | None] = {}
    parts = []
    for row in rows:
        if row.is_counted and row.person is not None and row.person.pk not in known:
            known[row.person.pk] = own_score(person=row.person, now=now)
        score = known.get(row.person_id or 0) if row.is_counted else None
        is_withdrawn = row.withdrawn_at is not None and row.consented_at is not None
        parts.append(Part(row.person_id, row.role, row.share_pct, is_withdrawn, score))
    return combine(parts)


def refresh_related_score(*, firm: Applicant, now: datetime) -> None:
    """Bring the firm's fact up to date; a firm that has named nobody is left as it is."""
    if firm.kind != ApplicantKind.FIRM or not RelatedPerson.objects.filter(firm=firm).exists():
        return
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=firm.pk)
        score = combined_score(firm=firm, now=now)
        value = UNKNOWN if score is None else score
        if get_sheet(firm).facts.get(CHARACTERISTIC, {}).get("value", UNKNOWN) == value:
            return
        record_fact(
            applicant=firm, characteristic=CHARACTERISTIC, value=value, source=SOURCE,
            observed_on=today_in_china(now), by=SITE, now=now,
        )  # fmt: skip


def combine_for(*, reference: str, now: datetime) -> None:
    """Bring one firm up to date after one of its people answered, and tell the firm."""
    firm = Applicant.objects.select_related("user").get(reference=reference)
    refresh_related_score(firm=firm, now=now)
    queue_message(kind=Kind.RELATED_CHANGED, applicant=firm, about=firm.reference, now=now)
