"""Why a colleague keeps away from a case: declared relations, and cases somebody stepped back from."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeals import Appeal
from applicants.models import Applicant
from core.audiences import InternalTextField


class RelationKind(models.TextChoices):
    """How a colleague stands to an applicant."""

    FAMILY = "FAMILY", _("family")
    FRIEND = "FRIEND", _("friend")
    BUSINESS = "BUSINESS", _("business partner, employer or employee")
    ACCOUNT = "ACCOUNT", _("shares an account or a household")
    AGENT = "AGENT", _("brought this applicant to us")


class Relation(models.Model):
    """A declared relation between a colleague and an applicant; it ends, but is never erased."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declared_relations"
    )
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="declared_relations")
    kind = models.CharField(max_length=10, choices=RelationKind)
    note = InternalTextField(blank=True)
    declared_by = models.CharField(max_length=120)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "applicant", "kind"],
                condition=Q(ended_at__isnull=True),
                name="appeals_relation_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("declared_at")),
                name="appeals_relation_dates",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.applicant}"


class Recusal(models.Model):
    """A colleague stepped back from one appeal; for good."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = InternalTextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "user"], name="appeals_recused_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.appeal} without {self.user}"
