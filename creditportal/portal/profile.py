"""What is held about somebody, what may be looked at, and the language of letters."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.limits import Limit, count_hit
from applicants.characteristics import get_dictionary
from applicants.consents import give_consent, list_consents, withdraw_consent
from applicants.describing import SheetRow, describe_sheet
from applicants.facts import get_sheet
from applicants.models import Applicant, ApplicantKind
from applicants.preferring import choose_letter_language
from applicants.queries import get_own_applicant
from applicants.safety import CONFIRMED
from applicants.showing import language_key
from applicants.sources import OWN_WORD
from applicants.verifying import confirm_bank_card
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page, sent_only
from creditportal.portal.failures import TooOftenError
from creditportal.portal.forms.registering import BankCardForm
from creditportal.portal.keeping import read_typed
from creditportal.portal.pages import show, show_form
from creditportal.portal.registering import own_applicant

_COMPLETE: Final = "profile_complete_pct"
_IDENTITY: Final = "identity_level"
CARDS: Final = Limit("bank-card", times=10, seconds=3600)


@require_safe
@page
def show_profile(request: PortalRequest) -> HttpResponseBase:
    """The masked identity, the consents and the facts of the signed-in person."""
    applicant = get_own_applicant(request.user)
    if applicant is None:
        return redirect("portal:home")
    language = translation.get_language() or "zh-hans"
    facts = [row for row in describe_sheet(applicant, language, now()) if row.is_known]
    complete = next((row for row in facts if row.characteristic == _COMPLETE), None)
    context = {
        "applicant": applicant,
        "is_firm": applicant.kind == ApplicantKind.FIRM,
        "complete": complete,
        "identity": next((row for row in facts if row.characteristic == _IDENTITY), None),
        "is_confirmed": get_sheet(applicant).facts.get(_IDENTITY, {}).get("value") == "full",
        "sources": _list_sources(applicant, facts, language_key(language)),
    }
    return show(request, "profile.html", context)


@page
def give_bank_card(request: PortalRequest) -> HttpResponseBase:
    """Add a bank card, or another in its place, once the identity service confirmed it."""
    applicant = own_applicant(request)
    if applicant.kind == ApplicantKind.FIRM:
        raise NotFoundError
    form = BankCardForm(read_typed(request))
    if request.method == "POST" and form.is_valid() and form.try_to(partial(_take_card, form, request)):
        messages.success(
            request, _("Your card is confirmed. What is open for you is looked at again by itself.")
        )
        return redirect("portal:profile")
    return show_form(request, "bank_card.html", form, {"applicant": applicant})


@sent_only
@page
def change_consent(request: PortalRequest, source: str) -> HttpResponseBase:
    """Allow one source, or stop allowing it."""
    applicant = own_applicant(request)
    change = give_consent if request.POST.get("give") == "yes" else withdraw_consent
    change(applicant=applicant, source=source, by=request.actor, now=now())
    messages.success(request, _("Saved. It counts from the next assessment on."))
    return redirect("portal:profile")


@sent_only
@page
def choose_letters(request: PortalRequest) -> HttpResponseBase:
    """Choose the language of letters and mails."""
    choose_letter_language(user=request.user, language=request.POST.get("language", ""))
    messages.success(request, _("Saved. Letters and mails come in this language from now on."))
    return redirect("portal:profile")


def _take_card(form: BankCardForm, request: PortalRequest) -> bool:
    count = count_hit(limit=CARDS, who=request.actor.code, now=now())
    if not count.is_allowed:
        raise TooOftenError(wait_seconds=count.wait_seconds)
    typed = form.cleaned_data["bank_card"]
    confirm_bank_card(applicant=own_applicant(request), bank_card=typed, by=request.actor, now=now())
    return True


def _list_sources(applicant: Applicant, facts: Sequence[SheetRow], key: str) -> list[dict[str, Any]]:
    """Each source with its consent and the facts that came from it; those that are allowed first."""
    # Whoever never had to confirm anything does not read of it.
    useful = _list_useful_sources(applicant) - {CONFIRMED} | {row.source for row in facts}
    rows = [
        {
            "code": row.source.code,
            "label": row.source.label[key],
            "basis": row.source.basis.get(key, ""),
            "needs_consent": row.source.needs_consent,
            "is_given": row.is_given,
            "given_at": row.given_at,
            "withdrawn_at": row.withdrawn_at,
            "is_own_word": row.source.code == OWN_WORD,
            "facts": [fact for fact in facts if fact.source == row.source.code],
        }
        for row in list_consents(applicant)
        if row.source.code in useful
    ]
    return sorted(rows, key=lambda row: (not row["facts"], not row["needs_consent"]))


def _list_useful_sources(applicant: Applicant) -> set[str]:
    """The sources that can say something about a person, or about a firm."""
    is_person = applicant.kind == ApplicantKind.PERSON
    known = get_dictionary().values()
    return {
        source for entry in known if entry.applies_to(is_person=is_person) for source in entry.source_kinds
    }
