"""The book as coded inputs, runs over it in chunks, their results in a partition each, and dry runs."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from decisions.book_products import CONSUMER
from decisions.models.policies import Market, PolicyVersion
from decisions.run_states import APPROVERS, RUN_MOVES


class BookEntry(models.Model):
    """An applicant's coded inputs for a product and what stands about them, rebuilt from readable facts."""

    pk = models.CompositePrimaryKey("product", "applicant_id")
    product = models.SmallIntegerField(help_text="place among the products of the book")
    applicant = models.ForeignKey(
        Applicant, on_delete=models.PROTECT, related_name="book_entries", db_index=False
    )
    standing_id = models.BigIntegerField(help_text="key of the decision that stands")
    sheet_version = models.PositiveIntegerField()
    line_id = models.BigIntegerField(null=True, help_text="key of the open line")
    line_version = models.PositiveIntegerField(null=True)
    valid_until = models.DateField(null=True, help_text="the last day before the next birthday")
    layout = models.IntegerField(help_text="checksum of the layout of the codes")
    codes = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.applicant_id}"


class RunCause(models.TextChoices):
    """Why everybody is assessed again."""

    POLICY = "POLICY", _("a policy version")
    CORRECTION = "CORRECTION", _("corrected data")


class RunState(models.TextChoices):
    """Where a run over the book stands."""

    PREPARING = "PREPARING", _("reading the facts")
    EVALUATING = "EVALUATING", _("assessing everybody")
    BRAKED = "BRAKED", _("waits for two people")
    APPLYING = "APPLYING", _("writing decisions")
    TELLING = "TELLING", _("telling people")
    DONE = "DONE", _("finished")
    STOPPED = "STOPPED", _("ended early")


class Run(models.Model):
    """One reassessment of everybody under one policy version; what it is made of is frozen when it starts."""

    reference = models.CharField(max_length=20, unique=True)
    cause = models.CharField(max_length=10, choices=RunCause)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="runs")
    policy_hash = models.CharField(max_length=64)
    market = models.CharField(max_length=8, choices=Market)
    reason = models.CharField(max_length=300)
    setting = models.JSONField(help_text="contexts by jurisdiction, layout and legends of the codes")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.PREPARING)
    is_paused = models.BooleanField(default=False)
    chunk_size = models.PositiveIntegerField()
    people = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="what changes, by cause, and what came of it")
    brake = models.JSONField(default=dict, help_text="the causes that stopped the run, with their shares")
    problem = models.CharField(max_length=160, blank=True)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=120)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decisions_run_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["DONE", "STOPPED"], ended_at__isnull=False)
                | (~Q(state__in=["DONE", "STOPPED"]) & Q(ended_at__isnull=True)),
                name="decisions_run_end",
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=~Q(state__in=["DONE", "STOPPED"]),
                name="decisions_one_open_run",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="run_moves", field="state", transitions=sorted(RUN_MOVES)),
            pgtrigger.ReadOnly(
                name="run_is_final",
                fields=["cause", "policy", "policy_hash", "market", "setting", "started_by", "reason"],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="two_release",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="BRAKED", new__state="APPLYING"),
                func=f"""
                    IF (SELECT count(DISTINCT approved_by_id) FROM decisions_runapproval
                        WHERE run_id = NEW.id) < {APPROVERS} THEN
                        RAISE EXCEPTION 'run % needs two people', NEW.reference USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608  a number of ours
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def changed(self) -> int:
        """For how many people the result differs from what stood."""
        return int(self.counts.get("better", 0)) + int(self.counts.get("worse", 0))


class RunChunk(models.Model):
    """A part of one phase of a run: claimed under lock, done once, in the transaction of its effect."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="chunks")
    phase = models.CharField(max_length=10, choices=RunState)
    product = models.CharField(max_length=32, default=CONSUMER)
    number = models.PositiveIntegerField()
    first_key = models.BigIntegerField()
    last_key = models.BigIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    changes = models.JSONField(default=dict, help_text="how many were changed, by cause")
    problem = models.CharField(max_length=160, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "phase", "number"], name="decisions_chunk_once"),
            models.CheckConstraint(
                condition=Q(first_key__lte=models.F("last_key")), name="decisions_chunk_range"
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "phase", "number"],
                condition=Q(done_at__isnull=True),
                name="decisions_chunk_open",
            ),
            models.Index(fields=["done_at"], condition=Q(phase="APPLYING"), name="decisions_chunk_applied"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="done_is_done",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__done_at__isnull=False),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.phase} {self.number}"


class RunApproval(models.Model):
    """One person's release of a run that the brake has stopped."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "approved_by"], name="decisions_approved_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="decisions_approval_has_reason"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.run} {self.approved_by_id}"


class RunResult(models.Model):
    """One person as a run assessed them, with the coded inputs used; a partition per run."""

    pk = models.CompositePrimaryKey("run_id", "product", "applicant_id")
    run_id = models.BigIntegerField()
    product = models.SmallIntegerField(help_text="place among the products of the book")
    applicant_id = models.BigIntegerField()
    standing_id = models.BigIntegerField()
    outcome = models.SmallIntegerField()
    score = models.SmallIntegerField()
    limit_cny = models.IntegerField(help_text="-1: none could be computed")
    rate_milli = models.IntegerField(help_text="annual rate in thousandths of a percent, -1: none")
    reasons = models.BinaryField(help_text="up to four, as places in the legend; 255: none")
    change = models.SmallIntegerField(help_text="0 none, 1 better, 2 worse")
    cause = models.SmallIntegerField(help_text="place in the legend of causes; -1: none")
    codes = models.BinaryField()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.run_id} {self.applicant_id}"


class RunChange(models.Model):
    """What a run did for somebody whose result differed from what stood: once a run, product and person."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="run_changes")
    product = models.CharField(max_length=32, default=CONSUMER)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(
        "decisions.Decision", on_delete=models.PROTECT, related_name="run_change", null=True, blank=True
    )
    cause = models.CharField(max_length=8)
    left = models.CharField(max_length=12, blank=True, help_text="why nothing was changed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "product", "applicant"], name="decisions_changed_once"),
            models.CheckConstraint(
                condition=Q(decision__isnull=True) ^ Q(left=""), name="decisions_changed_or_left"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.run_id} {self.applicant_id}"


class DryRun(models.Model):
    """What a policy version would change in the whole book, compared with the one in force; never edited."""

    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="dry_runs")
    base = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    policy_hash = models.CharField(max_length=64)
    base_hash = models.CharField(max_length=64)
    market = models.CharField(max_length=8, choices=Market)
    base_market = models.CharField(max_length=8, choices=Market)
    people = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    counts = models.JSONField(help_text="who goes from what to what, whole and by group")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.policy} {self.made_at:%Y-%m-%d}"
