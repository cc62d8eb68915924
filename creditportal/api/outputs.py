"""What goes out, field by field: no primary key, no full identity number, nobody's own words."""

from typing import Any

from rest_framework import serializers

from appeals.models import AppealOutcome, AppealStatus
from applicants.models import ApplicantKind
from core.masking import mask_card, mask_id_number, mask_name, mask_phone
from decisions.models import ApplicationState, DecisionKind, Outcome

Out = serializers.Serializer[Any]


class ConsentOut(Out):
    """A source that the person allowed, and since when."""

    source = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    given_at = serializers.DateTimeField()


class FactOut(Out):
    """What is known, from where and since when."""

    characteristic = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    observed_on = serializers.DateField()


class ApplicantOut(Out):
    """A registered person or firm, with identity masked."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=ApplicantKind.choices)
    name = serializers.SerializerMethodField()
    id_number = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    bank_card = serializers.SerializerMethodField()
    language = serializers.CharField()
    consents = ConsentOut(many=True)
    facts = FactOut(many=True)
    created_at = serializers.DateTimeField()

    def get_name(self, shown: Any) -> str:
        """The name with all but its first character hidden."""
        return mask_name(shown.name)

    def get_id_number(self, shown: Any) -> str:
        """The number with its ends only."""
        return mask_id_number(shown.id_number)

    def get_phone(self, shown: Any) -> str:
        """The number with its middle hidden."""
        return mask_phone(shown.phone)

    def get_bank_card(self, shown: Any) -> str:
        """The last four digits."""
        return mask_card(shown.bank_card)


class ApplicationOut(Out):
    """An application and, once it is decided, its newest decision."""

    reference = serializers.CharField()
    applicant = serializers.CharField(source="applicant.reference")
    product = serializers.CharField()
    amount_cny = serializers.DecimalField(max_digits=12, decimal_places=2)
    term_months = serializers.IntegerField(allow_null=True)
    term_days = serializers.IntegerField(allow_null=True)
    purpose = serializers.CharField()
    method = serializers.CharField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    state_label = serializers.CharField(source="get_state_display")
    submitted_at = serializers.DateTimeField()
    decision = serializers.CharField(allow_null=True)


class DecisionOut(Out):
    """The outcome of a decision; why it came about is in its explanation."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    applicant = serializers.CharField(source="applicant.reference")
    application = serializers.CharField(source="application.reference", allow_null=True, default=None)
    product = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    outcome_label = serializers.CharField(source="get_outcome_display")
    score = serializers.IntegerField(min_value=350, max_value=950)
    limit_cny = serializers.DecimalField(max_digits=12, decimal_places=2)
    is_automatic = serializers.BooleanField(source="is_decided_by_rules")
    decided_at = serializers.DateTimeField()
    supersedes = serializers.CharField(source="supersedes.reference", allow_null=True, default=None)
    superseded_by = serializers.CharField(source="superseded_by.reference", allow_null=True, default=None)


class GroundOut(Out):
    """A contested reason; what the person wrote about it stays with the lender."""

    reason = serializers.CharField(source="code")
    claim = serializers.CharField()
    claim_label = serializers.CharField(source="get_claim_display")


class EvidenceOut(Out):
    """A file that this client sent, and how far its checks have come; never its content or name."""

    reference = serializers.CharField(source="document.reference")
    reason = serializers.CharField(source="ground.code")
    kind = serializers.CharField(source="document.kind")
    state = serializers.CharField(source="document.state")
    state_label = serializers.CharField(source="document.get_state_display")
    problem = serializers.CharField(source="document.problem")
    scan = serializers.CharField(source="document.scan")
    size_bytes = serializers.IntegerField(source="document.size_bytes")
    sha256 = serializers.CharField(source="document.sha256")
    issued_on = serializers.DateField(source="document.issued_on", allow_null=True)
    received_at = serializers.DateTimeField(source="attached_at")
    accepted = serializers.BooleanField(allow_null=True)


class RemedyOut(Out):
    """Putting a ruling into effect: until when, when that was confirmed, and the lender's reference of it."""

    due_on = serializers.DateField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    effective_on = serializers.DateField(allow_null=True)
    reference = serializers.CharField(source="booked_as")


class AppealOut(Out):
    """An appeal: where it stands, what it contests, how it ended; its version is also its ETag."""

    reference = serializers.CharField()
    decision = serializers.CharField(source="decision.reference")
    status = serializers.ChoiceField(choices=AppealStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=AppealOutcome.choices, allow_blank=True)
    outcome_label = serializers.CharField(source="get_outcome_display")
    new_decision = serializers.CharField(source="new_decision.reference", allow_null=True, default=None)
    remedy = RemedyOut(allow_null=True, default=None)
    grounds = GroundOut(source="grounds.all", many=True)
    evidence = EvidenceOut(many=True)
    next_steps = serializers.ListField(child=serializers.CharField())
