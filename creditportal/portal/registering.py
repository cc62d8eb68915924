"""Becoming an applicant: who you are, whether that can be confirmed, a little about home and work."""

from functools import partial

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.actors import Actor
from applicants.characteristics import get_dictionary
from applicants.consents import give_consent
from applicants.models import Applicant
from applicants.profile import save_profile
from applicants.queries import get_own_applicant
from applicants.registering import register_firm, register_person
from applicants.showing import language_key
from applicants.sources import get_sources
from applicants.verifying import verify_identity
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.forms.registering import AboutForm, FirmForm, PersonForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from decisions.queries import list_decisions_for


@page
def register(request: PortalRequest) -> HttpResponseBase:
    """Ask a person who they are and what may be looked at."""
    if get_own_applicant(request.user):
        return redirect("portal:home")
    form = PersonForm(read_typed(request), sources=_consent_choices())
    if request.method == "POST" and form.is_valid():
        applicant = form.try_to(partial(_register, form, request))
        if applicant is not None:
            return redirect("portal:identity")
    return show_form(request, "register.html", form)


@page
def register_a_firm(request: PortalRequest) -> HttpResponseBase:
    """Ask for the details of a firm."""
    if get_own_applicant(request.user):
        return redirect("portal:home")
    form = FirmForm(read_typed(request))
    if request.method == "POST" and form.is_valid():
        firm = form.try_to(
            lambda: register_firm(
                **form.cleaned_data, user=request.user, language=_language(), by=request.actor, now=now()
            )
        )
        if firm is not None:
            return redirect("portal:apply")
    return show_form(request, "register.html", form, {"is_firm": True})


@page
def confirm_identity(request: PortalRequest) -> HttpResponseBase:
    """Compare the details with the identity service, and show what it answered."""
    applicant = own_applicant(request)
    if request.method == "POST":
        verify_identity(applicant=applicant, by=request.actor, now=now())
        return redirect("portal:identity")
    return show(
        request, "identity.html", {"applicant": applicant, "check": applicant.identity_checks.first()}
    )


@page
def about_you(request: PortalRequest) -> HttpResponseBase:
    """Ask a little about home and work."""
    applicant = own_applicant(request)
    form = AboutForm(read_typed(request), industries=_industries())
    if request.method == "POST" and form.is_valid():
        saved = form.try_to(partial(_save_about, form, applicant, request.actor))
        if saved and list_decisions_for(by=request.actor, limit=1):
            words = _("Saved. We look again by ourselves. If it changes anything, we write to you.")
            messages.success(request, words)
            return redirect("portal:home")
        if saved:
            return redirect("portal:apply")
    return show_form(request, "about_you.html", form)


def own_applicant(request: PortalRequest) -> Applicant:
    """The applicant that the signed-in person is; who is none yet finds nothing here."""
    applicant = get_own_applicant(request.user)
    if applicant is None:
        raise NotFoundError
    return applicant


def _register(form: PersonForm, request: PortalRequest) -> Applicant:
    typed = {field.name: form.cleaned_data[field.name] for field in form.typed_fields}
    at = now()
    applicant = register_person(**typed, user=request.user, language=_language(), by=request.actor, now=at)
    for source in form.allowed_sources:
        give_consent(applicant=applicant, source=source, by=request.actor, now=at)
    return applicant


def _save_about(form: AboutForm, applicant: Applicant, by: Actor) -> bool:
    save_profile(applicant=applicant, **form.cleaned_data, by=by, now=now())
    return True


def _language() -> str:
    return translation.get_language() or "zh-hans"


def _consent_choices() -> list[tuple[str, str]]:
    key = language_key(_language())
    known = get_dictionary().values()
    useful = {source for entry in known if entry.applies_to(is_person=True) for source in entry.source_kinds}
    return [
        (code, capfirst(source.label[key]))
        for code, source in get_sources().items()
        if source.needs_consent and code in useful
    ]


def _industries() -> list[tuple[str, str]]:
    key = language_key(_language())
    return [(code, words[key]) for code, words in get_dictionary()["industry"].values.items()]
