"""What each contested reason was made from, and what has been found about it so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appeals.appealability import permitted_inputs
from appeals.models import Appeal, Finding, Ground
from applicants.characteristics import Characteristic, get_dictionary
from applicants.showing import language_key, show_date, show_value
from applicants.sources import Source, get_sources


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


@dataclass(frozen=True)
class DisputedGround:
    """One contested reason with the inputs that a finding may change."""

    ground: Ground
    inputs: list[DisputedInput]


def disputed_inputs(appeal: Appeal, language: str) -> list[DisputedGround]:
    """Every ground with its inputs, those of the reason itself first."""
    findings = {finding.characteristic: finding for finding in appeal.findings.filter(is_current=True)}
    return [
        DisputedGround(ground=ground, inputs=_inputs(ground, appeal, findings, language))
        for ground in appeal.grounds.all()
    ]


def _inputs(
    ground: Ground, appeal: Appeal, findings: Mapping[str, Finding], language: str
) -> list[DisputedInput]:
    dictionary, sources = get_dictionary(), get_sources()
    is_person = appeal.applicant.kind == "PERSON"
    allowed = permitted_inputs(ground.code)
    named = [
        name for name in dictionary if name in allowed and dictionary[name].applies_to(is_person=is_person)
    ]
    facts: Mapping[str, Any] = appeal.decision.facts
    return [
        _input(dictionary[name], facts.get(name, {}), findings.get(name), sources, language) for name in named
    ]


def _input(
    known: Characteristic,
    fact: Mapping[str, Any],
    finding: Finding | None,
    sources: Mapping[str, Source],
    language: str,
) -> DisputedInput:
    key = language_key(language)
    source = sources.get(fact.get("source", ""))
    observed_on = fact.get("observed_on")
    return DisputedInput(
        characteristic=known.name,
        label=known.label[key],
        unit=known.unit,
        value_type=known.value_type,
        value=show_value(known, fact.get("value"), language),
        source_label=source.label[key] if source else "",
        observed_on=show_date(observed_on, language) if observed_on else "",
        finding=finding,
        found_value=show_value(known, finding.value, language) if finding else "",
    )
