"""How and when somebody wants to be told."""

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from applicants.queries import get_own_applicant
from applicants.terms import get_data_terms
from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.forms.rights import MessagesForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show_form
from notifications.kinds import Channel, Kind
from notifications.preferences import channels_for, get_settings, list_choices, save_settings

_KINDS: Final[dict[str, Promise]] = {
    Kind.APPLICATION_RECEIVED: _("Your application arrived"),
    Kind.DRAFT_EXPIRING: _("A draft will be deleted soon"),
    Kind.PROMISE_SAVED: _("Your plan was saved"),
    Kind.THIRD_PARTY_ASKED: _("We asked somebody else about your appeal"),
    Kind.RELATED_CHANGED: _("Somebody behind your firm answered"),
    Kind.DATA_READY: _("The copy of your data is ready"),
    Kind.HELPER_ENDED: _("A helper's permission ended"),
    Kind.REPAYMENT_REMINDER: _("A repayment is a few days late"),
    Kind.DECISION_READY: _("The result of your application is ready"),
    Kind.OFFER_ENDING: _("An offer ends soon"),
    Kind.LINE_CHANGED: _("Your line changed"),
    Kind.PROMISE_EXPIRING: _("Your plan ends soon"),
    Kind.MEASURE_ANNOUNCED: _("A change of your line is announced"),
}
_FIELDS: Final = {"emails": Channel.EMAIL, "texts": Channel.SMS}
_CHANNELS: Final[dict[str, Promise]] = {Channel.EMAIL: _("by e-mail"), Channel.SMS: _("by text message")}


@page
def choose_messages(request: PortalRequest) -> HttpResponseBase:
    """Choose digest, quiet hours and channels; legal notices always come."""
    typed = read_typed(request)
    form = MessagesForm(typed, initial=None if typed else _initial(request), choices=_list_by_field())
    if request.method == "POST" and form.is_valid():
        saved = form.try_to(partial(_save, form, request))
        if saved:
            messages.success(request, gettext("Saved. It counts from the next message on."))
            return redirect("portal:preferences")
    applicant = get_own_applicant(request.user)
    terms = get_data_terms(applicant.jurisdiction if applicant is not None else "CN")
    context = {"clock": terms.clock_in(get_language() or "zh-hans")}
    return show_form(request, "preferences.html", form, context)


def list_offered() -> dict[str, str]:
    """Every kind and channel that can be chosen, by its code, in words."""
    return {f"{kind}:{channel}": f"{_KINDS[kind]} · {_CHANNELS[channel]}" for kind, channel in list_choices()}


def _list_by_field() -> dict[str, list[tuple[str, str]]]:
    """The kinds that each field offers, in words."""
    return {
        name: [(f"{kind}:{channel}", str(_KINDS[kind])) for kind, channel in list_choices() if channel is of]
        for name, of in _FIELDS.items()
    }


def _initial(request: PortalRequest) -> dict[str, Any]:
    settings = get_settings(request.user)
    chosen = [
        f"{kind}:{channel}" for kind, channel in list_choices() if channel in channels_for(kind, settings)
    ]
    return {
        "digest": settings.digest if settings else "NEVER",
        "quiet_from": settings.quiet_from if settings else None,
        "quiet_until": settings.quiet_until if settings else None,
    } | dict.fromkeys(_FIELDS, chosen)


def _save(form: MessagesForm, request: PortalRequest) -> bool:
    data = form.cleaned_data
    wanted = {*data["emails"], *data["texts"]}
    save_settings(
        user=request.user, digest=data["digest"], quiet_from=data["quiet_from"],
        quiet_until=data["quiet_until"], switched_off=list_offered().keys() - wanted, switched_on=wanted,
        now=now(),
    )  # fmt: skip
    return True
