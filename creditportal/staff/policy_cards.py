"""Scorecards as PMML at the desk: a card becomes a draft, and scorecards of a version are handed out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.roles import Permission
from core import clock
from core.errors import DomainError, InputError, NotFoundError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.policy_forms import CardForm
from decisions.models import PolicyVersion
from decisions.pmml_exchange import export_card, import_card, read_mapping
from decisions.policy_lifecycle import get_policy_version


@staff_page(Permission.MANAGE_POLICY, "GET", "HEAD", "POST")
def draft_from_card(request: StaffRequest) -> HttpResponse:
    """A draft with the scorecard of a card; what a policy cannot say comes back with its place."""
    form = CardForm(request.POST, request.FILES) if request.method == "POST" else CardForm()
    if request.method == "POST" and form.is_valid():
        try:
            row = _import(request, form)
        except DomainError as error:
            form.explain(error)
            return _page(request, form, status=error.status)
        messages.success(request, _("The draft is stored."))
        return redirect("admin:policy", version=row.version)
    return _page(request, form, status=400 if form.errors else 200)


def _page(request: StaffRequest, form: CardForm, *, status: int) -> HttpResponse:
    form.keep_card()
    context = {"title": _("Draft from a PMML card"), "form": form, "errors": bool(form.errors)}
    return show(request, "staff/policy_card.html", context, status=status)


def _import(request: StaffRequest, form: CardForm) -> PolicyVersion:
    typed = form.cleaned_data
    return import_card(
        source=typed["source"], scorecard=typed["scorecard"], version=typed["version"],
        mapping=read_mapping(typed["mapping"]) if typed["mapping"].strip() else None, note=typed["note"],
        by=actor_of(request), now=clock.now(),
    )  # fmt: skip


@staff_page(Permission.APPROVE_POLICY)
def download_card(request: StaffRequest, version: str, scorecard: str) -> HttpResponse:
    """One scorecard of a version as PMML."""
    row = get_policy_version(version)
    try:
        text = export_card(policy_version=row, scorecard=scorecard)
    except InputError as error:
        raise NotFoundError from error
    answer = HttpResponse(text, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.version}-{scorecard}.pmml"'
    return answer
