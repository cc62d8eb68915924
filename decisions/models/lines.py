"""Credit lines and each of their changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from decisions.line_states import LINE_MOVES


class LineState(models.TextChoices):
    """The states of a credit line."""

    OFFERED = "offered", _("offered")
    ACTIVE = "active", _("active")
    USED_UP = "used_up", _("fully used")
    REDUCED = "reduced", _("reduced")
    ON_HOLD = "on_hold", _("on hold")
    SUSPENDED = "suspended", _("paused")
    CLOSED = "closed", _("closed")
    EXPIRED = "expired", _("expired")


class Line(models.Model):
    """A credit line: total = drawn + on hold + reduced + available, always."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="lines")
    product = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=LineState)
    total_cny = models.DecimalField(max_digits=12, decimal_places=2)
    drawn_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    on_hold_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    reduced_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    annual_rate_pct = models.DecimalField(max_digits=6, decimal_places=3)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "product"],
                condition=~Q(state__in=["closed", "expired"]),
                name="decisions_one_open_line",
            ),
            models.CheckConstraint(
                condition=Q(total_cny__gte=0)
                & Q(drawn_cny__gte=0)
                & Q(on_hold_cny__gte=0)
                & Q(reduced_cny__gte=0),
                name="decisions_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total_cny__gte=F("drawn_cny") + F("on_hold_cny") + F("reduced_cny")),
                name="decisions_line_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "updated_at"], name="decisions_line_by_state"),
            models.Index(
                fields=["updated_at"], condition=Q(on_hold_cny__gt=0) | Q(reduced_cny__gt=0),
                name="decisions_line_held",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.FSM(name="state_moves", field="state", transitions=sorted(LINE_MOVES)),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference


class LineChange(models.Model):
    """One change of a line: before, after, why, by whom; never edited."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="changes")
    decision = models.ForeignKey(
        "decisions.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="line_changes"
    )
    cause = models.CharField(max_length=40)
    before = models.JSONField()
    after = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.line} {self.cause}"
