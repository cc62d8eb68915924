"""Disputes of records: a person says that one thing we hold is wrong."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models.people import Applicant, Fact
from core.encryption import EncryptedTextField


class DisputeState(models.TextChoices):
    """How a dispute stands, or how it ended."""

    OPEN = "OPEN", _("being checked")
    CORRECTED = "CORRECTED", _("corrected")
    CONFIRMED = "CONFIRMED", _("the record stands")
    UNSETTLED = "UNSETTLED", _("could not be settled; this is noted beside the record")
    WITHDRAWN = "WITHDRAWN", _("taken back")


class RerunState(models.TextChoices):
    """What came of looking again at decisions that the record was part of."""

    NOT_NEEDED = "NOT_NEEDED", _("no decision has to change because of it")
    WAITING = "WAITING", _("we are looking at your decisions again")
    CHANGED = "CHANGED", _("a decision was corrected")
    UNCHANGED = "UNCHANGED", _("no decision changes")
    IN_APPEAL = "IN_APPEAL", _("it counts in your open appeal")


class SourceReply(models.TextChoices):
    """What the source of a disputed record says about it."""

    SILENT = "SILENT", _("no answer yet")
    CONFIRMED = "CONFIRMED", _("the source stands by the record")
    CORRECTED = "CORRECTED", _("the source corrected the record")
    UNUSABLE = "UNUSABLE", _("the source answered something that cannot be")


class Dispute(models.Model):
    """One item that is marked as disputed: it is left out of new decisions until somebody settled it."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="disputes")
    characteristic = models.CharField(max_length=60)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="disputes")
    claim = EncryptedTextField(help_text="what the person says is right")
    state = models.CharField(max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    due_on = models.DateField()
    law = models.CharField(max_length=200, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = EncryptedTextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = EncryptedTextField(blank=True, help_text="the written answer to the person")
    new_fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rerun = models.CharField(max_length=10, choices=RerunState, default=RerunState.NOT_NEEDED)
    rerun_decision = models.CharField(max_length=20, blank=True, help_text="reference of what came of it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "characteristic"],
                condition=Q(state="OPEN"),
                name="applicants_one_open_dispute",
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", settled_at__isnull=True)
                | (~Q(state="OPEN") & Q(settled_at__gte=F("opened_at"))),
                name="applicants_dispute_dates",
            ),
            models.CheckConstraint(
                # Only a source corrects a record without a person; nobody is told no by a machine.
                condition=~Q(state__in=["CONFIRMED", "UNSETTLED"]) | Q(settled_by__isnull=False),
                name="applicants_dispute_settled_by",
            ),
            models.CheckConstraint(
                condition=Q(state="CORRECTED", new_fact__isnull=False)
                | (~Q(state="CORRECTED") & Q(new_fact__isnull=True)),
                name="applicants_dispute_corrected",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state="OPEN"), name="applicants_disputes_due"),
            models.Index(fields=["applicant", "-id"], name="applicants_disputes_of"),
        ]

    def __str__(self) -> str:
        return self.reference


class OwnStatement(models.Model):
    """What a person says beside a record in words of their own; it changes no value."""

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="statements")
    characteristic = models.CharField(max_length=60)
    text = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "characteristic"], name="applicants_one_statement_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.characteristic}"


class SourceCheck(models.Model):
    """Asking the source of a disputed record, again each day until it answers or the check ends."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="source_check")
    source = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ask_at = models.DateTimeField(null=True, blank=True, help_text="when to ask again")
    reply = models.CharField(max_length=10, choices=SourceReply, default=SourceReply.SILENT)
    replied_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when we told of the silence")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reply="SILENT", replied_at__isnull=True)
                | (~Q(reply="SILENT") & Q(replied_at__isnull=False, ask_at__isnull=True)),
                name="applicants_source_replied",
            ),
        ]
        indexes = [
            models.Index(fields=["ask_at"], condition=Q(reply="SILENT"), name="applicants_source_due"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.reply}"
