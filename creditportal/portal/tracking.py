"""Where a sent appeal stands: whose move, what is late and why, the estimate, and what keeps it moving."""

from datetime import datetime
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.clocks import (
    acceptance_review_until,
    due_on,
    first_end,
    list_clocks,
    reinstate_until,
    target_on,
)
from appeals.deriving import StepKind, why_due
from appeals.estimates import lately
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Appeal, AppealStatus, ExtensionState, Request, RequestKind, RequestState
from appeals.queries import timeline
from appeals.remedy import is_in_our_books, is_overdue
from appeals.reminding import has_told_supervisors
from appeals.states import PAUSES, Clock, Event, Party, Status, allowed_events
from appeals.terms import list_refusal_reasons, number_section, terms_of
from core.calendars import legal_day
from creditportal.portal.escalation import outside_body
from creditportal.portal.next_looks import find_next_look
from creditportal.portal.stages import list_stages

_MOVES: Final[dict[str, tuple[Promise, Promise]]] = {
    AppealStatus.SUBMITTED: (_("ours"), _("We check that your files can be opened.")),
    AppealStatus.SCREENING: (_("ours"), _("A person looks at whether the appeal can be taken up.")),
    AppealStatus.QUEUED: (_("ours"), _("It waits for a reviewer who had no part in the decision.")),
    AppealStatus.IN_REVIEW: (_("ours"), _("A reviewer reads what you sent and checks your papers.")),
    AppealStatus.INFO_REQUESTED: (_("yours"), _("We asked you for something and wait for your answer.")),
    AppealStatus.WAITING_THIRD_PARTY: (_("a third party's"), _("We asked somebody else and wait for them.")),
    AppealStatus.PROPOSED: (_("ours"), _("A second person checks the result.")),
    AppealStatus.REMEDY: (_("ours"), _("We put the new result into effect.")),
}
_OVER: Final = frozenset({AppealStatus.CLOSED, AppealStatus.WITHDRAWN, AppealStatus.NOT_ACCEPTED})
_RUNNING: Final = frozenset(_MOVES) - {AppealStatus.REMEDY}


def describe_progress(appeal: Appeal, now: datetime) -> dict[str, Any]:
    """Everything that the page of a sent appeal says, for the applicant's eyes only."""
    events = allowed_events(status=Status(appeal.status), party=Party.APPLICANT)
    requests = list(appeal.requests.all())
    return {
        "stages": list_stages(appeal, now),
        "history": timeline(appeal, translation.get_language() or "zh-hans"),
        "steps": why_due(appeal),
        "move": _MOVES.get(appeal.status),
        "is_decided": bool(appeal.outcome),
        "can_withdraw": Event.WITHDRAW in events,
        "asked": _open(requests, RequestKind.ITEMS),
        "wishes": [row for row in requests if row.kind in (RequestKind.MORE_TIME, RequestKind.EXPEDITE)],
        "can_hurry": appeal.status in _RUNNING
        and not appeal.is_urgent
        and _open(requests, RequestKind.EXPEDITE) is None,
        "limits": _limits() if appeal.status in _RUNNING else None,
        **_dates(appeal, now),
        **describe_remedy(appeal, now),
        **_ended_early(appeal, now),
    }


def describe_remedy(appeal: Appeal, now: datetime) -> dict[str, Any]:
    """How far the new result is put into effect; where that is late, why as far as we know."""
    remedy = getattr(appeal, "remedy", None)
    if remedy is None:
        return {}
    is_late = is_overdue(remedy, now)
    return {
        "remedy": remedy,
        "is_remedy_late": is_late,
        "waits_for_partner": is_late and not is_in_our_books(appeal),
        "remedy_outside": outside_body(appeal.applicant.jurisdiction) if is_late else "",
    }


def read_dates(appeal: Appeal) -> None:
    """Read what the dates are computed from, once, and nothing that cannot be there."""
    prefetch_related_objects([appeal], "events")
    known = appeal._prefetched_objects_cache  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
    statuses = {event.to_status for event in appeal.events.all()}
    if statuses.isdisjoint(status.value for status in PAUSES):
        known["pauses"] = appeal.pauses.none()
    assert appeal.submitted_at is not None
    if appeal.due_at == first_end(terms_of(appeal), appeal.submitted_at):
        known["extensions"] = appeal.extensions.none()
    prefetch_related_objects([appeal], "pauses", "extensions")


def _dates(appeal: Appeal, now: datetime) -> dict[str, Any]:
    if appeal.outcome or appeal.status in _OVER:
        return {"due_on": None}
    law = next((step.law for step in why_due(appeal) if step.kind is StepKind.LAW), "")
    clocks = {clock.clock: clock for clock in list_clocks(appeal, now)}
    is_late = clocks[Clock.STATUTORY].is_over
    target = target_on(appeal)
    today, ends = legal_day(now, get_jurisdiction(appeal.applicant).zone), due_on(appeal)
    return {
        "due_on": ends,
        "law": law,
        "target_on": target if target is not None and target >= today and target != ends else None,
        "extension": _extension(appeal),
        "is_late": is_late,
        "is_told": is_late and has_told_supervisors(appeal),
        "outside": outside_body(appeal.applicant.jurisdiction) if is_late else "",
        # How long it takes says little while it waits for the applicant.
        "estimate": None
        if appeal.status == AppealStatus.INFO_REQUESTED
        else lately.estimate([ground.code for ground in appeal.grounds.all()], now=now),
    }


def _extension(appeal: Appeal) -> Any:
    granted = [row for row in appeal.extensions.all() if row.state == ExtensionState.GRANTED]
    return granted[-1] if granted else None


def _ended_early(appeal: Appeal, now: datetime) -> dict[str, Any]:
    """What can be done about an appeal that was withdrawn or not accepted, and until when."""
    today = legal_day(now, get_jurisdiction(appeal.applicant).zone)
    if appeal.status == AppealStatus.WITHDRAWN:
        at = [event.at for event in appeal.events.all() if event.event == Event.WITHDRAW.value]
        until = reinstate_until(appeal.applicant, at[-1])
        can_reinstate = today <= until
        return {
            "reinstate_until": until,
            "can_reinstate": can_reinstate,
            "again": None if can_reinstate else find_next_look(appeal.decision),
            "outside": outside_body(appeal.applicant.jurisdiction),
        }
    if appeal.status == AppealStatus.NOT_ACCEPTED:
        refusals = [row for row in appeal.acceptances.all() if row.result == "REFUSED"]
        until = acceptance_review_until(appeal.applicant, refusals[-1].ruled_at)
        language = translation.get_language() or "zh-hans"
        words = {reason.code: reason.text(language) for reason in list_refusal_reasons()}
        return {
            "refused_because": words.get(refusals[-1].code, ""),
            "refused_note": refusals[-1].reason,
            "review_until": until,
            "can_review": today <= until and len(refusals) == 1,
            "outside": outside_body(appeal.applicant.jurisdiction),
        }
    return {}


def _limits() -> dict[str, int]:
    information = number_section("information")
    return {
        "rounds": information["rounds"],
        "paused": information["paused_working_days"],
        "idle": number_section("claims")["idle_working_days"],
    }


def _open(requests: list[Request], kind: RequestKind) -> Request | None:
    return next((row for row in requests if row.kind == kind and row.state == RequestState.OPEN), None)
