"""The reasons of a decision as lines of a letter, with number, limit, source and day, as in a notice."""

from collections.abc import Mapping
from typing import Any

from decisions.explanation_material import get_material
from decisions.explanation_reasons import describe_facts, describe_reasons, word_reason
from decisions.freezing_reasons import freeze
from decisions.jurisdictions import get_profile
from decisions.letter_words import say_reason
from decisions.models import Decision
from decisions.policies import compiled
from decisions.rerunning import reassess


def reason_lines(*, decision: Decision, language: str) -> dict[str, str]:
    """Return each principal reason of a decision as one line, by code, in order."""
    reasons = describe_reasons(decision, get_material(decision, language))
    return {reason["code"]: say_reason(reason, language) for reason in reasons}


def corrected_reason_lines(
    *, decision: Decision, facts: Mapping[str, Any], answered: Mapping[str, Any], language: str
) -> dict[str, str]:
    """Return the reasons that corrected facts leave, under the decision's own rules, by code, in order."""
    material = get_material(decision, language)
    frozen = freeze(
        assessment=reassess(decision=decision, facts=facts, answered=answered),
        policy=compiled(decision.policy), profile=get_profile(decision.request["context"]["jurisdiction"]),
        facts=facts, request=decision.request, entries=material.reasons,
    )  # fmt: skip
    as_if = Decision(policy=decision.policy, **frozen.columns)
    causes = {reason["code"]: reason for reason in as_if.result["reasons"]}
    lines = {}
    for reason in frozen.reasons:
        entry = material.reasons[reason.code]
        shown = describe_facts(entry, causes[reason.code], as_if, material)
        worded = word_reason(entry, reason.parameters, material)
        lines[reason.code] = say_reason({**worded, "facts": shown}, language)
    return lines
