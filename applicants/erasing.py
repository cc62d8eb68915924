"""Deleting: what may go goes at once and for good, what must stay is named with the reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.closing import close_account
from accounts.mailing import queue_mail
from accounts.models import User
from applicants.models import Applicant, DataRequest, DataRequestKind, DataRequestState
from applicants.registers import Hold, let_go, list_holds
from applicants.terms import get_data_terms
from audit.log import record
from audit.verbs import Verb
from core.errors import InputError
from core.references import new_reference


@dataclass(frozen=True)
class Kept:
    """One class of data that stays: what it is, for how long, and why."""

    what: Promise
    why: Promise


GOES: Final = (
    _("Your name, ID number, phone, bank card and birth date"),
    _("The papers that you sent"),
    _("The words of your appeals and answers, and of what you wrote about records"),
    _("The words of every message we wrote to you"),
    _("Your helpers, links, saved marks and copies"),
    _("Your account, with its address and every way to sign in"),
    _("The keys that let anybody tie entries of our log to what you typed"),
)
KEPT: Final = (
    Kept(
        _("Facts and decisions with their numbers, under a reference and without your name"),
        _("We must be able to show for five years how a decision was made."),
    ),
    Kept(
        _("Of each appeal its steps, what we found in your papers, and our answer"),
        _("We must be able to show for five years that it was looked at fairly. What you wrote is deleted."),
    ),
    Kept(
        _("The log of who did what, with codes only"),
        _("It proves that nothing was changed afterwards. Without its keys it says nothing about you."),
    ),
    Kept(
        _("Letters that were sent, sealed"),
        _("They prove what we told you, and when. They are encrypted, and they name you."),
    ),
    Kept(
        _("Your e-mail address, sealed, until one last e-mail has left"),
        _("It tells you that your data was deleted. After 30 days the address is gone in any case."),
    ),
)
HOLDS: Final[dict[str, Promise]] = {
    "OPEN_DISPUTE": _("We are checking a record that you said is wrong. You can take that back."),
    "COUNTS_FOR_A_FIRM": _("A firm counts on your consent. You can take it back."),
    "OPEN_APPLICATION": _("An application of yours is not decided yet."),
    "OPEN_LINE": _("You have a line with us. While it runs, the contract needs your data."),
    "OPEN_APPEAL": _("An appeal of yours has not ended. You can withdraw it."),
    "OPEN_HELP": _("You help somebody at the moment."),
}


def list_reasons_against(applicant: Applicant, now: datetime) -> list[Hold]:
    """Return what stands against deleting now, each reason once."""
    return list({hold.code: hold for hold in list_holds(applicant, now)}.values())


def ask_to_erase(*, applicant: Applicant, is_sure: bool, by: Actor, now: datetime) -> DataRequest:
    """Delete what may go at once and for good; or answer why nothing can go now."""
    if not is_sure:
        raise InputError(fields={"is_sure": [_("Tick the box to show that you are sure.")]})
    due_on = get_data_terms(applicant.jurisdiction).copy_due(now)
    with transaction.atomic():
        current = (
            Applicant.objects.select_for_update(of=("self",)).select_related("user").get(pk=applicant.pk)
        )
        against = [hold.code for hold in list_reasons_against(current, now)]
        state = DataRequestState.KEPT if against else DataRequestState.DONE
        reference = new_reference("DR")
        gone = {} if against else _erase(current, reference, now)
        request = DataRequest.objects.create(
            reference=reference, applicant=current, kind=DataRequestKind.ERASURE, state=state,
            asked_at=now, asked_by=by.code, due_on=due_on, settled_at=now,
            outcome={"against": against, "gone": gone},
        )  # fmt: skip
        record(
            verb=Verb.DATA_KEPT if against else Verb.DATA_ERASED, subject=current.reference, actor=by.code,
            now=now, codes={"request": request.reference, "against": against, "gone": gone},
        )  # fmt: skip
    return request


def _erase(applicant: Applicant, reference: str, now: datetime) -> dict[str, int]:
    gone = let_go(applicant, now)
    if applicant.user is not None:
        address = applicant.user.email
        close_account(user=applicant.user)
        _say_goodbye(applicant.user, address, reference, now)
    return gone


def _say_goodbye(user: User, address: str, reference: str, now: datetime) -> None:
    """One last mail to the address as it was: it belongs to nobody's account and is wiped once it is sent."""
    with translation.override(user.language):
        subject = gettext("Your data was deleted")
        body = render_to_string("notifications/data_erased.txt", {"reference": reference})
    queue_mail(
        user=None, recipient=address, language=user.language, subject=subject, body=body.strip() + "\n",
        now=now,
    )  # fmt: skip
