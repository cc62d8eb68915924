"""What each contested reason was made from, and what has been found about it so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appeals.correcting import correctable_inputs, read_disputes
from appeals.models import Appeal, Finding, Ground
from applicants.characteristics import Characteristic, get_dictionary
from applicants.models import Dispute
from applicants.showing import language_key, show_date, show_value
from applicants.sources import Source, get_sources
from applicants.statements import statements_of


@dataclass(frozen=True)
class DisputedInput:
    """One input of the decision, as used, with what a reviewer found."""

    characteristic: str
    label: str
    unit: str
    value_type: str
    value: str
    source_label: str
    observed_on: str
    finding: Finding | None
    found_value: str
    dispute: str
    """The reference of the open check of this record, or of the one that corrected it meanwhile."""
    corrected_value: str
    """What the record says since it was corrected; empty when it was not."""
    statement: str
    """What the person says beside the record."""


@dataclass(frozen=True)
class _Known:
    """What stands beside the records: checks open or corrected meanwhile, sources, and statements."""

    open: Mapping[str, str]
    corrected: Mapping[str, Dispute]
    sources: Mapping[str, Source]
    said: Mapping[str, str]


@dataclass(frozen=True)
class DisputedGround:
    """One contested reason with the inputs that a finding may change."""

    ground: Ground
    inputs: list[DisputedInput]


def disputed_inputs(appeal: Appeal, language: str) -> list[DisputedGround]:
    """Every ground with its inputs, those of the reason itself first."""
    findings = {finding.characteristic: finding for finding in appeal.findings.filter(is_current=True)}
    known = _Known(*read_disputes(appeal), get_sources(), statements_of(appeal.applicant))
    return [
        DisputedGround(ground=ground, inputs=_inputs(ground, appeal, findings, known, language))
        for ground in appeal.grounds.all()
    ]


def _inputs(
    ground: Ground,
    appeal: Appeal,
    findings: Mapping[str, Finding],
    known: _Known,
    language: str,
) -> list[DisputedInput]:
    dictionary = get_dictionary()
    is_person = appeal.applicant.kind == "PERSON"
    allowed = correctable_inputs(appeal, ground.code, corrected=known.corrected)
    named = [
        name for name in dictionary if name in allowed and dictionary[name].applies_to(is_person=is_person)
    ]
    facts: Mapping[str, Any] = appeal.decision.facts
    return [
        _input(
            dictionary[name],
            facts.get(name, {}),
            findings.get(name),
            known,
            language,
        )
        for name in named
    ]


def _input(
    characteristic: Characteristic,
    fact: Mapping[str, Any],
    finding: Finding | None,
    known: _Known,
    language: str,
) -> DisputedInput:
    key, corrected = language_key(language), known.corrected.get(characteristic.name)
    source = known.sources.get(fact.get("source", ""))
    observed_on = fact.get("observed_on")
    return DisputedInput(
        characteristic=characteristic.name,
        label=characteristic.label[key],
        unit=characteristic.unit,
        value_type=characteristic.value_type,
        value=show_value(characteristic, fact.get("value"), language),
        source_label=source.label[key] if source else "",
        observed_on=show_date(observed_on, language) if observed_on else "",
        finding=finding,
        found_value=show_value(characteristic, finding.value, language) if finding else "",
        dispute=known.open.get(characteristic.name) or (corrected.reference if corrected else ""),
        corrected_value=_corrected(characteristic, corrected, language),
        statement=known.said.get(characteristic.name, ""),
    )


def _corrected(known: Characteristic, dispute: Dispute | None, language: str) -> str:
    if dispute is None or dispute.new_fact is None:
        return ""
    return show_value(known, dispute.new_fact.value, language)
