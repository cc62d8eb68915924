"""Firms that differ in everything a decision reads, drawn from a seed."""

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from accounts.actors import SITE
from applicants.characteristics import UNKNOWN, Characteristic, get_dictionary
from applicants.consents import give_consent
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant, ApplicantKind
from applicants.sources import get_sources
from core.references import new_reference
from decisions.applying import submit_application
from decisions.deciding import decide
from decisions.models import Decision
from decisions.samples import OBSERVED_ON
from tests.factories.decisions import NOW, SAMPLES

SME, SCF = "sme_working_capital", "supply_chain_finance"
_REQUESTS: Final[Mapping[str, Mapping[str, Any]]] = {
    SME: {
        "term_months": (6, 12, 24), "purpose": ("inventory", "wages", "taxes"), "method": "equal_instalment",
    },
    SCF: {
        "term_days": (30, 90, 180, 365), "purpose": ("receivable_advance",), "method": "bullet_on_due_date",
    },
}  # fmt: skip
_MODEL: Final = {SME: "hengxin", SCF: "ruian_confirmed"}


def firm(number: int) -> Applicant:
    """A firm with every consent."""
    made = Applicant.objects.create(
        reference=new_reference("CU"), kind=ApplicantKind.FIRM, jurisdiction="CN", language="zh-hans",
        name=f"Firm {number}", is_sample=True, created_at=NOW,
    )  # fmt: skip
    for source in get_sources().values():
        if source.needs_consent:
            give_consent(applicant=made, source=source.code, by=SITE, now=NOW)
    return made


def drawn_firm(number: int, product: str) -> Decision:
    """A firm like a sample one with about a third of its facts drawn, and what was decided about it."""
    random, applicant = Random(f"{product} {number}"), firm(number)
    model = dict(SAMPLES[_MODEL[product]].facts)
    facts = [
        NewFact(name, value, one.source_kinds[0], OBSERVED_ON, {})
        for name, one in get_dictionary().items()
        if not one.virtual and one.source_kinds and one.applies_to(is_person=False)
        for value in [_draw(one, random) if random.random() < 0.3 else model.get(name)]
        if value is not None and name != "purpose"
    ]
    record_facts(applicant=applicant, facts=facts, by=SITE, now=NOW)
    return apply(applicant, product, random)


def apply(applicant: Applicant, product: str, random: Random) -> Decision:
    """What was decided about a firm's wish for an amount, a term and a purpose that are drawn."""
    terms = {
        name: random.choice(choice) if isinstance(choice, tuple) else choice
        for name, choice in _REQUESTS[product].items()
    }
    application = submit_application(
        applicant=applicant, product=product, amount_cny=random.choice([10_000, 250_000, 640_000, 2_000_000]),
        submission_key=f"{applicant.reference} {product}", by=SITE, now=NOW, **terms,
    )  # fmt: skip
    return decide(application=application, by=SITE, now=NOW)


def _draw(one: Characteristic, random: Random) -> Any:
    if one.states and (one.value_type in ("state", "code", "event") or random.random() < 0.1):
        return random.choice(one.states)
    if one.missing == UNKNOWN and random.random() < 0.1:
        return UNKNOWN
    if one.value_type == "flag":
        return random.random() < 0.8
    low, high = one.minimum or 0, min(one.maximum or 100, 5_000_000)
    value = low + (high - low) * random.random() ** 3
    return int(value) if one.value_type == "integer" else round(value, 2)
