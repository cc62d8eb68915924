"""Early warnings, what they are compared with, the daily look at everybody, and measures."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applicants.models import Applicant
from core.encryption import EncryptedTextField
from decisions.measure_states import MEASURE_MOVES, OPEN, WAITING
from decisions.models.decisions import Decision
from decisions.models.lines import Line


class WarningLevel(models.TextChoices):
    """How serious a warning is; the policy says it of each trigger."""

    WATCH = "watch", _("watch")
    AMBER = "amber", _("amber")
    RED = "red", _("red")


class WarningEnd(models.TextChoices):
    """Why a warning ended."""

    CURED = "CURED", _("gone for two evaluations")
    COVERED = "COVERED", _("a more serious one took its place")
    NO_LINE = "NO_LINE", _("there is no line any more")


class MeasureState(models.TextChoices):
    """Where a measure stands."""

    PROPOSED = "proposed", pgettext_lazy("measure", "waits for a colleague")
    SIGNED = "signed", pgettext_lazy("measure", "waits for a second signature")
    NOTICED = "noticed", pgettext_lazy("measure", "announced")
    IN_EFFECT = "in_effect", pgettext_lazy("measure", "in effect")
    TOLD = "told", pgettext_lazy("measure", "told")
    DECLINED = "declined", pgettext_lazy("measure", "not taken")
    WITHDRAWN = "withdrawn", pgettext_lazy("measure", "withdrawn")
    LIFTED = "lifted", pgettext_lazy("measure", "lifted")


class Watch(models.Model):
    """What was last seen of somebody with a line, and the values that the next look compares with."""

    applicant = models.OneToOneField(Applicant, on_delete=models.PROTECT, related_name="watch")
    values = models.JSONField(help_text="what the last look saw")
    before = models.JSONField(help_text="what the evaluation before ended with")
    before_at = models.DateTimeField()
    policy_hash = models.CharField(max_length=64)
    sheet_version = models.PositiveIntegerField()
    looked_at = models.DateTimeField()
    again_on = models.DateField(null=True, blank=True, help_text="when time alone could change something")

    class Meta:
        verbose_name_plural = "watches"

    def __str__(self) -> str:
        return str(self.applicant_id)


class EarlyWarning(models.Model):
    """One trigger that answered yes about somebody, until it is gone for two evaluations."""

    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="warnings")
    trigger = models.CharField(max_length=8)
    level = models.CharField(max_length=5, choices=WarningLevel)
    since = models.DateTimeField()
    values = models.JSONField(help_text="the values that its test and its words use")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="the first evaluation without it")
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=8, choices=WarningEnd, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "trigger"], condition=Q(ended_at=None), name="decisions_one_open_warning"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="decisions_warning_end",
            ),
        ]
        indexes = [models.Index(fields=["-since"], name="decisions_warning_since")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.trigger} {self.level}"


class WarningSweep(models.Model):
    """The look of one day at everybody with a line, with what it came to."""

    day = models.DateField(unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    after_key = models.BigIntegerField(default=0, help_text="the applicant up to whom it has come")
    people = models.PositiveIntegerField(default=0, help_text="who has a line or an open warning")
    looked = models.PositiveIntegerField(default=0, help_text="of whom something could have changed")
    fired = models.PositiveIntegerField(default=0)
    cured = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.day.isoformat()


class Measure(models.Model):
    """One measure: proposed by the site, decided by colleagues, told to the person, and ended."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="measures")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="measures")
    code = models.CharField(max_length=8)
    level = models.CharField(max_length=5, choices=WarningLevel)
    state = models.CharField(max_length=9, choices=MeasureState)
    triggers_seen = models.JSONField(help_text="codes of the triggers that it answers")
    reasons = models.JSONField(help_text="codes of the reasons")
    notice_days = models.PositiveSmallIntegerField()
    new_total_cny = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    proposed_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = EncryptedTextField(null=True, blank=True, help_text="why; words between colleagues")
    decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="measure"
    )
    effective_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "code"], condition=Q(state__in=sorted(OPEN)),
                name="decisions_one_open_measure",
            ),
            models.UniqueConstraint(
                fields=["applicant"], condition=Q(state__in=sorted(WAITING)),
                name="decisions_one_proposed_measure",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | Q(decided_by=None) | ~Q(signed_by=F("decided_by")),
                name="decisions_measure_two_people",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "updated_at"], name="decisions_measure_list")]
        triggers = [
            pgtrigger.FSM(name="measure_moves", field="state", transitions=sorted(MEASURE_MOVES)),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.code}"
