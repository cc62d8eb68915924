"""What reviewers found, saw first, recomputed and ruled."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appeals.guards import RULING_GUARDS
from appeals.models.appeals import Appeal, AppealOutcome, Ground
from core.audiences import InternalTextField
from core.encryption import EncryptedTextField
from evidence.models import Document


class HowVerified(models.TextChoices):
    """What a finding rests on: a paper that was sent, or how else it was verified."""

    PAPER = "PAPER", _("by the paper")
    SOURCE = "SOURCE", _("the source was asked")
    RECORDS = "RECORDS", _("found in our own records")
    SHOWN = "SHOWN", _("shown to us in person")


class Finding(models.Model):
    """What a reviewer accepts as the true value of one contested input; the newest per input counts."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="findings")
    ground = models.ForeignKey(Ground, on_delete=models.PROTECT, related_name="findings")
    characteristic = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    detail = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    how = models.CharField(max_length=8, choices=HowVerified, blank=True, help_text="empty where nobody said")
    fact = models.OneToOneField(
        "applicants.Fact", null=True, blank=True, on_delete=models.PROTECT, related_name="finding"
    )
    observed_on = models.DateField()
    note = InternalTextField()
    is_current = models.BooleanField(default=True)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "characteristic"],
                condition=Q(is_current=True),
                name="appeals_one_current_finding",
            ),
            models.CheckConstraint(
                condition=~Q(how="PAPER") | Q(document__isnull=False), name="appeals_finding_has_paper"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            # The note may be sealed anew with another key; a fact and a newer finding come later.
            pgtrigger.ReadOnly(name="finding_is_final", exclude=["fact", "is_current", "note"]),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.characteristic}"


class RerunState(models.TextChoices):
    """How far a rerun has come."""

    QUEUED = "QUEUED", _("queued")
    RUNNING = "RUNNING", _("running")
    DONE = "DONE", _("done")
    SUPERSEDED = "SUPERSEDED", _("overtaken by newer findings")
    FAILED = "FAILED", _("failed")


class Rerun(models.Model):
    """One recomputation of the appealed decision from the findings of one input version."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="reruns")
    input_version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RerunState, default=RerunState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    original = models.JSONField(default=dict, help_text="original facts, pinned policy")
    corrected = models.JSONField(default=dict, help_text="corrected facts, pinned policy")
    today = models.JSONField(default=dict, help_text="corrected facts, policy in force")
    facts = models.JSONField(default=dict, help_text="the corrected facts as used")
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "input_version"], name="appeals_rerun_once"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} rerun {self.input_version}"


class Leaning(models.TextChoices):
    """What the papers alone speak for."""

    SUPPORTS = "SUPPORTS", _("speaks for the applicant")
    AGAINST = "AGAINST", _("does not speak for the applicant")
    UNCLEAR = "UNCLEAR", _("leaves it open")


class FirstLook(models.Model):
    """A reviewer's view of the papers before the recomputed effect is known; never edited."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="first_looks")
    findings_version = models.PositiveIntegerField()
    leaning = models.CharField(max_length=10, choices=Leaning)
    view = InternalTextField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.appeal} {self.leaning}"


class RulingState(models.TextChoices):
    """A ruling is proposed, returned, or final."""

    PROPOSED = "PROPOSED", _("proposed")
    RETURNED = "RETURNED", _("returned")
    FINAL = "FINAL", _("final")


class Basis(models.TextChoices):
    """Which recomputation a ruling follows."""

    CORRECTED = "CORRECTED", _("corrected facts under the rules of that day")
    TODAY = "TODAY", _("corrected facts under the rules in force")
    NONE = "NONE", _("nothing changes")


class Ruling(models.Model):
    """What a reviewer rules, with reason and letters; final alone or with a second signature."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="rulings")
    state = models.CharField(max_length=10, choices=RulingState)
    outcome = models.CharField(max_length=20, choices=AppealOutcome)
    rerun = models.ForeignKey(Rerun, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=10, choices=Basis)
    amount_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    limit_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    is_bulk = models.BooleanField(default=False)
    reason = InternalTextField()
    letter_zh = EncryptedTextField()
    letter_en = EncryptedTextField()
    draft_zh = EncryptedTextField(blank=True, help_text="the letter as composed from coded data")
    draft_en = EncryptedTextField(blank=True)
    countersign_reasons = models.JSONField(default=list)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)
    return_reason = InternalTextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["appeal"], condition=Q(state="FINAL"), name="appeals_one_final"),
            models.UniqueConstraint(
                fields=["appeal"], condition=Q(state="PROPOSED"), name="appeals_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by__isnull=True) | ~Q(countersigned_by=F("proposed_by")),
                name="appeals_maker_is_not_checker",
            ),
        ]
        triggers = RULING_GUARDS

    def __str__(self) -> str:
        return f"{self.appeal} {self.outcome}"
