"""Decisions with their reasons, how they were explained, and who looked at them."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from core.encryption import EncryptedTextField
from decisions.models.applications import Application
from decisions.models.lines import Line
from decisions.models.policies import Market, PolicyVersion

WAITING_OUTCOMES = ("refer", "hold")
"""Nothing is decided yet: a person or something that has to be settled is waited for."""
ADVERSE_OUTCOMES = ("counter", "hold", "refer", "decline", "close", "cut")


class DecisionKind(models.TextChoices):
    """What was decided: an application, or a change of an existing line."""

    APPLICATION = "APPLICATION", _("application")
    LINE_CLOSED = "LINE_CLOSED", _("line closed")
    LINE_CUT = "LINE_CUT", _("line reduced")


class Outcome(models.TextChoices):
    """How a decision ended."""

    APPROVE = "approve", _("approved")
    COUNTER = "counter", _("another offer")
    HOLD = "hold", _("waiting")
    REFER = "refer", _("a person decides")
    DECLINE = "decline", _("not approved")
    CLOSE = "close", _("line closed")
    CUT = "cut", _("line reduced")


class Decision(models.Model):
    """One decision with everything that it was made from, frozen so that it can be replayed."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=DecisionKind, default=DecisionKind.APPLICATION)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="decisions")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    line = models.ForeignKey(Line, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    policy_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=60)
    market = models.CharField(max_length=8, choices=Market)
    product = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8, choices=Outcome)
    score = models.PositiveSmallIntegerField()
    limit_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    facts = models.JSONField(help_text="characteristic -> value, source, dates, detail, as used")
    request = models.JSONField(help_text="product, amount, term, purpose and context, as used")
    result = models.JSONField(help_text="the assessment: points, rules, limit, price, coverage")
    is_automatic = models.BooleanField(default=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)
    note = EncryptedTextField(null=True, blank=True, help_text="why a person decided so; internal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=350) & Q(score__lte=950), name="decisions_score_range"
            ),
            models.CheckConstraint(
                condition=Q(kind="APPLICATION", application__isnull=False)
                | (~Q(kind="APPLICATION") & Q(line__isnull=False)),
                name="decisions_about_something",
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=True) | Q(note__isnull=False), name="decisions_person_says_why"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind="APPLICATION", supersedes__isnull=True),
                name="decisions_first_once",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="decisions_decision_list"),
            models.Index(
                fields=["id"], condition=Q(outcome__in=["refer", "hold"]), name="decisions_decision_waiting"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="has_reason",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__outcome__in=ADVERSE_OUTCOMES),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM decisions_decisionreason WHERE decision_id = NEW.id) THEN
                        RAISE EXCEPTION 'decision % has no reason', NEW.reference USING ERRCODE = '23514';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_decided_by_rules(self) -> bool:
        """Whether rules alone decided; of what waits nothing is decided yet."""
        return self.is_automatic and self.outcome not in WAITING_OUTCOMES


class DecisionReason(models.Model):
    """One principal reason of a decision, as code and parameters, in order."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reasons")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=4)
    parameters = models.JSONField(default=dict)
    tag = models.CharField(max_length=12)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="decisions_reason_position"),
            models.UniqueConstraint(fields=["decision", "code"], name="decisions_reason_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.decision} {self.code}"


class RenderedExplanation(models.Model):
    """The explanation of a decision in one language and catalogue version, made on first read."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="explanations")
    language = models.CharField(max_length=10)
    catalogue_hash = models.CharField(max_length=64)
    document = models.JSONField()
    body = models.BinaryField(null=True, help_text="the document as JSON in UTF-8, as the API sends it")
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "language", "catalogue_hash"], name="decisions_explained_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.language}"


class FrozenPage(models.Model):
    """The page of a decision as its applicant saw it last; it is shown again while its stamp still holds."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="pages")
    language = models.CharField(max_length=10)
    stamp = models.CharField(max_length=64, help_text="hash of all that the page was made from")
    body = models.BinaryField(help_text="the page in UTF-8, with a mark where the form token goes")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "language"], name="decisions_frozen_page_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.language}"


class DecisionAccess(models.Model):
    """One look at a decision: who and when."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="accesses")
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.decision} {self.actor}"
