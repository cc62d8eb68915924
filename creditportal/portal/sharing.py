"""Links to chosen things: made here, opened by whoever holds them, dead after seven days."""

from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from applicants.facts import get_sheet
from applicants.models import Applicant, ShareLink
from applicants.sharing import DeadLinkError, create_link, get_own_link, list_links, open_link, revoke_link
from applicants.terms import today_of
from core.busy import BusyError, told_when_busy
from core.catalogues import pinned_catalogues
from core.clock import now
from core.encryption import DecryptionError, decrypt, encrypt
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.failures import show_refusal
from creditportal.portal.forms.rights import ITEM_LABELS, LinkForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.lines import describe_parts
from creditportal.portal.pages import show_form
from creditportal.portal.places import told_in
from creditportal.portal.registering import own_applicant
from decisions.explaining import explain
from decisions.line_states import IN_USE
from decisions.lines import list_lines_for
from decisions.queries import get_decision_for, list_decisions_for

_PLACE = "portal.new_link"


@page
def show_links(request: PortalRequest) -> HttpResponseBase:
    """Make a link, see those that are open, end one."""
    applicant = own_applicant(request)
    form = LinkForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        items = form.cleaned_data["items"]
        made = form.try_to(
            partial(create_link, applicant=applicant, items=items, by=request.actor, now=now())
        )
        if made is not None:
            request.session[_PLACE] = encrypt(made.token, place=_PLACE).hex()
            return redirect("portal:links")
    at = now()
    context = {
        "links": [_describe(link) for link in list_links(applicant)],
        "now": at,
        "new": _take_new(request),
    }
    return show_form(request, "links.html", form, context)


@sent_only
@page
def end_link(request: PortalRequest, reference: str) -> HttpResponseBase:
    """End one link at once."""
    link = get_own_link(applicant=own_applicant(request), reference=reference)
    revoke_link(link=link, by=request.actor, now=now())
    messages.success(request, _("The link does not work any more."))
    return redirect("portal:links")


@require_safe
def show_shared(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody chose to show, for whoever holds the link; nothing else, and nowhere kept."""
    try:
        with pinned_catalogues(), told_when_busy():
            link = open_link(token=token, now=now())
            with told_in(lambda: link.applicant.jurisdiction):
                response = render(request, "portal/shared.html", {"link": link, **_shown(link)})
    except (DeadLinkError, BusyError) as error:
        response = show_refusal(request, error)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _confirmed_on(applicant: Applicant) -> date | None:
    """When the identity was confirmed: checked here, or fully known from where it was checked."""
    check = applicant.identity_checks.first()
    if check is not None:
        return today_of(applicant, check.checked_at) if check.result == "MATCH" else None
    level = get_sheet(applicant).facts.get("identity_level", {})
    return date.fromisoformat(level["observed_on"]) if level.get("value") == "full" else None


def _shown(link: ShareLink) -> dict[str, Any]:
    """Only what was chosen is read at all."""
    owner = Actor.for_user(link.applicant.user) if link.applicant.user else None
    shown: dict[str, Any] = {"applicant": link.applicant} if "IDENTITY" in link.items else {}
    if shown:
        shown["confirmed_on"] = _confirmed_on(link.applicant)
    if owner is None:
        return shown
    newest = list_decisions_for(by=owner, limit=1) if {"SCORE", "DECISION"} & set(link.items) else []
    if newest:
        decision = get_decision_for(by=owner, reference=newest[0].reference)
        language = translation.get_language() or "zh-hans"
        document = explain(decision=decision, language=language, now=now())
        shown["decided_at"] = decision.decided_at
        if "SCORE" in link.items:
            shown["score"] = document["score"]
        if "DECISION" in link.items:
            shown["decision"] = {
                "product": document["product"],
                "asked": document["asked"],
                "outcome": document["outcome"],
            }
    if "LINE" in link.items:
        shown["lines"] = [
            {"line": row, "parts": describe_parts(row)}
            for row in list_lines_for(by=owner)
            if row.state in IN_USE
        ]
    return shown


def _take_new(request: PortalRequest) -> str:
    """The address of a link that was just made, shown once."""
    sealed = request.session.pop(_PLACE, "")
    try:
        token = decrypt(bytes.fromhex(sealed), place=_PLACE) if sealed else ""
    except (DecryptionError, ValueError):
        return ""
    return f"{settings.SITE_URL}{reverse('portal:shared', args=[token])}" if token else ""


def _describe(link: ShareLink) -> dict[str, Any]:
    return {
        "link": link, "items": [ITEM_LABELS[item] for item in link.items],
        "is_open": link.revoked_at is None and link.expires_at > now(),
    }  # fmt: skip
