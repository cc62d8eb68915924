"""Records of policies, market switches, applications, decisions and lines."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from core.clock import now
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.code_values import method_words, product_words, purpose_words
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import actor, column, link_to, show_json
from decisions.queries import record_access


class PolicyVersionAdmin(RecordAdmin):
    """The versions of the lending policy, whole and hashed."""

    singular, plural = _("policy version"), _("policy versions")
    needs = Permission.MANAGE_POLICY
    columns = (
        column("version", _("version")),
        column("effective_from", _("in force from")),
        column("retired_on", _("retired")),
        column("content_hash", _("content hash"), show=lambda value: value[:16]),
        column("loaded_at", _("loaded")),
    )
    details = (link_to("predecessor", _("predecessor")), column("document", _("document"), show=show_json))


class MarketSwitchAdmin(RecordAdmin):
    """Each change of the market condition, with its reason."""

    singular, plural = _("market switch"), _("market switches")
    needs = Permission.MANAGE_POLICY
    columns = (
        column("id", _("number")),
        column("condition", _("condition")),
        column("reason", _("reason")),
        column("switched_at", _("switched")),
        actor("proposed_by", _("by")),
        actor("approved_by", _("second person")),
        column("review_on", _("review on")),
    )


class ApplicationAdmin(RecordAdmin):
    """What was asked for."""

    singular, plural = _("application"), _("applications")
    needs = Permission.SEE_QUEUE
    found_by = ("reference", "applicant__reference")
    list_filter = ("state",)
    list_select_related = ("applicant",)
    columns = (
        column("reference", _("reference")),
        link_to("applicant", _("applicant")),
        column("product", _("product"), show=product_words),
        column("amount_cny", _("amount in yuan")),
        column("state", _("state")),
        column("submitted_at", _("sent")),
    )
    details = (
        column("term_months", _("term in months")),
        column("term_days", _("term in days")),
        column("purpose", _("purpose"), show=purpose_words),
        column("method", _("repayment method"), show=method_words),
        column("client_id", _("sent by client")),
        actor("submitted_by", _("sent by")),
    )


class DecisionAdmin(RecordAdmin):
    """Each decision with everything it was made from."""

    singular, plural = _("decision"), _("decisions")
    needs = Permission.SEE_QUEUE
    found_by = ("reference", "applicant__reference", "application__reference")
    list_filter = ("outcome",)
    list_select_related = ("applicant", "policy", "supersedes")
    columns = (
        column("reference", _("reference")),
        link_to("applicant", _("applicant")),
        column("kind", _("kind")),
        column("product", _("product"), show=product_words),
        column("outcome", _("outcome")),
        column("score", _("score")),
        column("limit_cny", _("limit in yuan")),
        column("decided_at", _("decided")),
    )
    details = (
        link_to("application", _("application")),
        link_to("supersedes", _("takes the place of")),
        link_to("policy", _("policy version"), needs=Permission.MANAGE_POLICY),
        column("policy_hash", _("policy hash")),
        column("engine_version", _("engine version")),
        column("market", _("market condition")),
        column("is_automatic", _("decided automatically")),
        actor("decided_by", _("decided by")),
        column("note", _("note")),
        column("request", _("request as used"), show=show_json),
        column("facts", _("facts as used"), show=show_json),
        column("result", _("assessment"), show=show_json),
    )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of one decision; that it was looked at is noted for the person it is about."""
        decision = context.get("original")
        if decision is not None:
            record_access(decision=decision, by=actor_of(cast("StaffRequest", request)), now=now())
        return super().render_change_form(request, context, *args, **kwargs)


class LineAdmin(RecordAdmin):
    """Credit lines as they stand."""

    singular, plural = _("credit line"), _("credit lines")
    needs = Permission.SEE_QUEUE
    found_by = ("reference", "applicant__reference")
    list_select_related = ("applicant",)
    columns = (
        column("reference", _("reference")),
        link_to("applicant", _("applicant")),
        column("product", _("product"), show=product_words),
        column("state", _("state")),
        column("total_cny", _("total in yuan")),
        column("drawn_cny", _("drawn in yuan")),
        column("on_hold_cny", _("on hold in yuan")),
        column("reduced_cny", _("reduced in yuan")),
        column("updated_at", _("changed")),
    )
    details = (column("annual_rate_pct", _("annual rate in percent")), column("opened_at", _("opened")))
