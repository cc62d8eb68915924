"""What moves an appeal's dates: pauses, extensions, and the reminders that went out."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appeals.guards import EXTENSION_GUARDS
from appeals.models.appeals import Appeal
from core.audiences import ExternalTextField


class Pause(models.Model):
    """A time in which one clock stood still; open while `until` is empty, and final once it has ended."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="pauses")
    clock = models.CharField(max_length=10)
    cause = models.CharField(max_length=20, help_text="the status in which the clock stood still")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "clock"], condition=Q(until__isnull=True), name="appeals_one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="appeals_pause_dates"
            ),
            models.CheckConstraint(
                condition=Q(clock__in=["statutory", "service"]), name="appeals_pause_clock"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.until IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.clock} {self.cause}"


class ExtensionState(models.TextChoices):
    """An extension is proposed, granted by another person, or refused."""

    PROPOSED = "PROPOSED", _("proposed")
    GRANTED = "GRANTED", _("granted")
    REFUSED = "REFUSED", _("refused")


class Extension(models.Model):
    """A longer legal period for one appeal: reason, two people and the letter that says so."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=10, choices=ExtensionState, default=ExtensionState.PROPOSED)
    from_days = models.PositiveSmallIntegerField()
    to_days = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24)
    reason = ExternalTextField()
    law = models.CharField(max_length=200, blank=True)
    letter_zh = ExternalTextField()
    letter_en = ExternalTextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal"], condition=Q(state="PROPOSED"), name="appeals_one_open_extension"
            ),
            models.CheckConstraint(condition=Q(to_days__gt=F("from_days")), name="appeals_extension_longer"),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="appeals_extension_settled",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("proposed_by")),
                name="appeals_extension_two_people",
            ),
        ]
        triggers = EXTENSION_GUARDS

    def __str__(self) -> str:
        return f"{self.appeal} to {self.to_days} days"


class Reminder(models.Model):
    """One reminder that went out; the same one never goes twice."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="reminders")
    clock = models.CharField(max_length=10)
    percent = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "clock", "percent"], name="appeals_reminded_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.appeal} {self.clock} {self.percent}%"
