"""Runs over the whole book: the list, one of them with its progress, and pausing, releasing or ending it."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.catalogue_words import reason_words
from creditportal.staff.code_sets import LEFT_WORDS, OTHER_CAUSES
from creditportal.staff.desk import show, staff_page, words_of
from creditportal.staff.forms import ReasonForm
from decisions.models import Run, RunState
from decisions.products import product_name
from decisions.run_progress import progress_of
from decisions.run_states import OPEN, WORKING
from decisions.runs import (
    approve_run,
    get_run_for,
    list_runs_for,
    pause_run,
    resume_run,
    stop_run,
)

_PAGE: Final = 20
_SEE: Final = Permission.SEE_RUNS
_GUIDE: Final = Permission.GUIDE_RUN


@staff_page(_SEE)
def show_runs(request: StaffRequest) -> HttpResponse:
    """All runs, newest first."""
    before = request.GET.get("before", "")
    key = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = list_runs_for(by=actor_of(request), before=key, limit=_PAGE + 1)
    context = {
        "title": _("Runs"),
        "rows": [(run, progress_of(run)) for run in rows[:_PAGE]],
        "next_before": rows[_PAGE - 1].pk if len(rows) > _PAGE else None,
        "is_first_page": not before,
    }
    return show(request, "staff/runs.html", context)


@staff_page(_SEE)
def show_run(request: StaffRequest, reference: str) -> HttpResponse:
    """One run: what it is for, how far it is, what it changes, and what may be done."""
    return _page(request, get_run_for(by=actor_of(request), reference=reference))


@staff_page(_GUIDE, "POST")
def pause(request: StaffRequest, reference: str) -> HttpResponse:
    """Pause after the chunks under way."""
    return _guide(request, reference, pause_run, _("The run is paused."))


@staff_page(_GUIDE, "POST")
def resume(request: StaffRequest, reference: str) -> HttpResponse:
    """Go on."""
    return _guide(request, reference, resume_run, _("The run goes on."))


@staff_page(_GUIDE, "POST")
def approve(request: StaffRequest, reference: str) -> HttpResponse:
    """One of the two approvals that release the brake."""
    return _guide_with_reason(request, reference, approve_run, _("Your approval was recorded."))


@staff_page(_GUIDE, "POST")
def stop(request: StaffRequest, reference: str) -> HttpResponse:
    """End the run before it has changed anything."""
    return _guide_with_reason(request, reference, stop_run, _("The run was ended."))


def _guide(request: StaffRequest, reference: str, step: Callable[..., Run], said: str) -> HttpResponse:
    by = actor_of(request)
    step(run=get_run_for(by=by, reference=reference), by=by, now=clock.now())
    messages.success(request, said)
    return redirect("admin:run", reference=reference)


def _guide_with_reason(
    request: StaffRequest, reference: str, step: Callable[..., Run], said: str
) -> HttpResponse:
    by = actor_of(request)
    run = get_run_for(by=by, reference=reference)
    try:
        step(run=run, reason=request.POST.get("reason", ""), by=by, now=clock.now())
    except DomainError as error:
        return _page(request, run, error=" ".join(words_of(error)), status=error.status)
    messages.success(request, said)
    return redirect("admin:run", reference=reference)


def _page(request: StaffRequest, run: Run, *, error: str = "", status: int = 200) -> HttpResponse:
    approvals = list(run.approvals.select_related("approved_by"))
    context = {
        "title": run.reference,
        "run": run,
        "bar": progress_of(run),
        "causes": _causes(run),
        "left": [(LEFT_WORDS.get(why, why), count) for why, count in run.counts.get("left", {}).items()],
        "approvals": approvals,
        "missing": 2 - len(approvals),
        "may_guide": request.user.can(_GUIDE),
        "may_approve": request.user.can(_GUIDE)
        and all(one.approved_by_id != request.user.pk for one in approvals),
        "is_working": run.state in WORKING,
        "can_stop": run.state in OPEN and run.state in _STOPPABLE,
        "form": ReasonForm(),
        "error": error,
        "errors": bool(error),
        "typed": typed_text(request) if error else [],
    }
    return show(request, "staff/run.html", context, status=status)


_STOPPABLE: Final = frozenset({RunState.PREPARING, RunState.EVALUATING, RunState.BRAKED})


def _causes(run: Run) -> list[dict[str, Any]]:
    """What changes results, by product, the largest first, with its share and whether it pulled the brake."""
    language = get_language() or "zh-hans"
    products = run.counts.get("products") or {"": run.counts}
    rows = [
        {
            "code": cause,
            "label": OTHER_CAUSES.get(cause) or reason_words(cause),
            "product": product_name(product, language) if len(products) > 1 else "",
            "count": count,
            "share": f"{100 * count / max(counts['people'], 1):.2f} %",
            "is_braked": cause in run.brake and product in run.brake[cause].get("products", [product]),
        }
        for product, counts in products.items()
        for cause, count in counts.get("causes", {}).items()
    ]
    return sorted(rows, key=lambda row: -row["count"])
