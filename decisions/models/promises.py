"""Plans that people save and we keep, and what people say about the routes we show them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from decisions.models.decisions import Decision
from decisions.models.policies import PolicyVersion
from decisions.promise_states import PROMISE_MOVES


class PromiseState(models.TextChoices):
    """Where a promise stands."""

    OPEN = "OPEN", _("open")
    KEPT = "KEPT", _("kept")
    BARRED = "BARRED", _("the law stands against it")
    EXPIRED = "EXPIRED", _("expired")
    DROPPED = "DROPPED", _("given up by you")


class Promise(models.Model):
    """A saved plan: when verified facts fulfil it until a day, the version it was made with decides."""

    reference = models.CharField(max_length=20, unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="promises")
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="promises")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="promises")
    policy_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=PromiseState, default=PromiseState.OPEN)
    request = models.JSONField(help_text="product, amount, term, purpose and context that are promised")
    plan = models.JSONField(help_text="the steps with their values, and the certificate's digest")
    margin_points = models.PositiveSmallIntegerField()
    honoured_until = models.DateField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=120)
    warned_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=60, blank=True, help_text="codes; never words of a person")
    new_decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="kept_promise"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="OPEN"), name="decisions_one_open_promise"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", ended_at__isnull=True)
                | (~Q(state="OPEN") & Q(ended_at__isnull=False)),
                name="decisions_promise_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state="KEPT", new_decision__isnull=False)
                | (~Q(state="KEPT") & Q(new_decision__isnull=True)),
                name="decisions_promise_kept_by",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("saved_at")),
                name="decisions_promise_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="decisions_promise_list"),
            models.Index(fields=["policy", "id"], condition=Q(state="OPEN"), name="decisions_promise_open"),
            models.Index(fields=["honoured_until"], condition=Q(state="OPEN"), name="decisions_promise_due"),
        ]
        triggers = [
            pgtrigger.FSM(name="state_moves", field="state", transitions=sorted(PROMISE_MOVES)),
            pgtrigger.ReadOnly(
                name="terms_are_final",
                fields=[
                    "reference",
                    "decision",
                    "applicant",
                    "policy",
                    "policy_hash",
                    "request",
                    "plan",
                    "margin_points",
                    "honoured_until",
                    "saved_at",
                    "saved_by",
                ],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference


class RouteWishes(models.Model):
    """What one applicant cannot do, and what papers of the applicant's own would show."""

    applicant = models.OneToOneField(
        Applicant, on_delete=models.PROTECT, primary_key=True, related_name="route_wishes"
    )
    cannot = models.JSONField(default=list, help_text="codes of actions")
    stated = models.JSONField(default=dict, help_text="characteristic -> value")
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.applicant}"
