"""The mark on a record that somebody says is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from applicants.models import Applicant, Dispute, DisputeState


def open_disputes(applicant: Applicant) -> dict[str, str]:
    """Return the reference of the open dispute of each characteristic that has one."""
    rows = Dispute.objects.filter(applicant=applicant, state=DisputeState.OPEN)
    return dict(rows.values_list("characteristic", "reference"))


def marked_disputes(applicant: Applicant) -> tuple[dict[str, str], dict[int, str]]:
    """Return the open dispute of each characteristic, and the newest of each fact that was left unsettled."""
    states = [DisputeState.OPEN, DisputeState.UNSETTLED]
    rows = list(Dispute.objects.filter(applicant=applicant, state__in=states).order_by("id"))
    return (
        {row.characteristic: row.reference for row in rows if row.state == DisputeState.OPEN},
        {row.fact_id: row.reference for row in rows if row.state == DisputeState.UNSETTLED},
    )


def open_disputes_of(applicants: Iterable[int]) -> Mapping[int, dict[str, str]]:
    """Return the same of many applicants by their keys, from one statement."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Dispute.objects.filter(applicant__in=list(applicants), state=DisputeState.OPEN)
    for key, name, reference in rows.values_list("applicant_id", "characteristic", "reference"):
        found[key][name] = reference
    return found
