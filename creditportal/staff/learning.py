"""What is learned on the desk: reviews of the policy, and the weekly sample that is read again."""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission
from appeals.models import Dimension, PolicyReview, QualityCheck, Verdict
from appeals.policy_reviews import close_review, get_review_for, list_reviews_for
from appeals.quality import (
    count_verdicts,
    get_check_for,
    list_checks_for,
    may_read_again,
    record_verdict,
)
from applicants.showing import language_key
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.board_view import label_value
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import TypedForm

_SEE: Final = Permission.APPROVE_POLICY
_READ_AGAIN: Final = Permission.COUNTERSIGN


class CloseReviewForm(TypedForm):
    """What came of a review."""

    reason = forms.CharField(
        max_length=500, label=gettext_lazy("What came of it"), widget=forms.Textarea(attrs={"rows": 3})
    )


class VerdictForm(TypedForm):
    """What somebody makes of a ruling on reading it again."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Reading it again"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        required=False, max_length=2000, label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Internal. Needed unless the result was sound and well explained."),
    )  # fmt: skip


@staff_page(_SEE)
def show_reviews(request: StaffRequest) -> HttpResponse:
    """Reviews of the policy, the open ones first."""
    reviews = list_reviews_for(by=actor_of(request))
    context = {"title": _("Policy reviews"), "rows": _named(reviews)}
    return show(request, "staff/policy_reviews.html", context)


@staff_page(_SEE, "GET", "HEAD", "POST")
def close_one(request: StaffRequest, reference: str) -> HttpResponse:
    """One review, and closing it with a reason."""
    by = actor_of(request)
    review = get_review_for(by=by, reference=reference)
    form = CloseReviewForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _review_page(request, review, form, 200 if request.method != "POST" else 400)
    try:
        close_review(review=review, reason=form.cleaned_data["reason"], by=by, now=clock.now())
    except DomainError as error:
        form.explain(error)
        return _review_page(request, review, form, error.status)
    messages.success(request, _("The review was closed."))
    return redirect("admin:policy_reviews")


@staff_page(_READ_AGAIN)
def show_sample(request: StaffRequest) -> HttpResponse:
    """The weekly sample, the newest week first."""
    checks, found = list_checks_for(by=actor_of(request)), count_verdicts()
    counted = [(_("drawn"), sum(found.values())), (_("not read yet"), found[""])]
    counted += [(str(verdict.label), found[verdict]) for verdict in Verdict]
    context = {"title": _("Read again"), "checks": checks, "counted": counted}
    return show(request, "staff/quality.html", context)


@staff_page(_READ_AGAIN, "GET", "HEAD", "POST")
def read_one_again(request: StaffRequest, key: int) -> HttpResponse:
    """One drawn ruling: its result and letters, and what somebody else makes of it."""
    by = actor_of(request)
    check = get_check_for(by=by, key=key)
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _check_page(request, check, form, 200 if request.method != "POST" else 400)
    try:
        record_verdict(check=check, by=by, now=clock.now(), **form.cleaned_data)
    except DomainError as error:
        form.explain(error)
        return _check_page(request, check, form, error.status)
    messages.success(request, _("Your reading was recorded."))
    return redirect("admin:quality")


def _review_page(
    request: StaffRequest, review: PolicyReview, form: CloseReviewForm, status: int
) -> HttpResponse:
    [(row, label)] = _named([review])
    context = {
        "title": review.reference, "review": row, "label": label, "form": form, "errors": bool(form.errors),
    }  # fmt: skip
    return show(request, "staff/policy_review.html", context, status=status)


def _check_page(request: StaffRequest, check: QualityCheck, form: VerdictForm, status: int) -> HttpResponse:
    ruling = check.appeal.rulings.filter(state="FINAL").first()
    is_english = (get_language() or "").startswith("en")
    letter = (ruling.letter_en if is_english else ruling.letter_zh) if ruling else ""
    context = {
        "title": check.appeal.reference, "check": check, "ruling": ruling, "letter": letter, "form": form,
        "errors": bool(form.errors), "may": may_read_again(check, by=actor_of(request)),
    }  # fmt: skip
    return show(request, "staff/quality_check.html", context, status=status)


def _named(reviews: list[PolicyReview]) -> list[tuple[PolicyReview, str]]:
    """Each review with what its value is called."""
    keys = [
        int(one.value) for one in reviews if one.dimension == Dimension.REVIEWER and one.value.isdecimal()
    ]
    people = {str(user.pk): user.display_name for user in User.objects.filter(pk__in=keys)} if keys else {}
    key = language_key(get_language() or "zh-hans")
    return [(one, label_value(one.dimension, one.value, key=key, people=people)) for one in reviews]
