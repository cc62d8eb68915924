"""Messages about disputes, copies of data and helpers, whose own app does not know how to write messages."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.colleagues import list_supervisors
from applicants.models import DataRequest, Dispute, DisputeState, HelperGrant, HelperScope, RerunState
from applicants.showing import ShownDay
from applicants.terms import get_data_terms
from core.calendars import legal_day
from notifications.kinds import Kind
from notifications.queueing import queue_message

_OUTCOMES = {
    DisputeState.CORRECTED: _("We corrected it."),
    DisputeState.CONFIRMED: _("We checked it, and it stands as it is."),
    DisputeState.UNSETTLED: _("It could not be settled. We noted beside it that you disagree."),
}
_RERUNS = {
    RerunState.NOT_NEEDED: _("No decision has to change because of it."),
    RerunState.WAITING: _("We are looking again at the decisions that it was part of."),
    RerunState.CHANGED: _("We looked again at the decisions that it was part of, and corrected a decision."),
    RerunState.UNCHANGED: _(
        "We looked again at the decisions that it was part of. None changes by itself. "
        "Where a person has to decide, we write to you."
    ),
    RerunState.IN_APPEAL: _("It counts in your open appeal."),
}
_SCOPES = {
    HelperScope.SEE: _("The person may see your decisions and appeals."),
    HelperScope.WRITE: _("The person may see your decisions and appeals, and write in your drafts."),
    HelperScope.SEND: _("The person may see your decisions and appeals, write, and send for you."),
}
_ENDS = {"revoked": _("You ended it."), "lapsed": _("Its time is over, so it ended by itself.")}


def tell_about_dispute(*, reference: str, what: str, now: datetime) -> None:
    """Write that a dispute was received, takes longer, or is settled; to staff, that its source is silent."""
    dispute = Dispute.objects.select_related("applicant__user").get(reference=reference)
    if what == "silent":
        _tell_supervisors(dispute, now)
        return
    if what == "settled":
        outcome, rerun = _OUTCOMES[DisputeState(dispute.state)], _RERUNS[RerunState(dispute.rerun)]
        kind, params = Kind.DISPUTE_SETTLED, {"outcome": outcome, "rerun": rerun}
    else:
        kind = Kind.DISPUTE_RECEIVED if what == "received" else Kind.DISPUTE_EXTENDED
        params = {"due_on": dispute.due_on}  # type: ignore[dict-item]  # both are values that a text shows
    queue_message(kind=kind, applicant=dispute.applicant, about=reference, params=params, now=now)


def _tell_supervisors(dispute: Dispute, now: datetime) -> None:
    for user in list_supervisors():
        queue_message(
            kind=Kind.DISPUTE_UNANSWERED, user=user, about=dispute.reference,
            params={"due_on": dispute.due_on}, now=now,
        )  # fmt: skip


def tell_about_data(*, reference: str, now: datetime) -> None:
    """Write that a copy of the data is ready, and until when."""
    request = DataRequest.objects.select_related("applicant__user").get(reference=reference)
    zone = get_data_terms(request.applicant.jurisdiction).zone
    until = ShownDay(legal_day(request.expires_at or now, zone))
    queue_message(
        kind=Kind.DATA_READY, applicant=request.applicant, about=reference, params={"until": until}, now=now
    )


def tell_about_helper(*, reference: str, what: str, now: datetime) -> None:
    """Write to who gave it that a permission to help began or ended; of a deleted one nothing is told."""
    grant = HelperGrant.objects.select_related("applicant__user").filter(reference=reference).first()
    if grant is None:
        return
    if what == "named":
        until = ShownDay(legal_day(grant.expires_at, get_data_terms(grant.applicant.jurisdiction).zone))
        kind, params = Kind.HELPER_NAMED, {"scope": _SCOPES[HelperScope(grant.scope)], "until": until}
    else:
        kind, params = Kind.HELPER_ENDED, {"how": _ENDS[what]}
    queue_message(kind=kind, applicant=grant.applicant, about=reference, params=params, now=now)
