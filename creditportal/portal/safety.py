"""Saying whether unusual use of the account was one's own: "this was me", or "this was not me"."""

from collections.abc import Callable
from typing import Final

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.sessions import end_other_sessions
from applicants.safety import SafetyNote, confirm_safety, read_safety
from applicants.showing import language_key
from applicants.vocabularies import get_vocabularies
from core.clock import now
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.pages import show
from creditportal.portal.registering import own_applicant
from decisions.queries import list_decisions_for


@page
def confirm(request: PortalRequest) -> HttpResponseBase:
    """What was noticed, and the two answers; a helper's address is the helper's own account."""
    if request.method != "POST":
        return _show(request)
    return _end_other_sign_ins(request) if request.POST.get("says") == "not_me" else _confirm_afresh(request)


def _confirm(request: PortalRequest) -> HttpResponse:
    """Take the word of whoever has just proved once more who it is; the application goes on by itself."""
    confirm_safety(applicant=own_applicant(request), by=request.actor, now=now())
    return redirect("portal:safety")


_confirm_afresh: Final[Callable[[PortalRequest], HttpResponse]] = reauthentication_required(_confirm)


def _end_other_sign_ins(request: PortalRequest) -> HttpResponse:
    """Whoever else is signed in to this account is out at once; then the password changes."""
    end_other_sessions(user_id=request.user.pk, keep=request.session.session_key)
    messages.success(
        request, _("Every other sign-in has ended. Now choose a new password, then write to us.")
    )
    return redirect("account_change_password")


def _show(request: PortalRequest) -> HttpResponse:
    note = read_safety(own_applicant(request))
    newest = next(iter(list_decisions_for(by=request.actor, limit=1)), None)
    return show(request, "safety.html", {"note": note, "noticed": _noticed(note), "decision": newest})


def _noticed(note: SafetyNote) -> str:
    words = get_vocabularies()["safety_flags"].get(note.flag)
    return words[language_key(translation.get_language() or "zh-hans")] if words else ""
