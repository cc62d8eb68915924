"""What happened to an appeal, as each side may read it: staff all of it, the applicant what concerns them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appeals.models import Appeal, AppealEvent
from appeals.states import Event, Party

TEXTS: Final[dict[Event, str | Promise]] = {
    Event.SUBMIT: _("Appeal sent"),
    Event.EXPIRE: _("Draft ended because it was not sent in time"),
    Event.SCREEN: _("Checked in"),
    Event.ACCEPT: _("Accepted, waiting for a reviewer"),
    Event.NOT_ACCEPT: _("Not accepted"),
    Event.REVIEW_ACCEPTANCE: _("Another person looks at whether it can be accepted"),
    Event.CLAIM: _("A reviewer has started"),
    Event.ASSIGN: _("A reviewer has started"),
    Event.HAND_OVER: _("Another reviewer goes on"),
    Event.RELEASE: _("Given back, waiting for another reviewer"),
    Event.LAPSE: _("Waiting for another reviewer"),
    Event.ASK_APPLICANT: _("We asked you for something"),
    Event.ANSWERED: _("Your answer has arrived"),
    Event.ANSWERED_IN_SCREENING: _("Your answer has arrived"),
    Event.ASK_THIRD_PARTY: _("We asked a third party"),
    Event.THIRD_PARTY_ANSWERED: _("The third party has answered"),
    Event.PROPOSE: _("A second person is checking the result"),
    Event.DECIDE: _("Decided"),
    Event.AGREE: _("Decided"),
    Event.RETURN: _("The second check asked for more work"),
    Event.REMEDY_NEEDED: _("The new result is being put into effect"),
    Event.REMEDY_CONFIRMED: _("The new result is in effect"),
    Event.CLOSE: _("Closed"),
    Event.WITHDRAW: _("Withdrawn"),
    Event.REINSTATE: _("Taken up again"),
}
# Nobody answered: the day came, and the case went on.
_BY_DATE: Final[dict[Event, str | Promise]] = {
    Event.ANSWERED: _("The time to answer has ended"),
    Event.ANSWERED_IN_SCREENING: _("The time to answer has ended"),
    Event.THIRD_PARTY_ANSWERED: _("The time for the third party has ended"),
}
_FOR_STAFF: Final[dict[Event, str | Promise]] = {
    Event.ASK_APPLICANT: _("The applicant was asked for something"),
    Event.ANSWERED: _("The applicant answered"),
    Event.ANSWERED_IN_SCREENING: _("The applicant answered"),
}
# Why a case went back by itself, where a colleague said so.
_CODED_NOTES: Final[dict[str, str | Promise]] = {
    "recused": _("The reviewer stepped back."),
    "relation": _("The reviewer declared a relation to the applicant."),
}
_PARTIES: Final[dict[Party, str | Promise]] = {
    Party.APPLICANT: _("applicant"),
    Party.LENDER: _("lender"),
    Party.HELPER: _("colleague on behalf of the applicant"),
    Party.REVIEWER: _("reviewer"),
    Party.COUNTERSIGNER: _("second person"),
    Party.SUPERVISOR: _("supervisor"),
    Party.SITE: _("automatic step"),
}
# How we share work among ourselves is not the applicant's concern, and notes between staff never leave.
_INTERNAL: Final = frozenset({Event.RELEASE, Event.LAPSE, Event.RETURN, Event.SCREEN, Event.HAND_OVER})
_OWN: Final = frozenset({Party.APPLICANT, Party.LENDER})


@dataclass(frozen=True)
class TimelineRow:
    """One line of the history, ready to show."""

    at: datetime
    event: str
    text: str
    actor_label: str
    note: str
    is_internal: bool


def timeline(appeal: Appeal, language: str, *, for_staff: bool = False) -> list[TimelineRow]:
    """The history in one language, oldest first; without `for_staff` nothing internal is in it."""
    events = [event for event in appeal.events.all() if for_staff or not _is_internal(event)]
    names = _names(events) if for_staff else {}
    with translation.override(language):
        return [_row(event, names, for_staff=for_staff) for event in events]


def party_words(party: str) -> str:
    """In which part somebody acted."""
    return str(_PARTIES[Party(party)]) if party in set(Party) else party


def _row(event: AppealEvent, names: dict[str, str], *, for_staff: bool) -> TimelineRow:
    shows_note = for_staff or event.party in _OWN
    return TimelineRow(
        at=event.at,
        event=event.event,
        text=str(_words(event, for_staff=for_staff)),
        actor_label=names.get(event.actor) or party_words(event.party),
        note=_note(event) if shows_note else "",
        is_internal=_is_internal(event),
    )


def _note(event: AppealEvent) -> str:
    note = str(event.note or "")
    return str(_CODED_NOTES.get(note, note)) if event.party == Party.SITE else note


def _words(event: AppealEvent, *, for_staff: bool) -> str | Promise:
    kind = Event(event.event)
    if event.party == Party.SITE and kind in _BY_DATE:
        return _BY_DATE[kind]
    return _FOR_STAFF.get(kind, TEXTS[kind]) if for_staff else TEXTS[kind]


def _is_internal(event: AppealEvent) -> bool:
    return Event(event.event) in _INTERNAL


def _names(events: list[AppealEvent]) -> dict[str, str]:
    keys = {int(event.actor[5:]) for event in events if event.actor.startswith("user:")}
    staff = User.objects.filter(pk__in=keys).exclude(display_name="")
    return {f"user:{user.pk}": user.display_name for user in staff}
