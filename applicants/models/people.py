"""Persons and firms, what is known about them, and what they allowed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.encryption import EncryptedTextField


class ApplicantKind(models.TextChoices):
    """A person applies, or a firm does."""

    PERSON = "PERSON", _("person")
    FIRM = "FIRM", _("firm")


class Applicant(models.Model):
    """A person or firm; identity is encrypted, and found again only by blind index."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=ApplicantKind)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="applicant"
    )
    client_id = models.CharField(max_length=100, blank=True, help_text="machine client that registered it")
    jurisdiction = models.CharField(max_length=4, default="CN")
    language = models.CharField(max_length=10, default="zh-hans")
    name = EncryptedTextField()
    id_number = EncryptedTextField(blank=True)
    id_number_index = models.BinaryField(max_length=32, null=True)
    birth_date = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    phone_index = models.BinaryField(max_length=32, null=True)
    bank_card = EncryptedTextField(blank=True)
    bank_card_index = models.BinaryField(max_length=32, null=True)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    person_decides_since = models.DateTimeField(
        null=True, blank=True, help_text="since when decisions by machine alone are refused"
    )
    erased_at = models.DateTimeField(null=True, blank=True, help_text="since when nobody can be named by it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"],
                condition=models.Q(id_number_index__isnull=False),
                name="applicants_id_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_index"], name="applicants_phone"),
            models.Index(fields=["client_id", "id"], name="applicants_client"),
        ]

    def __str__(self) -> str:
        return self.reference


class CheckResult(models.TextChoices):
    """What a real-name check answered."""

    MATCH = "MATCH", _("matches")
    MISMATCH = "MISMATCH", _("does not match")
    UNAVAILABLE = "UNAVAILABLE", _("not available")


class IdentityCheck(models.Model):
    """One answer of the real-name verification service."""

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="identity_checks")
    provider = models.CharField(max_length=40)
    result = models.CharField(max_length=12, choices=CheckResult)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.applicant} {self.result}"


class Consent(models.Model):
    """A dated permission to use one source of data; withdrawing ends it, nothing erases it."""

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="consents")
    source = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "source"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="applicants_one_open_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="applicants_consent_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.source}"


class Fact(models.Model):
    """One observed value of one characteristic, with source and date; never edited, only superseded."""

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="facts")
    characteristic = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    detail = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=40)
    observed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    is_synthetic = models.BooleanField(default=False)
    evidence_reference = models.CharField(max_length=20, blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "characteristic", "-id"], name="applicants_fact_history")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.applicant} {self.characteristic}"


class Sheet(models.Model):
    """The current facts of one applicant: characteristic -> value, source, dates, detail, fact."""

    applicant = models.OneToOneField(
        Applicant, on_delete=models.PROTECT, primary_key=True, related_name="sheet"
    )
    facts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.applicant} v{self.version}"
