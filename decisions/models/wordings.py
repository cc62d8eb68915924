"""Changed words of a catalogue: proposed by one person, published or returned by another."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class WordingState(models.TextChoices):
    """Where proposed words stand."""

    PROPOSED = "PROPOSED", _("waiting for a second person")
    PUBLISHED = "PUBLISHED", _("published")
    RETURNED = "RETURNED", _("returned")
    WITHDRAWN = "WITHDRAWN", _("taken back")


class Wording(models.Model):
    """Proposed words of one place in both languages, beside those that stood there."""

    catalogue = models.CharField(max_length=40)
    place = models.CharField(max_length=200)
    zh = models.TextField()
    en = models.TextField()
    before_zh = models.TextField()
    before_en = models.TextField()
    state = models.CharField(max_length=10, choices=WordingState, default=WordingState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "place"],
                condition=Q(state="PROPOSED"),
                name="decisions_one_open_wording",
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="decisions_wording_settled",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["PUBLISHED", "RETURNED"]) | ~Q(settled_by=F("proposed_by")),
                name="decisions_wording_by_another",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="settled_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'PROPOSED'"),
            ),
            pgtrigger.ReadOnly(
                name="words_stay",
                fields=[
                    "catalogue", "place", "zh", "en", "before_zh", "before_en", "proposed_by", "proposed_at",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.catalogue} {self.place}"
