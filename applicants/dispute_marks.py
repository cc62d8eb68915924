"""The mark on a record that somebody says is wrong."""

from applicants.models import Applicant, Dispute, DisputeState


def open_disputes(applicant: Applicant) -> dict[str, str]:
    """Return the reference of the open dispute of each characteristic that has one."""
    rows = Dispute.objects.filter(applicant=applicant, state=DisputeState.OPEN)
    return dict(rows.values_list("characteristic", "reference"))
