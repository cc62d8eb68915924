"""What decided appeals teach: summaries, tickets for the policy, and a weekly sample that is read again."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appeals.guards import QUALITY_GUARDS
from appeals.models.appeals import Appeal, AppealEvent
from core.audiences import InternalTextField


class Dimension(models.TextChoices):
    """By what appeals are counted."""

    ALL = "ALL", _("all appeals")
    REASON = "REASON", _("reason")
    SOURCE = "SOURCE", _("source")
    RULE = "RULE", _("rule")
    POLICY = "POLICY", _("policy version")
    REVIEWER = "REVIEWER", _("reviewer")
    CHANNEL = "CHANNEL", _("channel")
    LANGUAGE = "LANGUAGE", _("language")
    GROUP = "GROUP", _("group")
    INPUT = "INPUT", _("input")
    DAYS = "DAYS", _("days")


class Uncounted(models.Model):
    """An event of an appeal that the summaries do not hold yet; the database notes it by itself."""

    # Written by a trigger of the event itself, and no event can be deleted.
    event = models.OneToOneField(
        AppealEvent, primary_key=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.event_id}"


class Tally(models.Model):
    """How many appeals of one month, by one value of one dimension, were sent, decided and overturned."""

    month = models.DateField(help_text="its first day")
    dimension = models.CharField(max_length=10, choices=Dimension)
    value = models.CharField(max_length=80, blank=True)
    sent = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    overturned = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0, help_text="decided by the legal day")
    in_target = models.PositiveIntegerField(default=0, help_text="decided by the day that we set ourselves")
    withdrawn = models.PositiveIntegerField(default=0)
    not_accepted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dimension", "month", "value"], name="appeals_tally_once"),
            models.CheckConstraint(
                condition=Q(
                    overturned__lte=models.F("decided"),
                    in_time__lte=models.F("decided"),
                    in_target__lte=models.F("decided"),
                ),
                name="appeals_tally_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.dimension} {self.value}"


class Gauge(models.Model):
    """A number about what is open now, measured every few minutes so that no page has to count."""

    board = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    value = models.PositiveBigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "name"], name="appeals_gauge_once")]

    def __str__(self) -> str:
        return f"{self.board} {self.name}"


class Feed(models.Model):
    """When one source of data last brought something, and whether colleagues know that it is quiet."""

    source = models.CharField(max_length=40, unique=True)
    last_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.source


class FeedMark(models.Model):
    """How far the facts have been read for the feeds, and whether some were left; one row."""

    upto = models.PositiveBigIntegerField(default=0)
    is_behind = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.upto}"


class ReviewState(models.TextChoices):
    """A review of the policy is open, or closed with a reason."""

    OPEN = "OPEN", pgettext_lazy("review", "open")
    CLOSED = "CLOSED", pgettext_lazy("review", "closed")


class PolicyReview(models.Model):
    """A ticket: something is overturned so often that the policy itself must be looked at."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=6, choices=ReviewState, default=ReviewState.OPEN)
    dimension = models.CharField(max_length=10, choices=Dimension)
    value = models.CharField(max_length=80)
    since = models.DateField(help_text="the first day of the first month counted")
    decided = models.PositiveIntegerField()
    overturned = models.PositiveIntegerField()
    threshold_pct = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="what came of it")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "value"], condition=Q(state="OPEN"), name="appeals_one_open_review"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at__isnull=True, closed_by__isnull=True, reason="")
                | (Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False) & ~Q(reason="")),
                name="appeals_review_closed_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="review_moves", field="state", transitions=[("OPEN", "CLOSED")]),
            pgtrigger.ReadOnly(
                name="review_is_final",
                fields=["dimension", "value", "since", "decided", "overturned", "threshold_pct", "opened_at"],
            ),
            pgtrigger.Protect(
                name="closed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state = 'CLOSED'"),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def share_pct(self) -> int:
        """The share of overturned appeals, in whole percent."""
        return round(100 * self.overturned / self.decided) if self.decided else 0


class Verdict(models.TextChoices):
    """What a second reading of a closed appeal came to."""

    SOUND = "SOUND", _("the same result, well explained")
    WORDING = "WORDING", _("the same result, the explanation could be better")
    OTHER = "OTHER", _("another result would have been right")


class QualityCheck(models.Model):
    """A closed appeal drawn at random to be read again by somebody who had no part in it."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="quality_check")
    week = models.DateField(help_text="the Monday of the week in which it was decided")
    seed = models.CharField(max_length=32, help_text="what the draw was computed from")
    drawn_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    note = InternalTextField(blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-week", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="", checked_by__isnull=True, checked_at__isnull=True)
                | (~Q(verdict="") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="appeals_verdict_complete",
            ),
        ]
        triggers = QUALITY_GUARDS

    def __str__(self) -> str:
        return f"{self.appeal} {self.week}"
