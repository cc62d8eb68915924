"""Pages that need no account: five questions before applying, checking a code, a word about a page."""

import re
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.limits import Limit, count_hit
from core.busy import told_when_busy
from core.catalogues import pinned_catalogues
from core.clock import now
from core.errors import DomainError
from creditportal.portal.failures import TooOftenError, show_refusal
from creditportal.portal.forms.public import CodeForm, FeedbackForm, PreCheckForm
from creditportal.portal.pages import show_open
from creditportal.portal.places import reader_terms
from decisions.help_topics import list_alternatives
from decisions.prechecking import PRODUCT, PreCheck, pre_check
from notifications.feedback import give_feedback
from notifications.letters import check_code

_CHECKS: Final = Limit("verify_code", times=30, seconds=600)
_NAME: Final = re.compile(r"[a-z_]{1,20}:[a-z_]{1,38}")
_WORDS: Final = Limit("feedback", times=10, seconds=600)
View = Callable[[HttpRequest], HttpResponseBase]


def open_page(view: View) -> View:
    """A page for everybody; whatever the domain refuses becomes a page with the right status."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def opened(request: HttpRequest) -> HttpResponseBase:
        try:
            with pinned_catalogues(), told_when_busy():
                return view(request)
        except DomainError as error:
            return show_refusal(request, error)

    return opened


@open_page
def verify(request: HttpRequest) -> HttpResponse:
    """Say of a code only whether it is genuine, its date and its reference."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return show_open(request, "verify.html", {"form": form})
    typed = form.cleaned_data["code"] if form.is_valid() else ""
    if not typed.strip():
        if not form.errors:
            form.add_error("code", _("Enter the check code."))
        return show_open(request, "verify.html", {"form": form, "problems": form.problems}, status=400)
    _count(request, _CHECKS)
    context = {"form": form, "is_asked": True, "found": check_code(typed)}
    return show_open(request, "verify.html", context)


@open_page
def ask_before(request: HttpRequest) -> HttpResponse:
    """Five questions and what the rules of today say to the answers; nothing is kept."""
    form = PreCheckForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return show_open(request, "precheck.html", {"form": form})
    language, result = translation.get_language() or "zh-hans", None
    if form.is_valid():
        result = form.try_to(partial(pre_check, **form.cleaned_data, language=language, now=now()))
    if result is None:
        return show_open(request, "precheck.html", {"form": form, "problems": form.problems}, status=400)
    return show_open(request, "precheck_result.html", {"result": result, "others": _others(result, language)})


@open_page
def tell_us(request: HttpRequest) -> HttpResponseBase:
    """Keep a word about a page, without a name."""
    form = FeedbackForm(
        request.POST if request.method == "POST" else None, initial={"page": _page_before(request)}
    )
    if request.method == "POST" and form.is_valid():
        _count(request, _WORDS)
        language = translation.get_language() or "zh-hans"
        if form.try_to(partial(give_feedback, **form.cleaned_data, language=language, now=now())):
            return redirect("portal:feedback_thanks")
    problems = form.problems if request.method == "POST" else []
    status = 400 if problems else 200
    return show_open(request, "feedback.html", {"form": form, "problems": problems}, status=status)


@open_page
def thank(request: HttpRequest) -> HttpResponse:
    """Say that the words arrived."""
    return show_open(request, "feedback_thanks.html", {})


def _others(result: PreCheck, language: str) -> list[Any]:
    reasons = [rule.reason for rule in result.rules if rule.status == "failed"]
    return list_alternatives(
        product=PRODUCT, applicant="personal", reasons=reasons, place=reader_terms().code, language=language
    )[:4]


def _count(request: HttpRequest, limit: Limit) -> None:
    """Count one more time for this address; which address it was is not kept."""
    counted = count_hit(limit=limit, who=request.META.get("REMOTE_ADDR", ""), now=now())
    if not counted.is_allowed:
        raise TooOftenError(wait_seconds=counted.wait_seconds)


def _page_before(request: HttpRequest) -> str:
    """The name of the page from which somebody came; its address may name a case and is not kept."""
    name = request.GET.get("of", "")
    return name if _NAME.fullmatch(name) else ""
