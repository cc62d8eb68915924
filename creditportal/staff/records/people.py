"""Records of applicants, their facts and their consents; identity is masked."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from applicants.characteristics import get_dictionary
from applicants.models import Consent, Fact
from applicants.showing import show_value
from core.masking import mask_card, mask_id_number, mask_name, mask_phone
from creditportal.staff.code_values import (
    characteristic_name,
    language_name,
    place_name,
    source_name,
)
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import actor, column, link_to, show_json, whole_column
from creditportal.staff.revealing import REVEALABLE
from creditportal.staff.showing import EMPTY


def _masked(mask: Callable[[str], str]) -> Callable[[str | None], str]:
    """Show a value masked, and nothing as nothing."""
    return lambda value: mask(value) if value else EMPTY


def _fact_value(fact: Fact) -> str:
    """A fact's value with its unit, and codes in words."""
    known = get_dictionary().get(fact.characteristic)
    return str(fact.value) if known is None else show_value(known, fact.value, get_language() or "zh-hans")


class ApplicantAdmin(RecordAdmin):
    """Persons and firms; each full view is asked for by field and recorded."""

    singular, plural = _("applicant"), _("applicants")
    needs = Permission.SEE_QUEUE
    found_by = ("reference",)
    change_form_template = "staff/records/applicant.html"
    list_filter = ("kind",)
    columns = (
        column("reference", _("reference")),
        column("kind", _("kind")),
        column("name", _("name"), show=mask_name),
        column("jurisdiction", _("jurisdiction"), show=place_name),
        column("language", _("language"), show=language_name),
        column("created_at", _("registered")),
    )
    details = (
        column("id_number", _("ID number"), show=_masked(mask_id_number)),
        column("phone", _("phone"), show=_masked(mask_phone)),
        column("bank_card", _("bank card"), show=_masked(mask_card)),
        column("client_id", _("registered by client")),
        column("is_sample", _("sample data")),
    )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The masked record, with a way to each full field for those who may see it."""
        may_see = isinstance(request.user, User) and request.user.can(Permission.SEE_PERSONAL_DATA)
        fields = REVEALABLE.items() if may_see else ()
        return super().changeform_view(request, object_id, form_url, {"revealable": fields})


class FactAdmin(RecordAdmin):
    """What is known, with source and date; a correction is a new fact."""

    singular, plural = _("fact"), _("facts")
    needs = Permission.SEE_PERSONAL_DATA
    found_by = ("applicant__reference",)
    list_select_related = ("applicant",)
    columns = (
        column("id", _("number")),
        link_to("applicant", _("applicant")),
        column("characteristic", _("characteristic"), show=characteristic_name),
        whole_column("value", _("value"), show=_fact_value),
        column("source", _("source"), show=source_name),
        column("observed_on", _("observed")),
        column("recorded_at", _("recorded")),
    )
    details = (
        column("detail", _("details"), show=show_json),
        actor("recorded_by", _("recorded by")),
        column("evidence_reference", _("evidence")),
        column("is_synthetic", _("made up for the sample")),
        link_to("supersedes", _("takes the place of")),
    )

    def heading_of(self, record: Fact) -> str:
        """Whose item of data, and which."""
        return f"{record.applicant} {characteristic_name(record.characteristic)}"


class ConsentAdmin(RecordAdmin):
    """Which sources of data a person allowed, from when to when."""

    singular, plural = _("consent"), _("consents")
    needs = Permission.SEE_QUEUE
    found_by = ("applicant__reference",)
    list_select_related = ("applicant",)
    columns = (
        column("id", _("number")),
        link_to("applicant", _("applicant")),
        column("source", _("source"), show=source_name),
        column("given_at", _("given")),
        column("withdrawn_at", _("withdrawn")),
    )

    def heading_of(self, record: Consent) -> str:
        """Whose consent, and to which source."""
        return f"{record.applicant} {source_name(record.source)}"
