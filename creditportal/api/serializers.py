"""What comes in, field by field; a name that is not listed is refused."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appeals.models import Claim
from applicants.models import ApplicantKind

EARLIEST: Final = date(1900, 1, 1)
LANGUAGES: Final = [("zh-hans", "简体中文"), ("en", "English")]
_SCALARS: Final = (str, int, float, bool, type(None))


class Strict(serializers.Serializer[Any]):
    """Input whose every field is known; nothing is guessed and nothing is ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown names, then read the known ones."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({name: [_("This name is not known here.")] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text that was sent as text; numbers and booleans are not taken for it."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse what is not text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day that a person alive could have seen."""

    def to_internal_value(self, value: Any) -> date:
        """Refuse days before 1900."""
        day = super().to_internal_value(value)
        if day < EARLIEST:
            raise serializers.ValidationError(_("Give a day from 1900 onwards."))
        return day


@extend_schema_field(
    {
        "oneOf": [{"type": "string", "maxLength": 200}, {"type": "number"}, {"type": "boolean"}],
        "nullable": True,
    }
)
class Scalar(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, true, false or nothing; the dictionary of characteristics says which."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse lists, objects and long texts."""
        if not isinstance(data, _SCALARS) or (isinstance(data, str) and len(data) > 200):
            raise serializers.ValidationError(_("Give a short text, a number, true, false or null."))
        return data

    def to_representation(self, value: Any) -> Any:
        """Return the value as it is."""
        return value


class ReportedFact(Strict):
    """One value of one characteristic, with where it was seen and when."""

    characteristic = Text(max_length=60)
    value = Scalar(allow_null=True)
    detail = serializers.DictField(child=Scalar(allow_null=True), required=False, default=dict)
    source = Text(max_length=40)  # type: ignore[assignment]  # a field of that name
    observed_on = Day()


class NewApplicant(Strict):
    """A person or firm that a partner registers, with the person's consents and what the partner knows."""

    kind = serializers.ChoiceField(choices=ApplicantKind.choices, default=ApplicantKind.PERSON)
    name = Text(max_length=80)
    id_number = Text(max_length=40)
    phone = Text(max_length=30)
    bank_card = Text(max_length=40)
    language = serializers.ChoiceField(choices=LANGUAGES, default="zh-hans")
    consents = serializers.ListField(child=Text(max_length=40), max_length=30, required=False, default=list)
    facts = ReportedFact(many=True, required=False, default=list)

    def validate_facts(self, facts: list[Any]) -> list[Any]:
        """At most a hundred facts in one request."""
        if len(facts) > 100:
            raise serializers.ValidationError(_("Send at most 100 facts at once."))
        return facts


class NewApplication(Strict):
    """A request for credit; the term is given in months or in days."""

    applicant = Text(max_length=20)
    product = Text(max_length=40)
    amount_cny = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=1)
    term_months = serializers.IntegerField(min_value=1, max_value=360, required=False, allow_null=True)
    term_days = serializers.IntegerField(min_value=1, max_value=3660, required=False, allow_null=True)
    purpose = Text(max_length=40)
    method = Text(max_length=30, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one term."""
        given = [name for name in ("term_months", "term_days") if attrs.get(name) is not None]
        if len(given) != 1:
            message = _("Give the term in months or in days, not both.")
            raise serializers.ValidationError({"term_months": [message]})
        return attrs


class NewGround(Strict):
    """One contested reason of the decision."""

    reason = Text(max_length=4)
    claim = serializers.ChoiceField(choices=Claim.choices)
    note = Text(max_length=2000, required=False, allow_blank=True, default="")


class NewAppeal(Strict):
    """An appeal against a decision: which reasons, why, and whether to send it at once."""

    grounds = NewGround(many=True, allow_empty=False)
    statement = Text(max_length=5000, required=False, allow_blank=True, default="")
    is_urgent = serializers.BooleanField(default=False)
    submit = serializers.BooleanField(default=False)

    def validate_grounds(self, grounds: list[Any]) -> list[Any]:
        """Each reason once."""
        codes = [ground["reason"] for ground in grounds]
        if len(set(codes)) != len(codes):
            raise serializers.ValidationError(_("Name each reason once."))
        return grounds


class RemedyEffect(Strict):
    """Since when what a ruling gives stands in the lender's books, and under which reference of theirs."""

    effective_on = Day(required=False, allow_null=True, default=None)
    reference = Text(required=False, allow_blank=True, max_length=64, default="")


class EvidenceTerms(Strict):
    """What a file is about; its name stands in Content-Disposition, never in the address."""

    reason = Text(max_length=4)
    kind = Text(max_length=8)
    issued_on = Day(required=False, allow_null=True, default=None)
