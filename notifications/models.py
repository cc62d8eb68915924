"""Messages as they were written, and each attempt to bring them to somebody."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One text for one person, in the person's language, frozen when it was queued."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(
        "applicants.Applicant", null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    kind = models.CharField(max_length=32)
    language = models.CharField(max_length=10)
    subject_text = models.CharField(max_length=200)
    body_text = models.TextField()
    about = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(applicant__isnull=False, user__isnull=True)
                | models.Q(applicant__isnull=True, user__isnull=False),
                name="notifications_one_reader",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="notifications_applicant"),
            models.Index(fields=["user", "-id"], name="notifications_user"),
            models.Index(fields=["about", "-id"], name="notifications_about"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.kind}"


class DeliveryState(models.TextChoices):
    """How far a message came on one channel."""

    PENDING = "PENDING", _("on its way")
    SENT = "SENT", _("sent")
    SKIPPED = "SKIPPED", _("no address for this channel")
    FAILED = "FAILED", _("could not be sent")


class Delivery(models.Model):
    """One message on one channel: how often it was tried and what came of it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=160, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="notifications_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state="SENT", sent_at__isnull=False)
                | (~models.Q(state="SENT") & models.Q(sent_at__isnull=True)),
                name="notifications_sent_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=models.Q(state="FAILED"), name="notifications_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.channel} {self.state}"
