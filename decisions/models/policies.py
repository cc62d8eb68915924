"""Policy versions, the market condition, and what the platform says about itself."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One version of the lending policy, whole and content-hashed."""

    version = models.CharField(max_length=20, unique=True)
    content_hash = models.CharField(max_length=64)
    document = models.JSONField()
    effective_from = models.DateField()
    retired_on = models.DateField(null=True, blank=True)
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-effective_from", "-id"]
        triggers = [
            pgtrigger.Protect(
                name="content_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.content_hash IS DISTINCT FROM NEW.content_hash"),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.version


class Market(models.TextChoices):
    """The market condition that staff set."""

    EASING = "easing", _("easing")
    NORMAL = "normal", _("normal")
    TIGHT = "tight", _("tight")


class MarketSwitch(models.Model):
    """One dated, reasoned change of the market condition."""

    condition = models.CharField(max_length=8, choices=Market)
    reason = models.CharField(max_length=300)
    switched_at = models.DateTimeField()
    switched_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-switched_at", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.condition} {self.switched_at:%Y-%m-%d}"


class PlatformNoticeKind(models.TextChoices):
    """What the platform says about itself."""

    EXPOSURE = "EXPOSURE", _("overall use of a product")
    MAINTENANCE = "MAINTENANCE", _("maintenance")


class PlatformNotice(models.Model):
    """One dated statement about us: how full a product is, or when maintenance runs; the newest counts."""

    kind = models.CharField(max_length=12, choices=PlatformNoticeKind)
    product = models.CharField(max_length=40, blank=True, help_text="empty: every product")
    exposure_pct = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    stated_at = models.DateTimeField()
    stated_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-stated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(exposure_pct__gte=0), name="decisions_exposure_from_zero"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="decisions_notice_dates",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.stated_at:%Y-%m-%d}"
