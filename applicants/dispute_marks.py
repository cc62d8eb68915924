"""The mark on a record that somebody says is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from applicants.models import Applicant, Dispute, DisputeState


def open_disputes(applicant: Applicant) -> dict[str, str]:
    """Return the reference of the open dispute of each characteristic that has one."""
    rows = Dispute.objects.filter(applicant=applicant, state=DisputeState.OPEN)
    return dict(rows.values_list("characteristic", "reference"))


def noted_disputes(applicant: Applicant) -> dict[int, str]:
    """Return the newest dispute of each fact that could not be settled; that is noted beside the record."""
    rows = Dispute.objects.filter(applicant=applicant, state=DisputeState.UNSETTLED).order_by("id")
    return dict(rows.values_list("fact_id", "reference"))


def open_disputes_of(applicants: Iterable[int]) -> Mapping[int, dict[str, str]]:
    """Return the same of many applicants by their keys, from one statement."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Dispute.objects.filter(applicant__in=list(applicants), state=DisputeState.OPEN)
    for key, name, reference in rows.values_list("applicant_id", "characteristic", "reference"):
        found[key][name] = reference
    return found
