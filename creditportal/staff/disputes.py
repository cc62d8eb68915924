"""Records that people say are wrong: the list by last day, one of them, and its answer."""

from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from applicants.characteristics import Characteristic, get_dictionary
from applicants.describing import describe_fact, label_of
from applicants.disputing import (
    extend_dispute,
    get_dispute_for,
    is_late,
    list_open_disputes,
    note_look,
    settle_dispute,
)
from applicants.models import Dispute, DisputeState
from applicants.statements import statements_of
from applicants.terms import get_data_terms
from core import clock
from core.calendars import legal_day
from core.errors import DomainError, NotFoundError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import TypedForm
from creditportal.staff.typing_in import chosen_detail, chosen_value, date_input, detail_fields, value_fields
from creditportal.staff.wording import LANGUAGES

_READ: Final = Permission.SEE_PERSONAL_DATA
_OUTCOMES: Final = (DisputeState.CORRECTED, DisputeState.CONFIRMED, DisputeState.UNSETTLED)
_WORDS: Final = forms.Textarea(attrs={"rows": 5})


class SettleForm(TypedForm):
    """How the check ended, the right value if there is one, and the answer to the person."""

    outcome = forms.ChoiceField(
        label=_("How did the check end?"),
        choices=[(one.value, one.label) for one in _OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the check ended.")},
    )
    observed_on = forms.DateField(label=_("True on"), widget=date_input(), required=False)
    answer = forms.CharField(
        label=_("Answer to the person, in the person's language"),
        widget=_WORDS,
        error_messages={"required": _("Write the answer to the person.")},
    )

    def __init__(self, *args: Any, characteristic: Characteristic, today: date, **options: Any) -> None:
        options.setdefault("auto_id", "settle-%s")
        super().__init__(*args, **options)
        self.characteristic = characteristic
        own = {**value_fields(characteristic), **detail_fields(characteristic)}
        for field in own.values():
            field.required = False
        self.fields = {"outcome": self.fields.pop("outcome"), **own, **self.fields}
        self.initial.setdefault("observed_on", today)

    def clean(self) -> dict[str, Any]:
        """A corrected record has its right value, and no other has one."""
        typed = super().clean() or {}
        is_corrected = typed.get("outcome") == DisputeState.CORRECTED
        self.check_one_value(typed, is_needed=is_corrected)
        has_value = typed.get("value") not in (None, "") or bool(typed.get("state"))
        if typed.get("outcome") and has_value and not is_corrected:
            self.add_error(
                "outcome", _("Only a corrected record has a new value. Empty the value, or choose again.")
            )
        return typed


class ExtendForm(TypedForm):
    """Why more time is needed."""

    reason = forms.CharField(label=_("Why, in the person's language"), widget=_WORDS, required=False)


@staff_page(_READ)
def show_disputes(request: StaffRequest) -> HttpResponse:
    """The records that are being checked, the one that is due first at the top."""
    now, language = clock.now(), get_language() or "zh-hans"
    rows = [
        {"dispute": row, "label": label_of(row.characteristic, language), "is_late": is_late(row, now)}
        for row in list_open_disputes(by=actor_of(request))
    ]
    return show(request, "staff/disputes.html", {"title": _("Disputed records"), "rows": rows})


@staff_page(_READ, "GET", "HEAD", "POST")
def settle_one(request: StaffRequest, reference: str) -> HttpResponse:
    """One disputed record, and the answer that ends its check; that it was opened is noted for the person."""
    dispute = _load(request, reference)
    if request.method != "POST":
        note_look(dispute=dispute, by=actor_of(request), now=clock.now())
        return _page(request, dispute)
    form = _settle_form(dispute, request.POST)
    if not form.is_valid():
        return _page(request, dispute, form=form, status=400)
    typed = form.cleaned_data
    try:
        settle_dispute(
            dispute=dispute, outcome=typed["outcome"], answer=typed["answer"],
            value=chosen_value(form.characteristic, typed), detail=chosen_detail(form.characteristic, typed),
            observed_on=typed["observed_on"], by=actor_of(request), now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _page(request, dispute, form=form, status=error.status)
    messages.success(
        request, gettext("The check has ended. The person is told, and decisions are looked at again.")
    )
    return redirect("admin:dispute", reference=dispute.reference)


@staff_page(_READ, "POST")
def extend_one(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the check the one extension that the law allows."""
    dispute = _load(request, reference)
    form = ExtendForm(request.POST, auto_id="extend-%s")
    form.is_valid()
    try:
        reason = form.cleaned_data.get("reason", "")
        extend_dispute(dispute=dispute, reason=reason, by=actor_of(request), now=clock.now())
    except DomainError as error:
        form.explain(error)
        return _page(request, dispute, extend=form, status=error.status)
    messages.success(request, gettext("The person is told the new last day."))
    return redirect("admin:dispute", reference=dispute.reference)


def _load(request: StaffRequest, reference: str) -> Dispute:
    """The dispute; one's own is not found here."""
    dispute = get_dispute_for(by=actor_of(request), reference=reference)
    if dispute.applicant.user_id == request.user.pk:
        raise NotFoundError
    return dispute


def _settle_form(dispute: Dispute, data: Any = None) -> SettleForm:
    zone = get_data_terms(dispute.applicant.jurisdiction).zone
    return SettleForm(
        data, characteristic=get_dictionary()[dispute.characteristic], today=legal_day(clock.now(), zone)
    )


def _page(
    request: StaffRequest,
    dispute: Dispute,
    *,
    form: SettleForm | None = None,
    extend: ExtendForm | None = None,
    status: int = 200,
) -> HttpResponse:
    language = get_language() or "zh-hans"
    wrong, terms = form or extend, get_data_terms(dispute.applicant.jurisdiction)
    context = {
        "title": dispute.reference, "dispute": dispute, "label": label_of(dispute.characteristic, language),
        "before": describe_fact(dispute.fact, language),
        "statement": statements_of(dispute.applicant).get(dispute.characteristic, ""),
        "after": describe_fact(dispute.new_fact, language) if dispute.new_fact else None,
        "form": form or _settle_form(dispute), "extend": extend or ExtendForm(auto_id="extend-%s"),
        "can_extend": terms.can_extend and not dispute.extended_at,
        "writes_in": LANGUAGES.get(dispute.applicant.language, dispute.applicant.language),
        "law": terms.dispute_law_in(language, dispute.law),
        "is_open": dispute.state == DisputeState.OPEN, "is_late": is_late(dispute, clock.now()),
        "wrong": wrong, "errors": bool(wrong),
    }  # fmt: skip
    return show(request, "staff/dispute.html", context, status=status)
