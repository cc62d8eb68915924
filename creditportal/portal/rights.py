"""My data and rights: the ways in, what is held, who looked, and whether a person decides."""

from typing import Any, Final

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from applicants.automation import accept_automation, refuse_automation
from applicants.describing import describe_held, label_of
from applicants.disputing import list_disputes
from applicants.helping import list_helped
from applicants.models import Applicant, Dispute
from applicants.queries import get_own_applicant
from applicants.registers import Look, list_looks
from applicants.related import list_firms_of
from applicants.terms import get_data_terms
from core.clock import now
from core.errors import InputError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.copy_words import LOOKED_AT
from creditportal.portal.decisions import may_be_appealed
from creditportal.portal.escalation import outside_body
from creditportal.portal.pages import show
from creditportal.portal.registering import own_applicant
from decisions.queries import list_decisions_for

_MOST_LOOKS: Final = 100
_CHANGES: Final = {"person": refuse_automation, "machine": accept_automation}


@require_safe
@page
def show_rights(request: PortalRequest) -> HttpResponseBase:
    """Every right with the way to it; also for who only helps or is asked by a firm."""
    applicant = get_own_applicant(request.user)
    context: dict[str, Any] = {
        "applicant": applicant,
        "is_firm": applicant is not None and applicant.kind == "FIRM",
        "firms": list_firms_of(request.user),
        "helped": list_helped(user=request.user, now=now()),
    }
    if applicant is not None:
        context["may_refuse"] = get_data_terms(applicant.jurisdiction).may_refuse_automation
        context["outside"] = outside_body(applicant.jurisdiction)
    return show(request, "rights.html", context)


@require_safe
@page
def show_held(request: PortalRequest) -> HttpResponseBase:
    """Each record that is held: value, source, date, whether it is being checked, and where it was used."""
    applicant = own_applicant(request)
    language = translation.get_language() or "zh-hans"
    context = {
        "applicant": applicant, "rows": describe_held(applicant, language),
        "disputes": [_describe(row, language) for row in list_disputes(applicant)],
        "used_in": list_decisions_for(by=request.actor, limit=1),
    }  # fmt: skip
    return show(request, "held.html", context)


@require_safe
@page
def show_looks(request: PortalRequest) -> HttpResponseBase:
    """Who looked at the person's data, newest first."""
    applicant = own_applicant(request)
    looks = [_say(look, applicant) for look in list_looks(applicant, limit=_MOST_LOOKS)]
    return show(request, "looks.html", {"looks": looks, "most": _MOST_LOOKS})


@page
def choose_who_decides(request: PortalRequest) -> HttpResponseBase:
    """Refuse decisions by machine alone, or allow them again."""
    applicant = own_applicant(request)
    if request.method == "POST":
        change = _CHANGES.get(request.POST.get("decides", ""))
        if change is None:
            raise InputError(gettext("Choose one of the answers."))
        change(applicant=applicant, by=request.actor, now=now())
        messages.success(request, gettext("Saved. It counts from the next application on."))
        return redirect("portal:who_decides")
    newest = list_decisions_for(by=request.actor, limit=3)
    decisions = [row for row in newest if row.is_automatic and may_be_appealed(row)]
    context = {
        "applicant": applicant, "decisions": decisions,
        "may_refuse": get_data_terms(applicant.jurisdiction).may_refuse_automation,
    }  # fmt: skip
    return show(request, "who_decides.html", context)


def _describe(dispute: Dispute, language: str) -> dict[str, Any]:
    return {"dispute": dispute, "label": label_of(dispute.characteristic, language)}


def _say(look: Look, applicant: Applicant) -> dict[str, Any]:
    return {
        "at": look.at,
        "who": _who(look.who, applicant),
        "what": LOOKED_AT[look.what],
        "about": look.about,
    }


def _who(actor: str, applicant: Applicant) -> str:
    """People of ours are named by what they are, never by name."""
    kind, _colon, key = actor.partition(":")
    if kind == "user":
        return gettext("you") if key == str(applicant.user_id) else gettext("a person who works here")
    words = {
        "helper": gettext("your helper"), "client": gettext("the lender's own computer"),
        "site": gettext("this site"), "visitor": gettext("somebody with the link"),
    }  # fmt: skip
    return words.get(kind, gettext("this site"))
