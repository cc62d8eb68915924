"""The policy console: versions, drafts, each step of one version."""

from collections.abc import Callable, Iterable
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from core import clock
from core.errors import DomainError, NotFoundError
from core.identity import today_in_china
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import TypedForm
from creditportal.staff.market import describe_market
from creditportal.staff.policy_forms import (
    ApproveForm,
    DraftForm,
    PolicyReasonForm,
    ProposeForm,
    PublishForm,
    RetireForm,
    SeenForm,
)
from creditportal.staff.policy_view import describe_version, last_day_decided, list_versions
from decisions.dry_run import latest_dry_run
from decisions.dry_run_showing import write_csv
from decisions.dry_run_svg import draw_matrix
from decisions.models import PolicyState, PolicyVersion
from decisions.policies import get_latest_policy
from decisions.policy_drafting import draft_from_text, redraft_from_text, write_text
from decisions.policy_lifecycle import (
    approve_policy,
    get_policy_version,
    propose_policy,
    return_policy,
    withdraw_policy,
)
from decisions.policy_publishing import first_day, publish_policy, retire_policy
from decisions.policy_states import Step
from decisions.policy_trying import ask_for_dry_run

_SEE: Final = Permission.APPROVE_POLICY
_MANAGE: Final = Permission.MANAGE_POLICY
_FORMS: Final[dict[Step, type[SeenForm]]] = {
    Step.PROPOSE: ProposeForm,
    Step.RETURN: PolicyReasonForm,
    Step.APPROVE: ApproveForm,
    Step.PUBLISH: PublishForm,
    Step.RETIRE: RetireForm,
    Step.WITHDRAW: PolicyReasonForm,
}


@staff_page(_SEE)
def show_policies(request: StaffRequest) -> HttpResponse:
    """Every version with its stage and days, and the market condition."""
    at, by = clock.now(), actor_of(request)
    rows = list_versions(at)
    context = {
        "title": _("Policy"),
        "rows": rows,
        "decides_until": last_day_decided(rows),
        "can_draft": by.can(_MANAGE),
        **describe_market(by=by, now=at),
    }
    return show(request, "staff/policies.html", context)


@staff_page(_MANAGE, "GET", "HEAD", "POST")
def draft_one(request: StaffRequest) -> HttpResponse:
    """A new draft from YAML; a bad policy comes back with line, path and what was expected."""
    form = _draft_form(request, get_latest_policy(now=clock.now()))
    if request.method == "POST" and form.is_valid():
        try:
            row = draft_from_text(
                text=form.cleaned_data["document"], note=form.cleaned_data["note"], by=actor_of(request),
                now=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            form.explain(error)
            return _draft_page(request, form, status=error.status)
        messages.success(request, _("The draft is stored."))
        return redirect("admin:policy", version=row.version)
    return _draft_page(request, form, status=400 if form.errors else 200)


@staff_page(_MANAGE, "GET", "HEAD", "POST")
def change_draft(request: StaffRequest, version: str) -> HttpResponse:
    """Another content for a draft."""
    row = get_policy_version(version)
    form = _draft_form(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            redraft_from_text(
                policy_version=row, text=form.cleaned_data["document"],
                expected_hash=request.POST.get("seen", ""), by=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            form.explain(error)
            return _draft_page(request, form, row=row, status=error.status)
        messages.success(request, _("The draft was changed."))
        return redirect("admin:policy", version=row.version)
    return _draft_page(request, form, row=row, status=400 if form.errors else 200)


@staff_page(_SEE)
def show_policy(request: StaffRequest, version: str) -> HttpResponse:
    """One version: what it changes, its baselines, its dry run, and the steps that are possible."""
    return _page(request, get_policy_version(version))


@staff_page(_SEE, "POST")
def try_one(request: StaffRequest, version: str) -> HttpResponse:
    """Ask the worker for a dry run."""
    row = get_policy_version(version)
    ask_for_dry_run(policy_version=row, by=actor_of(request), now=clock.now())
    messages.success(request, _("The dry run is being computed. Open this page again in a moment."))
    return redirect("admin:policy", version=row.version)


@staff_page(_SEE)
def draw_dry_run(request: StaffRequest, version: str) -> HttpResponse:
    """The picture of a version's dry run."""
    tried = latest_dry_run(version=get_policy_version(version), now=clock.now())
    if tried is None:
        raise NotFoundError
    picture = draw_matrix(tried, language=get_language() or "zh-hans")
    return HttpResponse(picture, content_type="image/svg+xml")


@staff_page(_SEE)
def download_dry_run(request: StaffRequest, version: str) -> HttpResponse:
    """The numbers of a version's dry run that may be shown, as CSV."""
    tried = latest_dry_run(version=get_policy_version(version), now=clock.now())
    if tried is None:
        raise NotFoundError
    answer = HttpResponse(write_csv(tried.counts), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dry-run-{tried.policy.version}.csv"'
    return answer


@staff_page(_SEE, "POST")
def take_step(request: StaffRequest, version: str, step: str) -> HttpResponse:
    """One step with a version; what is not possible comes back with what was typed."""
    row = get_policy_version(version)
    if step not in _FORMS:
        raise NotFoundError
    chosen = Step(step)
    form = _FORMS[chosen](request.POST)
    if not form.is_valid():
        return _page(request, row, step=chosen, form=form, status=400)
    try:
        done = _STEPS[chosen](request, row, form)
    except DomainError as error:
        form.explain(error)
        row.refresh_from_db()
        return _page(request, row, step=chosen, form=form, error=error, status=error.status)
    messages.success(request, done)
    return redirect("admin:policy", version=row.version)


def _propose(request: StaffRequest, row: PolicyVersion, form: SeenForm) -> str:
    propose_policy(
        policy_version=row, expected_hash=form.cleaned_data["seen"], baseline=form.cleaned_data["baseline"],
        impact=form.cleaned_data["impact"], by=actor_of(request), now=clock.now(),
    )  # fmt: skip
    return _("Proposed. Its content is final now; somebody else approves it.")


def _return(request: StaffRequest, row: PolicyVersion, form: SeenForm) -> str:
    return_policy(
        policy_version=row, reason=form.cleaned_data["reason"], by=actor_of(request), now=clock.now()
    )
    return _("The version is a draft again.")


def _approve(request: StaffRequest, row: PolicyVersion, form: SeenForm) -> str:
    approve_policy(
        policy_version=row, expected_hash=form.cleaned_data["seen"],
        expected_impact=form.cleaned_data["impact"], by=actor_of(request), now=clock.now(),
    )  # fmt: skip
    return _("Approved. It can be published now.")


def _publish(request: StaffRequest, row: PolicyVersion, form: SeenForm) -> str:
    publish_policy(
        policy_version=row, from_on=form.cleaned_data["from_on"], expected_hash=form.cleaned_data["seen"],
        by=actor_of(request), now=clock.now(),
    )  # fmt: skip
    return _("Published. It begins on the day that you chose.")


def _retire(request: StaffRequest, row: PolicyVersion, form: SeenForm) -> str:
    ended = retire_policy(
        policy_version=row, last_day=form.cleaned_data["last_day"], reason=form.cleaned_data["reason"],
        by=actor_of(request), now=clock.now(),
    )  # fmt: skip
    if ended.state == PolicyState.WITHDRAWN:
        return _("The version was withdrawn.")
    return _("The end of this version is set.")


def _withdraw(request: StaffRequest, row: PolicyVersion, form: SeenForm) -> str:
    withdraw_policy(
        policy_version=row, reason=form.cleaned_data["reason"], by=actor_of(request), now=clock.now()
    )
    return _("The version was withdrawn.")


_STEPS: Final[dict[Step, Callable[[StaffRequest, PolicyVersion, SeenForm], str]]] = {
    Step.PROPOSE: _propose,
    Step.RETURN: _return,
    Step.APPROVE: _approve,
    Step.PUBLISH: _publish,
    Step.RETIRE: _retire,
    Step.WITHDRAW: _withdraw,
}


def _page(
    request: StaffRequest,
    row: PolicyVersion,
    *,
    step: Step | None = None,
    form: TypedForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    described = describe_version(row, by=actor_of(request), now=at)
    seen = {
        "seen": row.content_hash, "baseline": "near_gate", "impact": row.impact, "from_on": first_day(at),
    }  # fmt: skip
    has_begun = row.effective_from is not None and row.effective_from <= today_in_china(at)
    labels = described["labels"] if has_begun else {**described["labels"], Step.RETIRE: _("Withdraw")}
    forms = [
        (one, labels[one], form if form and one is step else _FORMS[one](initial=seen))
        for one in described["steps"]
        if one in _FORMS
    ]
    if not has_begun:
        _leave_out_last_day(form for _step, _label, form in forms)
    context = {
        "title": row.version,
        "forms": forms,
        "tried_step": step,
        "failed": form,
        "error": error,
        "typed": typed_text(request) if error else [],
        "errors": bool(form and form.errors),
        **described,
    }
    return show(request, "staff/policy.html", context, status=status)


def _leave_out_last_day(forms: Iterable[TypedForm]) -> None:
    """A version that has not begun has no last day; one that was typed stays to be read with the answer."""
    for form in forms:
        if not form.is_bound:
            form.fields.pop("last_day", None)


def _draft_form(request: StaffRequest, start: PolicyVersion) -> DraftForm:
    """What was sent, or else the content of a version to start from."""
    if request.method == "POST":
        return DraftForm(request.POST, request.FILES)
    return DraftForm(initial={"document": write_text(start)})


def _draft_page(
    request: StaffRequest, form: DraftForm, *, row: PolicyVersion | None = None, status: int
) -> HttpResponse:
    context = {
        "title": row.version if row else _("New draft"),
        "row": row,
        "form": form,
        "errors": bool(form.errors),
    }
    return show(request, "staff/policy_draft.html", context, status=status)
