"""PMML cards in and out of policy versions: an imported card becomes a draft that still needs two people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from assessment import PolicyError, pmml_xml
from assessment.pmml import PmmlError, card_of_policy, read_pmml, scorecard_of_card, write_pmml
from assessment.policy_yaml import read_document
from core.errors import InputError
from decisions.models import PolicyVersion
from decisions.policies import compiled, get_latest_policy
from decisions.policy_drafting import check_drafter, draft_policy

LARGEST_BYTES: Final = pmml_xml.LARGEST_BYTES
Mapped = Mapping[str, Mapping[str, str]]


def import_card(
    *,
    source: bytes | str,
    scorecard: str,
    version: str,
    mapping: Mapped | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """Draft the version in force with one scorecard replaced; what a policy cannot say is refused by name."""
    check_drafter(by)
    document = compiled(get_latest_policy(now=now)).document
    if scorecard not in document["scorecards"]:
        known = ", ".join(sorted(document["scorecards"]))
        raise InputError(fields={"scorecard": [f"scorecard: expected one of {known}"]})
    try:
        imported = scorecard_of_card(read_pmml(source), base=document["score"]["base"], mapping=mapping)
    except PmmlError as error:
        raise InputError(fields={"card": [str(error)]}) from error
    document["scorecards"][scorecard] = imported.scorecard
    document["baseline"][scorecard] = imported.baseline
    return draft_policy(
        document={**document, "policy_version": version},
        note=note or str(_("Imported from a PMML card.")), by=by, now=now,
    )  # fmt: skip


def export_card(*, policy_version: PolicyVersion, scorecard: str) -> str:
    """The PMML 4.4 document of one scorecard of a version."""
    try:
        return write_pmml(card_of_policy(compiled(policy_version), scorecard))
    except PmmlError as error:
        raise InputError(fields={"scorecard": [str(error)]}) from error


def read_mapping(text: str) -> dict[str, dict[str, str]]:
    """The mapping of a YAML text: input, dimension, reason and changes as text by characteristic."""
    try:
        document: Mapping[str, Any] = read_document(text)[0]
    except PolicyError as error:
        raise InputError(fields={"mapping": [str(error)]}) from error
    found: dict[str, dict[str, str]] = {}
    for name, remarks in document.items():
        if not isinstance(remarks, dict) or not all(isinstance(one, str) for one in remarks.values()):
            raise InputError(
                fields={"mapping": [f"{name}: expected texts such as {{dimension: ..., reason: ...}}"]}
            )
        found[str(name)] = {str(key): value for key, value in remarks.items()}
    return found
