"""What a run over the book announced: changes of lines whose day is still to come."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from decisions.models.decisions import Decision
from decisions.models.lines import Line


class AnnouncementEnd(models.TextChoices):
    """What came of an announcement."""

    IN_EFFECT = "IN_EFFECT", pgettext_lazy("announcement", "in effect")
    EMPTY = "EMPTY", pgettext_lazy("announcement", "nothing was left to change")
    CURED = "CURED", pgettext_lazy("announcement", "put right before the day")
    CORRECTED = "CORRECTED", pgettext_lazy("announcement", "a later decision took its place")
    LAPSED = "LAPSED", pgettext_lazy("announcement", "not confirmed in time")
    NO_LINE = "NO_LINE", pgettext_lazy("announcement", "there is no line any more")


class Announcement(models.Model):
    """A change of a line that a run decided about, carried out once its notice has passed."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="announcement")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="announcements")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_on = models.DateField()
    sheet_version = models.PositiveIntegerField(help_text="the facts that were looked at last")
    looked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=9, choices=AnnouncementEnd, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(ended_at=None), name="decisions_one_open_announcement"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="decisions_announcement_end",
            ),
        ]
        indexes = [
            models.Index(fields=["looked_at"], condition=Q(ended_at=None), name="decisions_announced_open")
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.line} {self.effective_on}"
