"""Sample persons and firms from catalogue/persons.yaml: registered, known, and decided like anybody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from accounts.actors import SITE, Actor
from accounts.models import User
from applicants.characteristics import Characteristic, get_dictionary
from applicants.consents import give_consent
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant
from applicants.registering import register_firm, register_person
from applicants.sources import get_sources
from core.catalogues import CatalogueError, read_yaml
from core.identity import today_in_china
from decisions.applying import submit_application
from decisions.deciding import decide
from decisions.line_changes import accept_line, open_line
from decisions.lines import close_line, draw
from decisions.models import Decision, LineState

FILE: Final = Path(__file__).resolve().parent.parent / "catalogue" / "persons.yaml"
OBSERVED_ON: Final = date(2026, 11, 6)
_REQUIRED: Final = ("kind", "request", "facts")


@dataclass(frozen=True)
class Sample:
    """One entry of the file: who it is, what is known, what is asked for, and what must come out."""

    key: str
    document: Mapping[str, Any]

    @property
    def of(self) -> str:
        """The entry of the same applicant earlier, or nothing."""
        return str(self.document.get("of", ""))

    @property
    def is_person(self) -> bool:
        """Whether it is a person."""
        return bool(self.document["kind"] == "personal")

    @property
    def facts(self) -> Mapping[str, Any]:
        """Values by characteristic."""
        facts: Mapping[str, Any] = self.document["facts"]
        return facts

    @property
    def request(self) -> Mapping[str, Any]:
        """What is asked for."""
        request: Mapping[str, Any] = self.document["request"]
        return request

    @property
    def expect(self) -> Mapping[str, Any]:
        """What the policy must decide."""
        expect: Mapping[str, Any] = self.document.get("expect", {})
        return expect

    @property
    def line(self) -> Mapping[str, Any] | None:
        """The line that the applicant has, if any."""
        return self.document.get("line")

    def detail(self, characteristic: str) -> Mapping[str, Any]:
        """Structured particulars of one fact."""
        detail: Mapping[str, Any] = self.document.get("detail", {}).get(characteristic, {})
        return detail


def read_samples(path: Path = FILE) -> dict[str, Sample]:
    """Return the entries of the file by key; an entry that lacks something is refused by name."""
    document = read_yaml(path)
    if not isinstance(document, Mapping):
        raise CatalogueError(file=path.name, problem="a mapping of keys is expected")
    for key, entry in document.items():
        missing = [name for name in _REQUIRED if name not in entry]
        if missing:
            raise CatalogueError(file=path.name, problem=f"{key}: {', '.join(missing)} is missing")
    return {key: Sample(key, entry) for key, entry in document.items()}


def facts_of(sample: Sample, *, dictionary: Mapping[str, Characteristic], observed_on: date) -> list[NewFact]:
    """Return the facts of an entry, each from the first source that its characteristic can come from."""
    return [
        NewFact(name, value, dictionary[name].source_kinds[0], observed_on, sample.detail(name))
        for name, value in sample.facts.items()
        if not dictionary[name].derived
    ]


def register_sample(*, sample: Sample, user: User | None, language: str, now: datetime) -> Applicant:
    """Register the applicant of an entry, with every consent and all facts."""
    identity = sample.document["identity"]
    register = register_person if sample.is_person else register_firm
    by = Actor.for_user(user) if user else SITE
    with transaction.atomic():
        applicant = register(
            name=sample.document["name"]["zh"], id_number=identity["id_number"], phone=identity["phone"],
            bank_card=identity["bank_card"], user=user, language=language, is_sample=True, by=by, now=now,
        )  # fmt: skip
        for source in get_sources().values():
            if source.needs_consent:
                give_consent(applicant=applicant, source=source.code, by=by, now=now)
        observed_on = min(OBSERVED_ON, today_in_china(now))
        facts = facts_of(sample, dictionary=get_dictionary(), observed_on=observed_on)
        record_facts(applicant=applicant, facts=facts, by=SITE, now=now)
    return applicant


def apply_for(*, applicant: Applicant, sample: Sample, by: Actor, now: datetime) -> Decision:
    """Submit what the entry asks for, and decide it at once."""
    request = sample.request
    application = submit_application(
        applicant=applicant, product=request["product"], amount_cny=request["amount_cny"],
        term_months=request.get("term_months"), term_days=request.get("term_days"),
        purpose=request["purpose"], method=request["method"], submission_key=f"sample:{sample.key}",
        by=by, now=now,
    )  # fmt: skip
    return decide(application=application, by=SITE, now=now)


def play(*, sample: Sample, applicant: Applicant, signer: User, by: Actor, now: datetime) -> Decision:
    """Bring an applicant to where the entry says: decided, with a line in use, or with a closed line."""
    line = sample.line
    if line is None:
        return apply_for(applicant=applicant, sample=sample, by=by, now=now)
    if line["state"] == LineState.CLOSED:
        return _close(sample, applicant, signer, now)
    decision = apply_for(applicant=applicant, sample=sample, by=by, now=now)
    if decision.line is not None:
        opened = accept_line(line=decision.line, by=by, now=now)
        draw(line=opened, amount_cny=Decimal(line["drawn_cny"]), by=by, now=now)
    return decision


def _close(sample: Sample, applicant: Applicant, signer: User, now: datetime) -> Decision:
    """A line that was given under earlier rules, and is closed under those in force."""
    line = sample.line or {}
    opened = open_line(
        applicant=applicant, product=line["product"], total_cny=Decimal(line["total_cny"]),
        annual_rate_pct=Decimal(sample.expect["annual_rate"]), by=SITE, now=now, cause="EARLIER_RULES",
    )  # fmt: skip
    opened = accept_line(line=opened, by=SITE, now=now)
    return close_line(line=opened, by=SITE, now=now, signed_by=signer)
