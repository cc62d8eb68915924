"""What one side of an appeal asks of the other, and what came of it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeals import Appeal
from core.audiences import ExternalTextField, InternalTextField
from evidence.models import Document


class RequestKind(models.TextChoices):
    """What can be asked for."""

    ITEMS = "ITEMS", _("information from the applicant")
    THIRD_PARTY = "THIRD_PARTY", _("information from a third party")
    MORE_TIME = "MORE_TIME", _("more time to answer")
    EXPEDITE = "EXPEDITE", _("a quicker answer")
    WITHDRAW = "WITHDRAW", _("taking the appeal back")
    REINSTATE = "REINSTATE", _("taking the appeal up again")


class RequestState(models.TextChoices):
    """How far a request has come."""

    OPEN = "OPEN", _("open")
    ANSWERED = "ANSWERED", _("answered")
    GRANTED = "GRANTED", _("granted")
    REFUSED = "REFUSED", _("not granted")
    LAPSED = "LAPSED", _("not answered in time")
    CANCELLED = "CANCELLED", _("no longer needed")


class Request(models.Model):
    """One request; settled exactly once, by the other side, by a person, or by its date."""

    reference = models.CharField(max_length=20, unique=True)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=12, choices=RequestKind)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    about = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="petitions"
    )
    source = models.CharField(max_length=40, blank=True, help_text="which third party")
    text = ExternalTextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    wanted_on = models.DateField(null=True, blank=True, help_text="the day that more time is asked for")
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True, blank=True)
    answer = InternalTextField(blank=True, help_text="what a third party said")
    reason = ExternalTextField(blank=True, help_text="why it was granted or not")
    settled_by = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "kind"], condition=Q(state="OPEN"), name="appeals_one_open_request"
            ),
            models.CheckConstraint(
                condition=Q(state="OPEN", settled_at__isnull=True, settled_by="")
                | (~Q(state="OPEN") & Q(settled_at__isnull=False) & ~Q(settled_by="")),
                name="appeals_request_settled",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["ITEMS", "THIRD_PARTY"]) | Q(due_on__isnull=False),
                name="appeals_request_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="OPEN"), name="appeals_request_due"),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="settled_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'OPEN'"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ItemState(models.TextChoices):
    """What came of one thing we asked the applicant for."""

    OPEN = "OPEN", _("open")
    ANSWERED = "ANSWERED", _("answered")
    CANNOT = "CANNOT", _("cannot be provided")


class RequestItem(models.Model):
    """One thing the applicant is asked for."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    evidence_kind = models.CharField(max_length=8, blank=True)
    text = ExternalTextField()
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.OPEN)
    answer = ExternalTextField(blank=True)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="request_items"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="appeals_item_once"),
            models.CheckConstraint(
                condition=Q(state="OPEN", answered_at__isnull=True)
                | (~Q(state="OPEN") & Q(answered_at__isnull=False)),
                name="appeals_item_answered",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.request} {self.position}"
