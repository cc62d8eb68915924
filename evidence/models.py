"""Documents sent as evidence: where they are kept, what they are, how far their checks have come."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from core.audiences import InternalTextField
from core.encryption import EncryptedTextField


class DocumentState(models.TextChoices):
    """How far a file has come; a file that failed is kept out of everybody's reach."""

    PENDING = "PENDING", _("received, being checked")
    READY = "READY", _("checked and readable")
    REFUSED = "REFUSED", _("not usable")
    REMOVED = "REMOVED", _("removed")


class ScanResult(models.TextChoices):
    """What the virus scanner answered; without a scanner nothing is claimed."""

    NOT_SCANNED = "NOT_SCANNED", _("not scanned for viruses")
    CLEAN = "CLEAN", _("no virus found")
    INFECTED = "INFECTED", _("a virus was found")


class Document(models.Model):
    """One file: the original in quarantine, a safe copy once it passed its checks."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="documents")
    uploaded_by = models.CharField(max_length=120)
    display_name = EncryptedTextField()
    kind = models.CharField(max_length=8, help_text="evidence kind, V01 to V30")
    media_type = models.CharField(max_length=60)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    original_key = models.CharField(max_length=80, unique=True)
    safe_key = models.CharField(max_length=80, blank=True)
    safe_media_type = models.CharField(max_length=60, blank=True)
    safe_size_bytes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.PENDING)
    problem = models.CharField(max_length=20, blank=True, help_text="code of the file problem when refused")
    scan = models.CharField(max_length=12, choices=ScanResult, default=ScanResult.NOT_SCANNED)
    issued_on = models.DateField(null=True, blank=True)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "sha256"],
                condition=~models.Q(state__in=["REFUSED", "REMOVED"]),
                name="evidence_file_once",
            ),
            models.CheckConstraint(
                condition=models.Q(size_bytes__gt=0) & models.Q(size_bytes__lte=10 * 1024 * 1024),
                name="evidence_file_size",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="REFUSED") | ~models.Q(problem=""), name="evidence_refused_says_why"
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="evidence_sha256")]

    def __str__(self) -> str:
        return self.reference


class RedactedCopy(models.Model):
    """A copy with parts blackened for others to read; the original stays as it is."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="redacted_copies")
    boxes = models.JSONField(help_text="page, and the corners of what is black, in shares of the page")
    reason = InternalTextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document} redacted"


class Page(models.Model):
    """One page of a document as a picture that we drew; a browser never opens the file itself."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="pages")
    redaction = models.ForeignKey(
        RedactedCopy, null=True, blank=True, on_delete=models.PROTECT, related_name="pages"
    )
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80, unique=True)
    size_bytes = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"],
                condition=models.Q(redaction__isnull=True),
                name="evidence_page_once",
            ),
            models.UniqueConstraint(fields=["redaction", "number"], name="evidence_redacted_page_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document} page {self.number}"


class Download(models.Model):
    """One look at a document by somebody: who and when."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.document} {self.user}"


class Upload(models.Model):
    """One file on its way: the pieces so far lie in the vault; what is not finished in time is removed."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="uploads")
    started_by = models.CharField(max_length=120)
    about = models.CharField(max_length=40, help_text="what the file is for, such as AP-7K3Q-9XDM/U02")
    kind = models.CharField(max_length=8)
    display_name = EncryptedTextField()
    declared_type = models.CharField(max_length=120, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the whole file, as the sender says")
    offset = models.PositiveIntegerField(default=0, help_text="how many bytes have come")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__lte=models.F("size_bytes")), name="evidence_upload_not_too_long"
            ),
            models.UniqueConstraint(
                fields=["started_by", "about", "sha256", "size_bytes"],
                condition=~models.Q(sha256=""),
                name="evidence_upload_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class UploadPart(models.Model):
    """One piece of a file that is on its way."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["offset"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="evidence_upload_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.upload} {self.offset}"
