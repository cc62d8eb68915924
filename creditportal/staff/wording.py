"""What the desk calls things: views, moves, steps; all of it in the reader's language."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.models import AppealStatus
from appeals.states import Clock
from decisions.models import Outcome
from notifications.kinds import Channel

Words = Mapping[str, Promise]

VIEWS: Final[Words] = {
    "mine": _("Mine"),
    "unclaimed": _("Unclaimed"),
    "due": _("Due in 2 working days"),
    "screening": _("To check in"),
    "waiting": _("Waiting for the applicant"),
    "countersign": _("To countersign"),
    "remedy_late": _("Remedy late"),
    "failures": _("Silent failures"),
    "all": _("All open"),
}
EMPTY_VIEWS: Final[Words] = {
    "mine": _("Nothing is on your desk. Take a case from \u201cUnclaimed\u201d."),
    "unclaimed": _("Every case has somebody who looks at it."),
    "due": _("No open case is due in the next two working days."),
    "screening": _("No appeal waits for somebody to look at its date."),
    "waiting": _("We wait for no applicant."),
    "remedy_late": _("Every result took effect in time."),
    "failures": _("No step gave up and every message was delivered."),
    "countersign": _("No proposal waits for a second signature."),
    "all": _("There is no open appeal."),
}
WHOSE_MOVE: Final[Words] = {
    AppealStatus.SUBMITTED: _("checked in by itself"),
    AppealStatus.SCREENING: _("a colleague checks it in"),
    AppealStatus.QUEUED: _("a colleague takes it"),
    AppealStatus.IN_REVIEW: _("the reviewer"),
    AppealStatus.INFO_REQUESTED: _("the applicant"),
    AppealStatus.WAITING_THIRD_PARTY: _("a third party"),
    AppealStatus.PROPOSED: _("the second person"),
    AppealStatus.DECIDED: _("nobody, the letter is on its way"),
    AppealStatus.REMEDY: _("nobody, the result takes effect"),
    AppealStatus.CLOSED: _("nobody, it is closed"),
    AppealStatus.WITHDRAWN: _("the applicant, who may take it up again"),
    AppealStatus.NOT_ACCEPTED: _("the applicant, who may ask for a review"),
}
ACTIONS: Final[Words] = {
    Outcome.DECLINE: _("not approved"),
    Outcome.COUNTER: _("another offer"),
    Outcome.CLOSE: _("line closed"),
    Outcome.CUT: _("line reduced"),
    Outcome.REFER: _("a person decides"),
    Outcome.HOLD: _("waiting"),
    Outcome.APPROVE: _("approved"),
}
CLOCKS: Final[Mapping[Clock, Promise]] = {
    Clock.STATUTORY: _("By law"),
    Clock.SERVICE: _("Our target"),
    Clock.REMEDY: _("In effect by"),
}
SAID: Final[Words] = {
    "NOTE": _("note for colleagues"),
    "ITEMS": _("asked of the applicant"),
    "ANSWER": _("answer of the applicant"),
    "REASON": _("our reason"),
    "THIRD_PARTY": _("third party"),
    "MORE_TIME": _("wish for more time"),
    "EXPEDITE": _("wish for a quicker answer"),
}
LANGUAGES: Final[Mapping[str, str]] = {"zh-hans": "\u4e2d\u6587", "en": "English"}
CHANNELS: Final[Words] = {
    Channel.IN_APP: _("on the site"),
    Channel.EMAIL: _("by e-mail"),
    Channel.SMS: _("by text message"),
}
