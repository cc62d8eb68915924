"""What people ask for about their data, and whom they let in: requests, helpers, links."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models.people import Applicant
from core.encryption import EncryptedTextField


class DataRequestKind(models.TextChoices):
    """What was asked for."""

    EXPORT = "EXPORT", _("a copy of my data")
    ERASURE = "ERASURE", _("delete my data")


class DataRequestState(models.TextChoices):
    """How far a request has come."""

    REQUESTED = "REQUESTED", _("being prepared")
    READY = "READY", _("ready")
    DONE = "DONE", _("done")
    KEPT = "KEPT", _("not possible now")
    EXPIRED = "EXPIRED", _("no longer kept")


class DataRequest(models.Model):
    """One request about one's data, with its clock and what came of it."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=8, choices=DataRequestKind)
    state = models.CharField(max_length=10, choices=DataRequestState, default=DataRequestState.REQUESTED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    due_on = models.DateField()
    settled_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True, help_text="codes: what went, what is kept and why")
    body = EncryptedTextField(blank=True, help_text="the copy itself, until it expires")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "kind"],
                condition=Q(state="REQUESTED"),
                name="applicants_one_request_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="REQUESTED", settled_at__isnull=True)
                | (~Q(state="REQUESTED") & Q(settled_at__isnull=False)),
                name="applicants_request_settled",
            ),
        ]
        indexes = [models.Index(fields=["applicant", "-id"], name="applicants_requests_of")]

    def __str__(self) -> str:
        return self.reference


class HelperScope(models.TextChoices):
    """How much a helper may do; each includes the one before."""

    SEE = "SEE", _("see my decisions and appeals")
    WRITE = "WRITE", _("see, and write in my drafts")
    SEND = "SEND", _("see, write, and send for me")


class HelperGrant(models.Model):
    """The permission of one person to help another, until a day, and ended with one press."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="helper_grants")
    name = EncryptedTextField(help_text="as the applicant calls the helper")
    email = EncryptedTextField()
    email_index = models.BinaryField(max_length=32)
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="helps",
        help_text="who took it up",
    )  # fmt: skip
    scope = models.CharField(max_length=5, choices=HelperScope)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "email_index"],
                condition=Q(revoked_at__isnull=True),
                name="applicants_helper_once",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("given_at")), name="applicants_helper_dates"),
        ]
        indexes = [
            models.Index(fields=["email_index"], name="applicants_helper_email"),
            models.Index(fields=["helper"], name="applicants_helper_user"),
        ]

    def __str__(self) -> str:
        return self.reference


class ShareLink(models.Model):
    """A link that shows chosen things to whoever holds it, for seven days at most."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="share_links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    items = models.JSONField(help_text="codes of what is shown")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="applicants_link_dates"),
        ]
        indexes = [models.Index(fields=["applicant", "-id"], name="applicants_links_of")]

    def __str__(self) -> str:
        return self.reference
