"""Class remedies on the desk: proposing one, its dry run, the two approvals, its progress and its report."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from applicants.characteristics import get_dictionary
from applicants.showing import language_key
from applicants.sources import get_sources
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.class_remedy_forms import ProvedErrorForm
from creditportal.staff.desk import show, staff_page, words_of
from creditportal.staff.exporting import csv_file
from decisions.class_remedies import (
    approve_remedy,
    get_remedy_for,
    list_cases_for,
    list_remedies_for,
    propose_remedy,
    stop_remedy,
)
from decisions.class_remedy_states import APPROVERS
from decisions.models import (
    ClassRemedy,
    ClassRemedyCase,
    ClassRemedyState,
    Effect,
    LeftReason,
    Outcome,
)
from decisions.words import get_words

_PAGE: Final = 20
_CASES: Final = 50
_MOST_CASES: Final = 100_000
_SEE: Final = Permission.SEE_RUNS
_GUIDE: Final = Permission.GUIDE_RUN


@staff_page(_SEE)
def show_remedies(request: StaffRequest) -> HttpResponse:
    """All class remedies, newest first."""
    before = _number(request, "before")
    rows = list_remedies_for(by=actor_of(request), before=before, limit=_PAGE + 1)
    context = {
        "title": _("Corrections for many"),
        "rows": [(row, _about(row)) for row in rows[:_PAGE]],
        "next_before": rows[_PAGE - 1].pk if len(rows) > _PAGE else None,
        "is_first_page": before is None,
        "may_guide": request.user.can(_GUIDE),
    }
    return show(request, "staff/class_remedies.html", context)


@staff_page(_GUIDE, "GET", "HEAD", "POST")
def propose_one(request: StaffRequest) -> HttpResponse:
    """Write down a proved error; the dry run begins by itself."""
    if request.method != "POST":
        return _form(request, ProvedErrorForm())
    form = ProvedErrorForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=400)
    typed = form.cleaned_data
    try:
        remedy = propose_remedy(
            error=form.to_error(), proof=typed["proof"], reason=typed["reason"], by=actor_of(request),
            now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _form(request, form, status=error.status)
    messages.success(request, _("Written down. The dry run has begun."))
    return redirect("admin:class_remedy", reference=remedy.reference)


@staff_page(_SEE)
def show_remedy(request: StaffRequest, reference: str) -> HttpResponse:
    """One class remedy: the error, the dry run, approvals, progress, and each decision."""
    return _page(request, get_remedy_for(by=actor_of(request), reference=reference))


@staff_page(_GUIDE, "POST")
def approve_one(request: StaffRequest, reference: str) -> HttpResponse:
    """One of the two approvals."""
    return _step(request, reference, approve_remedy, _("Your approval was recorded."))


@staff_page(_GUIDE, "POST")
def stop_one(request: StaffRequest, reference: str) -> HttpResponse:
    """End it before anything was corrected."""
    return _step(request, reference, stop_remedy, _("It was ended. Nothing was changed."))


@staff_page(_SEE)
def take_report(request: StaffRequest, reference: str) -> HttpResponse:
    """Every decision that was found and what was done, as CSV without anybody's name."""
    by = actor_of(request)
    remedy = get_remedy_for(by=by, reference=reference)
    heads = ["decision", "effect", "outcome_before", "outcome_after", "amount_before", "amount_after"]
    heads += ["corrected_by", "left", "done_at"]
    cases = list_cases_for(remedy=remedy, by=by, limit=_MOST_CASES)
    return csv_file(remedy.reference, heads, [_as_row(case) for case in cases])


def _as_row(case: ClassRemedyCase) -> list[str]:
    return [
        case.decision.reference, case.effect, case.before["outcome"], case.after.get("outcome", ""),
        case.before["amount_cny"], case.after.get("amount_cny", ""),
        case.corrected.reference if case.corrected else "", case.left,
        case.done_at.isoformat() if case.done_at else "",
    ]  # fmt: skip


def _step(request: StaffRequest, reference: str, step: Callable[..., ClassRemedy], said: str) -> HttpResponse:
    by = actor_of(request)
    remedy = get_remedy_for(by=by, reference=reference)
    try:
        step(remedy=remedy, reason=request.POST.get("reason", ""), by=by, now=clock.now())
    except DomainError as error:
        return _page(request, remedy, error=" ".join(words_of(error)), status=error.status)
    messages.success(request, said)
    return redirect("admin:class_remedy", reference=reference)


def _form(request: StaffRequest, form: ProvedErrorForm, *, status: int = 200) -> HttpResponse:
    context = {"title": _("Put an error right for everybody"), "form": form, "errors": bool(form.errors)}
    return show(request, "staff/class_remedy_new.html", context, status=status)


def _page(request: StaffRequest, remedy: ClassRemedy, *, error: str = "", status: int = 200) -> HttpResponse:
    after = _number(request, "after")
    cases = list_cases_for(remedy=remedy, by=actor_of(request), after=after, limit=_CASES + 1)
    approvals = list(remedy.approvals.select_related("approved_by"))
    has_approved = any(one.approved_by_id == request.user.pk for one in approvals)
    done, total = _progress(remedy)
    context: dict[str, Any] = {
        "title": remedy.reference, "remedy": remedy, "about": _about(remedy), "approvals": approvals,
        "cases": [_case(case) for case in cases[:_CASES]],
        "next_after": cases[_CASES - 1].pk if len(cases) > _CASES else None,
        "missing": APPROVERS - len(approvals),
        "may_approve": request.user.can(_GUIDE)
        and not has_approved and remedy.started_by_id != request.user.pk,
        "can_stop": request.user.can(_GUIDE)
        and remedy.state in (ClassRemedyState.FINDING, ClassRemedyState.PROPOSED),
        "effects": [(one.label, remedy.counts[one]) for one in Effect if remedy.counts.get(one)],
        "left": [(LeftReason(name).label, count) for name, count in remedy.counts.get("left", {}).items()],
        "more_cny": f"{Decimal(remedy.counts.get('amount_cny', 0)):,.0f}",
        "done": done, "total": total, "percent": 100 * done // total if total else 100,
        "error": error, "errors": bool(error), "typed": typed_text(request) if error else [],
    }  # fmt: skip
    return show(request, "staff/class_remedy.html", context, status=status)


def _progress(remedy: ClassRemedy) -> tuple[int, int]:
    """How many decisions are done, of how many found."""
    total = int(remedy.counts.get("found", 0))
    if remedy.state != ClassRemedyState.APPLYING:
        return (total if remedy.state == ClassRemedyState.DONE else 0), total
    return total - remedy.cases.filter(done_at=None).count(), total


def _case(case: ClassRemedyCase) -> dict[str, Any]:
    after = case.after.get("outcome")
    return {
        "row": case, "before": Outcome(case.before["outcome"]).label,
        "after": Outcome(after).label if after else "--",
        "before_cny": _money(case.before["amount_cny"]), "after_cny": _money(case.after.get("amount_cny")),
    }  # fmt: skip


def _money(amount: str | None) -> str:
    return f"\u00a5{Decimal(amount):,.0f}" if amount else "--"


def _about(remedy: ClassRemedy) -> str:
    """The error in words: source, input, value or rule."""
    key = language_key(get_language() or "zh-hans")
    source = get_sources().get(remedy.source)
    known = get_dictionary().get(remedy.characteristic)
    words = get_words(key)
    named = words.say("rules", remedy.rule) if remedy.rule and words.has("rules", remedy.rule) else ""
    parts = [
        f"{remedy.rule} {named}".strip(),
        source.label[key] if source else "",
        known.label[key] if known else "",
    ]
    if remedy.value is not None:
        parts.append(str(remedy.value))
    return " \u00b7 ".join(part for part in parts if part)


def _number(request: StaffRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
