"""Records of appeals and of what happened to them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from appeals.states import Event
from appeals.timeline import party_words
from appeals.transitions import VERBS
from creditportal.staff.code_values import appeal_status, language_name
from creditportal.staff.deeds import DEEDS
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import actor, column, link_to

_EVENTS: Final = frozenset(event.value for event in VERBS)


def _event(code: str) -> str:
    return str(DEEDS[VERBS[Event(code)]]) if code in _EVENTS else code


class AppealAdmin(RecordAdmin):
    """Appeals as they stand; the work on them happens on the case page."""

    singular, plural = _("appeal"), _("appeals")
    needs = Permission.SEE_QUEUE
    found_by = ("reference", "decision__reference", "applicant__reference")
    list_filter = ("status",)
    list_select_related = ("decision", "applicant", "claimed_by", "new_decision")
    columns = (
        column("reference", _("reference")),
        link_to("decision", _("decision")),
        link_to("applicant", _("applicant")),
        column("status", _("state")),
        column("outcome", _("outcome")),
        column("submitted_at", _("sent")),
        column("due_at", _("due")),
        column("decided_at", _("decided")),
    )
    details = (
        column("tier", _("tier")),
        column("version", _("version")),
        column("language", _("language"), show=language_name),
        column("is_urgent", _("urgent")),
        column("claimed_by.display_name", _("claimed by")),
        column("claimed_at", _("claimed")),
        column("verified_at", _("verified")),
        link_to("new_decision", _("new decision")),
    )


class AppealEventAdmin(RecordAdmin):
    """Each thing that happened to an appeal; notes stay on the case page."""

    singular, plural = _("event of an appeal"), _("events of appeals")
    needs = Permission.SEE_QUEUE
    found_by = ("appeal__reference",)
    list_select_related = ("appeal",)
    columns = (
        column("id", _("number")),
        link_to("appeal", _("appeal")),
        column("sequence", _("place")),
        column("event", _("event"), show=_event),
        column("from_status", _("state before"), show=appeal_status),
        column("to_status", _("state after"), show=appeal_status),
        actor("actor", _("who")),
        column("at", _("when")),
    )
    details = (column("party", _("in the part of"), show=party_words),)
