"""Routes, plans and what-if: what comes in and what goes out, field by field."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from creditportal.api.serializers import Scalar, Strict, Text
from decisions.models import Outcome, PromiseState

Out = serializers.Serializer[Any]
MOST_CHANGES = 40


class NewPromise(Strict):
    """Which route to keep: its key from the list of routes."""

    route = Text(max_length=12)


class NewWhatIf(Strict):
    """Values to try, by characteristic; `requested` is the amount asked for."""

    changes = serializers.DictField(child=Scalar(allow_null=True))

    def validate_changes(self, changes: dict[str, Any]) -> dict[str, Any]:
        """At most forty values in one request."""
        if len(changes) > MOST_CHANGES:
            raise serializers.ValidationError(_("Send at most 40 values at once."))
        return changes


@extend_schema_field({"type": "object", "additionalProperties": True, "nullable": True})
class AnyObject(serializers.JSONField):
    """A part that is described in the API guide."""


class StepOut(Out):
    """One rung: what to do, how sure its day is, and where score and checks stand after it."""

    kind = serializers.ChoiceField(choices=["start", "time", "action"])
    action = serializers.CharField()
    title = serializers.CharField()
    also = serializers.ListField(child=serializers.CharField())
    certainty = serializers.CharField()
    by_on = serializers.CharField()
    gain = serializers.IntegerField()
    score = serializers.IntegerField()
    settles = serializers.ListField(child=serializers.CharField())
    left = serializers.IntegerField()
    target = AnyObject(allow_null=True)


class RouteOut(Out):
    """One route to approval, or to a named smaller amount."""

    key = serializers.CharField()
    ends_in = serializers.CharField()
    amount_cny = serializers.CharField()
    asks_less = serializers.BooleanField()
    score = serializers.IntegerField()
    gate = serializers.IntegerField()
    effort = serializers.IntegerField()
    months = serializers.IntegerField()
    done_on = serializers.DateField()
    honoured_until = serializers.DateField()
    margin_points = serializers.IntegerField()
    steps = StepOut(many=True)


class NoRouteOut(Out):
    """Why nothing within the person's control helps, and when time does."""

    lines = serializers.ListField(child=serializers.CharField())
    blocked = serializers.ListField(child=serializers.CharField())
    time_alone_on = serializers.DateField(allow_null=True)
    certificate = serializers.CharField()


class RoutesOut(Out):
    """Up to three different routes, or the proof that there is none."""

    decision = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    asked_cny = serializers.CharField()
    score = serializers.IntegerField()
    gate = serializers.IntegerField()
    routes = RouteOut(many=True)
    none = NoRouteOut(allow_null=True)
    cannot = serializers.ListField(child=serializers.CharField())


class PlanStepOut(Out):
    """One step of a plan, and whether verified facts show it."""

    title = serializers.CharField()
    certainty = serializers.CharField()
    is_done = serializers.BooleanField()
    today = serializers.CharField()


class PromiseOut(Out):
    """A plan that is kept as a promise."""

    reference = serializers.CharField()
    decision = serializers.CharField()
    state = serializers.ChoiceField(choices=PromiseState.choices)
    state_label = serializers.CharField()
    ends_in = serializers.CharField()
    amount_cny = serializers.CharField()
    score = serializers.IntegerField()
    gate = serializers.IntegerField()
    margin_points = serializers.IntegerField()
    policy_version = serializers.CharField()
    rules_changed = serializers.BooleanField()
    saved_at = serializers.DateTimeField()
    done_on = serializers.DateField()
    honoured_until = serializers.DateField()
    steps = PlanStepOut(many=True)
    new_decision = serializers.CharField(allow_null=True)


class CheckOut(Out):
    """A check that is still open."""

    rule = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name


class SideOut(Out):
    """A result: what would be decided, with score, limit and price."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    title = serializers.CharField()
    score = serializers.IntegerField()
    gate = serializers.IntegerField()
    limit_cny = serializers.CharField(allow_null=True)
    annual_rate_pct = serializers.CharField(allow_null=True)
    checks_left = CheckOut(many=True)


class WhatIfOut(Out):
    """The result as it is and as it would be."""

    decision = serializers.CharField()
    before = SideOut()
    after = SideOut()
    gain = serializers.IntegerField()
