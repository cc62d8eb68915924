"""What a person proposes on a referral where two must agree."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from decisions.models.decisions import Decision, Outcome


class ProposalState(models.TextChoices):
    """A proposal waits for its second signature, was returned, or became the decision."""

    PROPOSED = "PROPOSED", _("proposed")
    RETURNED = "RETURNED", _("returned")
    FINAL = "FINAL", _("final")


class ReferralProposal(models.Model):
    """What a person wants to decide on a referral where two people must agree."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="proposals")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.TextField(help_text="why; internal")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="PROPOSED"), name="decisions_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("proposed_by")),
                name="decisions_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", signed_by__isnull=True, signed_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(signed_by__isnull=False, signed_at__isnull=False)),
                name="decisions_signature_complete",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.decision} {self.outcome}"
