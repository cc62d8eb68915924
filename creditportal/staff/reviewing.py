"""The acts of a review: take and give back, read, assess, find, conclude."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.claiming import claim_appeal, release_appeal
from appeals.concluding import conclude_verification
from appeals.correcting import correctable_inputs
from appeals.models import Appeal, Attachment, Finding, Ground
from appeals.verification import assess_attachment, mark_statement_read, record_finding, withdraw_finding
from core import clock
from core.errors import NotFoundError
from core.references import normalise_reference
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case import carry_out, case_page, load_case
from creditportal.staff.case_view import CLAIM, CONCLUDE, RELEASE, STATEMENT
from creditportal.staff.desk import staff_page
from creditportal.staff.forms import AssessForm, CaseForm, ConcludeForm, ReleaseForm
from creditportal.staff.reasons import assess_key, build_finding_form, finding_key
from evidence.catalogue import get_kind

REVIEW = Permission.REVIEW_APPEAL


@staff_page(REVIEW, "POST")
def claim(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the case."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return claim_appeal(
            appeal=appeal, expected_version=typed["version"], by=actor_of(request), now=clock.now()
        )

    form = CaseForm(request.POST, key=CLAIM)
    return carry_out(
        request,
        load_case(request, reference),
        form,
        act,
        done=_("The case is on your desk."),
        anchor="statement",
    )


@staff_page(REVIEW, "POST")
def release(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the case back."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return release_appeal(
            appeal=appeal, expected_version=typed["version"], note=typed["note"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = ReleaseForm(request.POST, key=RELEASE)
    return carry_out(
        request,
        load_case(request, reference),
        form,
        act,
        done=_("The case is back in the queue."),
        anchor="main",
    )


@staff_page(REVIEW, "POST")
def read_statement(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that the applicant's words were read."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return mark_statement_read(
            appeal=appeal, expected_version=typed["version"], by=actor_of(request), now=clock.now()
        )

    form = CaseForm(request.POST, key=STATEMENT)
    return carry_out(
        request, load_case(request, reference), form, act, done=_("Noted that you read it."), anchor="reasons"
    )


@staff_page(REVIEW, "POST")
def assess(request: StaffRequest, reference: str, code: str, document: str) -> HttpResponse:
    """Accept a paper, or do not accept it with a reason."""
    appeal = load_case(request, reference)
    attachment = get_attachment(appeal, code, document)

    def act(_appeal: Appeal, typed: dict[str, Any]) -> object:
        return assess_attachment(
            attachment=attachment, accepted=typed["accepted"], note=typed["note"], checks=form.checks,
            expected_version=typed["version"], by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    points = get_kind(attachment.document.kind).verify
    form = AssessForm(request.POST, key=assess_key(code, attachment.document), points=points)
    return carry_out(request, appeal, form, act, done=_("Your assessment is saved."), anchor=f"reason-{code}")


@staff_page(REVIEW, "GET", "HEAD", "POST")
def find(request: StaffRequest, reference: str, code: str, characteristic: str) -> HttpResponse:
    """The form for a finding on one input beside its evidence, and saving it."""
    appeal = load_case(request, reference)
    ground = _get_ground(appeal, code)
    if characteristic not in correctable_inputs(appeal, code):
        raise NotFoundError
    now = clock.now()
    if request.method != "POST":
        return case_page(request, appeal, form=build_finding_form(appeal, code, characteristic, now=now))
    form = build_finding_form(appeal, code, characteristic, now=now, data=request.POST)

    def act(_appeal: Appeal, typed: dict[str, Any]) -> object:
        return record_finding(
            appeal=appeal, ground=ground, characteristic=characteristic, value=form.value, detail=form.detail,
            **form.rests_on, observed_on=typed["observed_on"], note=typed["note"],
            expected_version=typed["version"], by=actor_of(request), now=now,
        )  # fmt: skip

    return carry_out(
        request,
        appeal,
        form,
        act,
        done=_("The finding is recorded."),
        anchor=finding_key(code, characteristic),
    )


@staff_page(REVIEW, "POST")
def take_back(request: StaffRequest, reference: str, characteristic: str) -> HttpResponse:
    """Take a finding back."""
    appeal = load_case(request, reference)
    finding = appeal.findings.filter(characteristic=characteristic, is_current=True).first()
    if finding is None:
        return redirect(f"{reverse('admin:case', args=[appeal.reference])}#conclude")
    return _take_back(request, appeal, finding)


@staff_page(REVIEW, "POST")
def conclude(request: StaffRequest, reference: str) -> HttpResponse:
    """End the verification; the decision is recomputed."""

    def act(appeal: Appeal, typed: dict[str, Any]) -> object:
        return conclude_verification(
            appeal=appeal, view=typed["view"], leaning=typed["leaning"], expected_version=typed["version"],
            by=actor_of(request), now=clock.now(),
        )  # fmt: skip

    form = ConcludeForm(request.POST, key=CONCLUDE)
    return carry_out(
        request, load_case(request, reference), form, act,
        done=_("The verification is concluded."), anchor="result",
    )  # fmt: skip


def _take_back(request: StaffRequest, appeal: Appeal, finding: Finding) -> HttpResponse:
    def act(_appeal: Appeal, typed: dict[str, Any]) -> object:
        return withdraw_finding(
            finding=finding, expected_version=typed["version"], by=actor_of(request), now=clock.now()
        )

    form = CaseForm(request.POST, key=f"withdraw-{finding.characteristic}")
    return carry_out(request, appeal, form, act, done=_("The finding is taken back."), anchor="conclude")


def _get_ground(appeal: Appeal, code: str) -> Ground:
    ground = appeal.grounds.filter(code=code).first()
    if ground is None:
        raise NotFoundError
    return ground


def get_attachment(appeal: Appeal, code: str, document: str) -> Attachment:
    """The paper beside a reason of the case, or 404."""
    attachments = Attachment.objects.select_related(
        "document", "ground__appeal__decision", "ground__appeal__applicant"
    )
    found = attachments.filter(
        ground__appeal=appeal, ground__code=code, document__reference=normalise_reference(document)
    ).first()
    if found is None:
        raise NotFoundError
    return found
