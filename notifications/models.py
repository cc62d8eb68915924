"""Messages and letters as they were written, each attempt to bring them, and what people say of pages."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.encryption import EncryptedTextField


class Message(models.Model):
    """One text for one person, in the person's language, frozen when it was queued."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(
        "applicants.Applicant", null=True, blank=True, on_delete=models.PROTECT, related_name="messages",
        db_index=False,
    )  # fmt: skip
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages",
        db_index=False,
    )  # fmt: skip
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

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=160, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    in_digest = models.BooleanField(default=False, help_text="waits to be sent together with others")

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
            models.Index(
                fields=["next_at"],
                condition=models.Q(state="PENDING", in_digest=True),
                name="notifications_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.channel} {self.state}"


class LetterKind(models.TextChoices):
    """What a letter is."""

    DECISION_NOTICE = "DECISION_NOTICE", _("decision notice")
    APPEAL_LETTER = "APPEAL_LETTER", _("appeal letter")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("letter about an appeal not accepted")
    EXTENSION = "EXTENSION", _("letter about more time")
    HOLDING = "HOLDING", _("letter about a late answer")
    COST_SHEET = "COST_SHEET", _("cost sheet")
    STATUS_CARD = "STATUS_CARD", _("status card")


class Letter(models.Model):
    """One letter in every language, frozen when it was sent; what is set from it later is always the same."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16, choices=LetterKind)
    applicant = models.ForeignKey("applicants.Applicant", on_delete=models.PROTECT, related_name="letters")
    about = models.CharField(max_length=20)
    key = models.CharField(max_length=120, unique=True, help_text="what makes sending it twice one letter")
    body = EncryptedTextField(help_text="language -> what stands in it, as canonical JSON")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the body; the audit holds it too")
    verify_code = models.CharField(max_length=14, unique=True)
    sent_at = models.DateTimeField()
    signed_by = models.CharField(max_length=120, blank=True, help_text="who signed it by an act of their own")

    class Meta:
        indexes = [models.Index(fields=["applicant", "-id"], name="notifications_letters")]
        triggers = [
            # The body may be sealed again with a newer key; its digest says whether it is the same.
            pgtrigger.ReadOnly(
                name="letter_is_final",
                fields=[
                    "reference", "kind", "applicant", "about", "key", "digest", "verify_code", "sent_at",
                    "signed_by",
                ],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference} {self.kind}"


class Feedback(models.Model):
    """What somebody said about a page; nothing ties it to a person."""

    page = models.CharField(max_length=60, help_text="name of the address, never the address itself")
    language = models.CharField(max_length=10)
    is_helpful = models.BooleanField()
    words = EncryptedTextField(blank=True)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.page} {self.is_helpful}"


class Digest(models.TextChoices):
    """How often e-mails that are no legal notices come together as one."""

    NEVER = "NEVER", _("each e-mail at once")
    DAILY = "DAILY", _("once a day, in the morning")
    WEEKLY = "WEEKLY", _("once a week, on Monday morning")


class MessageSettings(models.Model):
    """How and when one person wants to be told; who has none is told at once on every channel."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="message_settings",
    )
    digest = models.CharField(max_length=8, choices=Digest, default=Digest.NEVER)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    switched_off = models.JSONField(default=list, blank=True, help_text="KIND:CHANNEL, never a legal notice")
    switched_on = models.JSONField(
        default=list, blank=True, help_text="KIND:CHANNEL, of what comes on request only"
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_quiet_both",
            ),
        ]

    def __str__(self) -> str:
        return f"settings:{self.pk}"
