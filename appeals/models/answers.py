"""What people answer to a measure or send for a decision that waits, in words and with papers."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audiences import ExternalTextField
from decisions.models import Decision, Measure
from evidence.models import Document


class AnswerState(models.TextChoices):
    """How far an answer has come."""

    GIVEN = "GIVEN", _("answered, being read")
    ENOUGH = "ENOUGH", _("answered, accepted")
    NOT_ENOUGH = "NOT_ENOUGH", _("answered, not enough yet")


class MeasureAnswer(models.Model):
    """One answer to one measure; the next can be given once this one was read."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="answers")
    text = ExternalTextField(blank=True)
    plan = models.JSONField(null=True, blank=True, help_text="the cost of the repayment plan that was chosen")
    documents = models.ManyToManyField(Document, blank=True, related_name="measure_answers")
    state = models.CharField(max_length=10, choices=AnswerState, default=AnswerState.GIVEN)
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=120)
    reply = ExternalTextField(blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(state="GIVEN"), name="appeals_one_unread_answer"
            ),
            models.CheckConstraint(
                condition=Q(state="GIVEN", read_by=None, read_at=None)
                | (~Q(state="GIVEN") & Q(read_by__isnull=False, read_at__isnull=False)),
                name="appeals_answer_read",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="answer_moves", field="state",
                transitions=[("GIVEN", "ENOUGH"), ("GIVEN", "NOT_ENOUGH")],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.measure} {self.state}"


class WaitingPapers(models.Model):
    """Words and papers that a person sent while a decision waited for a colleague."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="papers_sent")
    text = ExternalTextField(blank=True)
    documents = models.ManyToManyField(Document, blank=True, related_name="waiting_papers")
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=120)

    class Meta:
        triggers = [
            pgtrigger.ReadOnly(name="sending_is_final", fields=["decision", "sent_at", "sent_by"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.sent_at:%Y-%m-%d}"
