"""A longer legal period: proposed with its letter on a page of its own, agreed to by another person."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.clocks import due_on, is_over, statutory_days
from appeals.deriving import why_due
from appeals.extending import (
    approve_extension,
    draft_extension_letters,
    get_open_extension,
    propose_extension,
    refuse_extension,
)
from appeals.models import Appeal
from appeals.terms import list_extension_reasons, terms_of
from core import clock
from core.errors import DomainError, NotFoundError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.around import LENGTHEN
from creditportal.staff.case import carry_out, load_case
from creditportal.staff.case_forms import ExtensionForm, YesOrNoForm
from creditportal.staff.desk import show, staff_page

_FORM = "extension"


@staff_page(Permission.REVIEW_APPEAL, "GET", "HEAD", "POST")
def lengthen(request: StaffRequest, reference: str) -> HttpResponse:
    """The letter for a chosen reason, to be looked over; sending the form proposes the extension."""
    appeal = load_case(request, reference)
    reasons = list_extension_reasons()
    if request.method != "POST":
        return _page(request, appeal, _drafted(appeal, request.GET.get("code", "")))
    form = ExtensionForm(request.POST, key=_FORM, reasons=reasons)
    if not form.is_valid():
        return _page(request, appeal, form, status=400)
    try:
        _propose(request, appeal, form.cleaned_data)
    except DomainError as error:
        form.explain(error)
        form.renew(load_case(request, reference).version)
        return _page(request, appeal, form, status=error.status)
    messages.success(request, _("The extension waits for a second person. The date stays until then."))
    return redirect("admin:case", reference=appeal.reference)


@staff_page(Permission.COUNTERSIGN, "POST")
def settle_extension(request: StaffRequest, reference: str) -> HttpResponse:
    """Agree to the extension as another person, or not with a reason."""
    appeal = load_case(request, reference)

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        extension = get_open_extension(appeal)
        if extension is None:
            raise NotFoundError
        extension.appeal = appeal
        acting: dict[str, Any] = {"by": actor_of(request), "now": clock.now()}
        if typed["agreed"]:
            return approve_extension(extension=extension, expected_version=typed["version"], **acting)
        return refuse_extension(
            extension=extension, reason=typed["reason"], expected_version=typed["version"], **acting
        )

    form = YesOrNoForm(request.POST, key=LENGTHEN)
    return carry_out(request, appeal, form, act, done=_("Your answer is saved."), anchor="more-time")


def _propose(request: StaffRequest, appeal: Appeal, typed: dict[str, Any]) -> None:
    propose_extension(
        appeal=appeal, code=typed["code"], reason=typed["reason"], letter_zh=typed["letter_zh"],
        letter_en=typed["letter_en"], expected_version=typed["version"],
        by=actor_of(request), now=clock.now(),
    )  # fmt: skip


def _drafted(appeal: Appeal, code: str) -> ExtensionForm:
    reasons = list_extension_reasons()
    initial: dict[str, Any] = {"version": appeal.version}
    if code in {reason.code for reason in reasons}:
        letter_zh, letter_en = draft_extension_letters(appeal, code)
        initial |= {"code": code, "letter_zh": letter_zh, "letter_en": letter_en}
    return ExtensionForm(key=_FORM, reasons=reasons, initial=initial)


def _page(request: StaffRequest, appeal: Appeal, form: ExtensionForm, *, status: int = 200) -> HttpResponse:
    terms = terms_of(appeal)
    context = {
        "title": _("More time by law"),
        "appeal": appeal,
        "form": form,
        "chosen": form["code"].value(),
        "reasons": [(code, words) for code, words in form.fields["code"].choices if code],  # type: ignore[attr-defined]
        "days": statutory_days(appeal),
        "next_days": terms.next_step(statutory_days(appeal)),
        "law": terms.law_in(get_language() or "zh"),
        "due_on": due_on(appeal),
        "is_over": is_over(appeal, clock.now()),
        "why": why_due(appeal),
        "errors": status >= 400,
    }
    return show(request, "staff/lengthen.html", context, status=status)
