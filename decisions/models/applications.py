"""Applications for credit, and the rows of the public table that sample applicants came from."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant


class ApplicationState(models.TextChoices):
    """Where an application stands."""

    RECEIVED = "RECEIVED", _("received")
    DECIDED = "DECIDED", _("decided")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Application(models.Model):
    """One request for credit: product, amount, term, purpose."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="applications")
    client_id = models.CharField(max_length=100, blank=True, help_text="machine client that sent it")
    product = models.CharField(max_length=40)
    amount_cny = models.DecimalField(max_digits=12, decimal_places=2)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True, blank=True)
    purpose = models.CharField(max_length=40)
    method = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.RECEIVED)
    submission_key = models.CharField(max_length=120, unique=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cny__gt=0), name="decisions_amount_positive"),
            models.CheckConstraint(
                condition=Q(term_months__isnull=False) ^ Q(term_days__isnull=False),
                name="decisions_one_term",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="decisions_application_list"),
            models.Index(fields=["client_id", "-id"], name="decisions_application_client"),
            models.Index(fields=["id"], condition=Q(state="RECEIVED"), name="decisions_application_new"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="terms_are_final",
                fields=[
                    "applicant",
                    "product",
                    "amount_cny",
                    "term_months",
                    "term_days",
                    "purpose",
                    "method",
                ],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference


class BookRow(models.Model):
    """Which row of the public table a sample applicant was loaded from."""

    applicant = models.OneToOneField(
        Applicant, on_delete=models.PROTECT, primary_key=True, related_name="book_row"
    )
    row = models.PositiveIntegerField(unique=True)

    def __str__(self) -> str:
        return f"{self.row}"
