"""Taking in what a partner knows about somebody: identity, consents and facts, all or nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.consents import ConsentRow, give_consent, list_consents
from applicants.facts import FactRefusedError, NewFact, get_sheet, record_facts
from applicants.models import Applicant, ApplicantKind, Fact
from applicants.registering import register_firm, register_person
from applicants.verifying import verify_identity

# What only we ourselves can say: nobody may report it to us.
OWN_SOURCES: Final = frozenset(
    {
        "account_safety",
        "identity_service",
        "platform_activity",
        "public_table",
        "repayment_record",
        "safety_confirmation",
        "synthetic",
        "verified_document",
    }
)


def take_in(
    *,
    kind: ApplicantKind,
    name: str,
    id_number: str,
    phone: str,
    bank_card: str,
    language: str,
    consents: Sequence[str],
    facts: Sequence[NewFact],
    by: Actor,
    now: datetime,
) -> Applicant:
    """Register somebody for a machine client, with consents and reported facts, and check the identity."""
    for fact in facts:
        if fact.source in OWN_SOURCES:
            raise FactRefusedError(
                _("Facts of the source %(source)s cannot be reported."), source=fact.source
            )
    register = register_firm if kind == ApplicantKind.FIRM else register_person
    with transaction.atomic():
        applicant = register(
            name=name, id_number=id_number, phone=phone, bank_card=bank_card, language=language,
            client_id=by.id, by=by, now=now,
        )  # fmt: skip
        for source in dict.fromkeys(consents):
            give_consent(applicant=applicant, source=source, by=by, now=now)
        if facts:
            record_facts(applicant=applicant, facts=facts, by=by, now=now)
        verify_identity(applicant=applicant, by=by, now=now)
    return applicant


def list_reported(*, applicant: Applicant, by: Actor) -> list[Fact]:
    """Return the current facts that this actor reported itself, and nobody else's."""
    current = [entry["fact"] for entry in get_sheet(applicant).facts.values()]
    reported = Fact.objects.filter(pk__in=current, recorded_by=by.code).exclude(source__in=OWN_SOURCES)
    return list(reported.order_by("characteristic"))


def list_given(applicant: Applicant) -> list[ConsentRow]:
    """Return the consents that are open."""
    return [row for row in list_consents(applicant) if row.given_at is not None and row.withdrawn_at is None]
