"""What a reviewer may correct, and what its source corrected while the appeal was open: that must count."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from appeals.appealability import PERSON_GROUND, permitted_inputs
from appeals.models import Appeal
from applicants.characteristics import get_dictionary
from applicants.models import Dispute, DisputeState
from applicants.showing import language_key
from core.errors import ConflictError


class NotCountedError(ConflictError):
    """A record of the decision was corrected meanwhile, and nobody has taken that up."""

    code = "correction-not-counted"
    default_message = _(
        "A record was corrected meanwhile: %(labels)s. It must be recorded as a finding first."
    )


def correctable_inputs(
    appeal: Appeal, code: str, *, corrected: Collection[str] | None = None
) -> frozenset[str]:
    """What a ground may get findings on; who is asked to decide as a person may look at everything."""
    dictionary, facts = get_dictionary(), appeal.decision.facts
    if code == PERSON_GROUND:
        return frozenset(name for name in facts if name in dictionary and not dictionary[name].virtual)
    return permitted_inputs(code) | frozenset(list_corrections(appeal) if corrected is None else corrected)


def list_corrections(appeal: Appeal) -> dict[str, Dispute]:
    """The settled disputes by which records of the appealed decision were corrected after it was made."""
    return read_disputes(appeal)[1]


def read_disputes(appeal: Appeal) -> tuple[dict[str, str], dict[str, Dispute]]:
    """What is being checked, by reference, and what was corrected since the decision; from one statement."""
    decision = appeal.decision
    rows = Dispute.objects.filter(
        applicant=appeal.applicant_id, state__in=[DisputeState.OPEN, DisputeState.CORRECTED]
    )
    opened, corrected = {}, {}
    for row in rows.select_related("new_fact").order_by("settled_at", "pk"):
        if row.settled_at is None:
            opened[row.characteristic] = row.reference
        elif row.settled_at >= decision.decided_at and _was_used(decision.facts, row):
            corrected[row.characteristic] = row
    return opened, corrected


def check_corrections_counted(appeal: Appeal) -> None:
    """Refuse to go on while a record that was corrected meanwhile has no finding."""
    corrected = list_corrections(appeal)
    if not corrected:
        return
    found = appeal.findings.filter(is_current=True).values_list("characteristic", flat=True)
    missing = sorted(set(corrected) - set(found))
    if missing:
        key = language_key(get_language() or "")
        labels = gettext("; ").join(get_dictionary()[name].label[key] for name in missing)
        raise NotCountedError(labels=labels)


def _was_used(facts: Mapping[str, Mapping[str, Any]], dispute: Dispute) -> bool:
    """Whether the decision read the record that was corrected, or left it out because of this check."""
    entry = facts.get(dispute.characteristic, {})
    is_it = entry.get("fact") == dispute.fact_id or entry.get("in_dispute") == dispute.reference
    return bool(entry) and is_it and dispute.new_fact is not None
