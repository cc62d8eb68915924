"""Help: how to reach us, other ways to get there, what to do when repaying is hard, and our words."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.actors import Actor
from accounts.models import User
from applicants.models import ApplicantKind
from applicants.queries import get_own_applicant
from creditportal.portal.escalation import outside_body
from creditportal.portal.pages import show_open
from creditportal.portal.places import reader_terms
from creditportal.portal.public import open_page
from decisions.help_topics import Alternative, list_alternatives, list_glossary, list_hardship_steps
from decisions.models import Decision
from decisions.prechecking import PRODUCT
from decisions.products import PRODUCTS_OF
from decisions.scores import newest_scored

_USUAL: Final = {ApplicantKind.PERSON: PRODUCT, ApplicantKind.FIRM: "sme_working_capital"}


@open_page
def show_help(request: HttpRequest) -> HttpResponse:
    """How to reach us and others."""
    words = {
        "contact": settings.DEFAULT_FROM_EMAIL,
        "escalation": outside_body(reader_terms().code),
    }
    return show_open(request, "help.html", words)


@open_page
def show_alternatives(request: HttpRequest) -> HttpResponse:
    """Other ways that fit the newest decision, or those for everybody like the reader."""
    decision = _newest(request)
    others = find_alternatives(decision) if decision is not None else _for_everybody_like(request)
    return show_open(request, "alternatives.html", {"others": others, "decision": decision})


@open_page
def show_hardship(request: HttpRequest) -> HttpResponse:
    """What to do when repaying is hard."""
    language = translation.get_language() or "zh-hans"
    context = {"steps": list_hardship_steps(language), "contact": settings.DEFAULT_FROM_EMAIL}
    return show_open(request, "hardship.html", context)


@open_page
def show_glossary(request: HttpRequest) -> HttpResponse:
    """Our words and what they mean."""
    return show_open(request, "glossary.html", {"terms": list_glossary(translation.get_language() or "")})


def find_alternatives(decision: Decision) -> list[Alternative]:
    """What helps with the reasons of a decision."""
    return list_alternatives(
        product=decision.product, applicant=PRODUCTS_OF[ApplicantKind(decision.applicant.kind)],
        reasons=list(decision.reasons.values_list("code", flat=True)),
        place=decision.applicant.jurisdiction, language=translation.get_language() or "zh-hans",
    )  # fmt: skip


def _for_everybody_like(request: HttpRequest) -> list[Alternative]:
    """What there is for persons, or for firms, where the reader lives."""
    user = request.user
    own = get_own_applicant(user) if isinstance(user, User) else None
    kind = ApplicantKind(own.kind) if own is not None else ApplicantKind.PERSON
    return list_alternatives(
        product=_USUAL[kind], applicant=PRODUCTS_OF[kind], place=reader_terms().code,
        language=translation.get_language() or "zh-hans",
    )  # fmt: skip


def _newest(request: HttpRequest) -> Decision | None:
    user = request.user
    return newest_scored(by=Actor.for_user(user)) if isinstance(user, User) and not user.is_staff else None
