"""An appeal with its grounds, the papers beside them, its events and what colleagues noted."""

from collections.abc import Collection
from typing import Any, Final, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appeals.guards import ACCEPTANCE_GUARDS, APPEAL_GUARDS, EVENT_GUARDS
from appeals.states import ENDED, Party, Status
from applicants.models import Applicant
from core.audiences import ExternalTextField, InternalText, InternalTextField
from core.encryption import EncryptedTextField
from decisions.models import Decision
from evidence.models import Document

_OPEN = ~Q(status__in=[status.value for status in sorted(ENDED)])


class AppealStatus(models.TextChoices):
    """The public label of each status."""

    DRAFT = Status.DRAFT.value, _("draft")
    SUBMITTED = Status.SUBMITTED.value, _("received")
    SCREENING = Status.SCREENING.value, _("being checked in")
    QUEUED = Status.QUEUED.value, _("waiting for a reviewer")
    IN_REVIEW = Status.IN_REVIEW.value, _("being reviewed")
    INFO_REQUESTED = Status.INFO_REQUESTED.value, _("waiting for you")
    WAITING_THIRD_PARTY = Status.WAITING_THIRD_PARTY.value, _("waiting for a third party")
    PROPOSED = Status.PROPOSED.value, _("second check")
    DECIDED = Status.DECIDED.value, _("decided")
    REMEDY = Status.REMEDY.value, _("being put right")
    CLOSED = Status.CLOSED.value, pgettext_lazy("appeal", "closed")
    WITHDRAWN = Status.WITHDRAWN.value, _("withdrawn")
    NOT_ACCEPTED = Status.NOT_ACCEPTED.value, pgettext_lazy("appeal", "not accepted")


ON_A_DESK: Final = (
    AppealStatus.IN_REVIEW,
    AppealStatus.INFO_REQUESTED,
    AppealStatus.WAITING_THIRD_PARTY,
)
"""A colleague works on it."""

UNDECIDED: Final = (
    AppealStatus.SUBMITTED,
    AppealStatus.SCREENING,
    AppealStatus.QUEUED,
    *ON_A_DESK,
    AppealStatus.PROPOSED,
)
"""Sent, and waiting for our answer: what the queue is made of."""


class AppealOutcome(models.TextChoices):
    """How an appeal ended."""

    CORRECTED = "CORRECTED", _("corrected")
    RESTORED = "RESTORED", _("restored")
    RESTORED_IN_PART = "RESTORED_IN_PART", _("restored in part")
    NEW_OFFER = "NEW_OFFER", _("new offer")
    UNCHANGED = "UNCHANGED", _("unchanged")


class Appeal(models.Model):
    """One person's request to look at one decision again."""

    reference = models.CharField(max_length=20, unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="appeals", db_index=False)
    tier = models.SmallIntegerField(default=1)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(max_length=20, choices=AppealStatus, default=AppealStatus.DRAFT)
    version = models.IntegerField(default=0)
    language = models.CharField(max_length=10)
    statement = EncryptedTextField(blank=True)
    late_reason = EncryptedTextField(blank=True)
    is_urgent = models.BooleanField(default=False)
    is_vulnerable = models.BooleanField(default=False, help_text="the person needs particular care")
    terms = models.JSONField(default=dict, help_text="the periods that held when it was sent")
    opened_for = models.CharField(
        max_length=120, blank=True, help_text="the colleague who sends it on the applicant's behalf"
    )
    opened_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="statutory end, for ordering the queue")
    remind_at = models.DateTimeField(null=True, blank=True, help_text="when its clocks are looked at again")
    target_at = models.DateTimeField(
        null=True, blank=True, help_text="end of our own target day; empty while it stands still before that"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claimed_appeals",
        db_index=False,
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    statement_read_at = models.DateTimeField(null=True, blank=True)
    findings_version = models.IntegerField(default=0, help_text="input version of the rerun")
    verified_at = models.DateTimeField(null=True, blank=True)
    reminded_days = models.SmallIntegerField(
        null=True, blank=True, help_text="the draft's last reminder: so many days before it ends"
    )
    sample_seed = models.CharField(max_length=32, blank=True, help_text="what the draw was computed from")
    sample_draw = models.SmallIntegerField(
        null=True, blank=True, help_text="0 to 9999, drawn when sent; a low one asks for a second signature"
    )
    outcome = models.CharField(max_length=20, choices=AppealOutcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    letter_left_at = models.DateTimeField(null=True, blank=True, help_text="when the answer was on its way")
    new_decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="corrects_appeal"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=_OPEN, name="appeals_one_open"),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="appeals_of_applicant"),
            models.Index(fields=["status", "due_at", "id"], name="appeals_queue"),
            # Few are open among many that ended: the queue and the desks have indexes of their own.
            models.Index(
                fields=["due_at", "id"],
                include=["status", "language", "is_urgent", "is_vulnerable", "tier"],
                condition=Q(status__in=[status.value for status in UNDECIDED]),
                name="appeals_undecided",
            ),
            models.Index(
                fields=["claimed_by", "due_at", "id"],
                include=["status"],
                condition=Q(status__in=[status.value for status in ON_A_DESK]),
                name="appeals_desk",
            ),
            models.Index(
                fields=["target_at"],
                condition=Q(status__in=[status.value for status in UNDECIDED], target_at__isnull=False),
                name="appeals_target",
            ),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="appeals_remind"),
            models.Index(
                fields=["claimed_by"], condition=Q(claimed_by__isnull=False), name="appeals_claimed"
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="appeals_second"),
            models.Index(
                fields=["decided_at"], condition=Q(decided_at__isnull=False), name="appeals_decided"
            ),
        ]
        triggers = APPEAL_GUARDS

    def __str__(self) -> str:
        return self.reference


class Claim(models.TextChoices):
    """What the applicant says about one reason."""

    WRONG = "WRONG", _("This is wrong")
    CHANGED = "CHANGED", _("This has changed")
    SHOULD_NOT_COUNT = "SHOULD_NOT_COUNT", _("This should not count")
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD", _("I do not understand this")
    PERSON = "PERSON", _("Let a person decide")


class Ground(models.Model):
    """One contested reason of the decision, with the applicant's claim about it."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="grounds", db_index=False)
    code = models.CharField(max_length=4)
    claim = models.CharField(max_length=16, choices=Claim)
    note = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["appeal", "code"], name="appeals_ground_once")]
        indexes = [models.Index(fields=["code", "claim", "-appeal"], name="appeals_ground_alike")]

    def __str__(self) -> str:
        return f"{self.appeal} {self.code}"


class Attachment(models.Model):
    """A document offered for one ground, and what the reviewer made of it."""

    ground = models.ForeignKey(Ground, on_delete=models.PROTECT, related_name="attachments")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attachments")
    attached_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessment_note = models.CharField(max_length=300, blank=True)
    checks = models.JSONField(
        default=dict, blank=True, help_text="the catalogue's checks: place -> held or not"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ground", "document"], name="appeals_attached_once")]

    def __str__(self) -> str:
        return f"{self.ground} {self.document}"


_ONES_OWN: Final = frozenset({Party.APPLICANT.value, Party.LENDER.value})


class AppealEvent(models.Model):
    """One thing that happened to an appeal; the truth, never edited."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="events", db_index=False)
    sequence = models.IntegerField()
    event = models.CharField(max_length=24)
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    actor = models.CharField(max_length=120)
    party = models.CharField(max_length=16)
    note = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["appeal", "sequence"], name="appeals_event_order")]
        triggers = EVENT_GUARDS

    def __str__(self) -> str:
        return f"{self.appeal} {self.sequence} {self.event}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """The row as stored; what a colleague noted with a step is words between colleagues."""
        row = super().from_db(db, field_names, values)
        if {"note", "party"} <= set(field_names) and row.party not in _ONES_OWN:
            row.note = InternalText(row.note)
        return row


class AcceptanceResult(models.TextChoices):
    """What was ruled about taking an appeal in."""

    IN_TIME = "IN_TIME", _("sent in time")
    LATE_ACCEPTED = "LATE_ACCEPTED", _("late, accepted")
    ACCEPTED = "ACCEPTED", _("accepted")
    REFUSED = "REFUSED", _("not accepted")


class Acceptance(models.Model):
    """What a person ruled about taking an appeal in, and why; never edited."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="acceptances")
    result = models.CharField(max_length=16, choices=AcceptanceResult)
    code = models.CharField(max_length=24, blank=True, help_text="coded reason when it is not accepted")
    reason = ExternalTextField()
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(result="REFUSED") | ~Q(code=""), name="appeals_refusal_has_code"
            ),
        ]
        triggers = ACCEPTANCE_GUARDS

    def __str__(self) -> str:
        return f"{self.appeal} {self.result}"


class InternalNote(models.Model):
    """What a colleague noted for colleagues; no applicant ever reads it, and nobody edits it."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="notes")
    text = InternalTextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.appeal} note {self.pk}"
