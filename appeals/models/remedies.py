"""What a person has while an appeal runs, and what a ruling gives until it is confirmed."""

import pgtrigger
from django.db import models
from django.db.models import Q

from appeals.models.appeals import Appeal
from decisions.models import Line


class Stay(models.Model):
    """A closed or reduced line given back for as long as the appeal runs."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="stay")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="stays")
    before = models.JSONField(help_text="the line's parts as the appealed decision left them")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["line"], condition=Q(ended_at__isnull=True), name="appeals_stayed"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.appeal} stays {self.line}"


class Remedy(models.Model):
    """Putting a ruling into effect: by when, and who confirmed that it is done."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="remedy")
    started_at = models.DateTimeField()
    due_on = models.DateField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    effective_on = models.DateField(null=True, blank=True, help_text="the day the partner names")
    booked_as = models.CharField(max_length=64, blank=True, help_text="the partner's own reference of it")
    alerted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="appeals_remedy_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(confirmed_at__isnull=True), name="appeals_remedy_due"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="confirmed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.confirmed_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} until {self.due_on}"
