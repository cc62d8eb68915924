"""The people behind a firm, and the invoices that it wants money on."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models.people import Applicant
from core.encryption import EncryptedTextField


class RelatedRole(models.TextChoices):
    """How a person stands to a firm."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", _("legal representative")
    SHAREHOLDER = "SHAREHOLDER", _("shareholder")


class RelatedPerson(models.Model):
    """A person behind a firm: role, share, and whether the person agreed to be counted."""

    reference = models.CharField(max_length=20, unique=True)
    firm = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="related_persons")
    person = models.ForeignKey(
        Applicant, null=True, blank=True, on_delete=models.PROTECT, related_name="related_firms",
        help_text="the applicant that the person is, once the person answered",
    )  # fmt: skip
    role = models.CharField(max_length=24, choices=RelatedRole)
    share_pct = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    name = EncryptedTextField(help_text="as the firm wrote it")
    email = EncryptedTextField()
    email_index = models.BinaryField(max_length=32)
    invited_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "email_index", "role"],
                condition=Q(removed_at__isnull=True),
                name="applicants_related_once",
            ),
            models.UniqueConstraint(
                fields=["firm"],
                condition=Q(role="LEGAL_REPRESENTATIVE", removed_at__isnull=True),
                name="applicants_one_representative",
            ),
            models.CheckConstraint(
                condition=Q(share_pct__gte=0) & Q(share_pct__lte=100),
                name="applicants_related_share",
            ),
            models.CheckConstraint(
                condition=Q(consented_at__isnull=True) | Q(person__isnull=False),
                name="applicants_consent_has_person",
            ),
        ]
        indexes = [models.Index(fields=["email_index"], name="applicants_related_email")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_counted(self) -> bool:
        """Whether the person agreed, and has not taken it back."""
        return self.consented_at is not None and self.withdrawn_at is None and self.removed_at is None


class Receivable(models.Model):
    """An invoice that a firm wants money on before its buyer pays, as the firm stated it."""

    firm = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="receivables")
    invoice = models.CharField(max_length=40)
    amount_cny = models.DecimalField(max_digits=14, decimal_places=2)
    issued_on = models.DateField()
    due_on = models.DateField()
    buyer_name = EncryptedTextField()
    buyer_code = EncryptedTextField(help_text="unified social credit code of the buyer")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "invoice"], name="applicants_invoice_once"),
            models.CheckConstraint(condition=Q(amount_cny__gt=0), name="applicants_invoice_amount"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="applicants_invoice_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.pk}"
