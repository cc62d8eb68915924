"""Help: how to reach us, other ways to get there, what to do when repaying is hard, and our words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.actors import Actor
from accounts.models import User
from applicants.models import ApplicantKind
from creditportal.portal.escalation import outside_body
from creditportal.portal.pages import show_open
from creditportal.portal.public import open_page
from decisions.help_topics import Alternative, list_alternatives, list_glossary, list_hardship_steps
from decisions.models import Decision
from decisions.prechecking import PRODUCT
from decisions.products import PRODUCTS_OF
from decisions.scores import newest_scored


@open_page
def show_help(request: HttpRequest) -> HttpResponse:
    """How to reach us and others."""
    decision = _newest(request)
    words = {
        "contact": settings.DEFAULT_FROM_EMAIL,
        "escalation": outside_body(decision.applicant.jurisdiction if decision else "CN"),
    }
    return show_open(request, "help.html", words)


@open_page
def show_alternatives(request: HttpRequest) -> HttpResponse:
    """Other ways that fit the newest decision, or those for everybody."""
    decision = _newest(request)
    return show_open(
        request, "alternatives.html", {"others": find_alternatives(decision), "decision": decision}
    )


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


def find_alternatives(decision: Decision | None) -> list[Alternative]:
    """What helps with the reasons of a decision; without one, what is there for persons."""
    language = translation.get_language() or "zh-hans"
    if decision is None:
        return list_alternatives(product=PRODUCT, applicant="personal", place="CN", language=language)
    return list_alternatives(
        product=decision.product, applicant=PRODUCTS_OF[ApplicantKind(decision.applicant.kind)],
        reasons=list(decision.reasons.values_list("code", flat=True)),
        place=decision.applicant.jurisdiction, language=language,
    )  # fmt: skip


def _newest(request: HttpRequest) -> Decision | None:
    user = request.user
    return newest_scored(by=Actor.for_user(user)) if isinstance(user, User) and not user.is_staff else None
