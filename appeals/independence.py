"""Who may not touch an appeal because of what they did before; the database refuses the same people."""

from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.models import Appeal, Finding, Ruling
from core.errors import ForbiddenError
from decisions.models import Decision, LineChange, ReferralProposal


class Conflict(StrEnum):
    """Why somebody is not independent."""

    SELF = "SELF"
    DECIDED = "DECIDED"
    SIGNED = "SIGNED"
    REVIEWED = "REVIEWED"


class NotIndependentError(ForbiddenError):
    """The person took part in what the appeal is about."""

    code = "not-independent"
    default_message = _("You took part in this matter before, so another person must look at it.")


def check_independent(*, appeal: Appeal, by: Actor) -> None:
    """Refuse the applicant, the decider, a signer and an earlier reviewer of the same matter."""
    if by.user_id is not None and list_conflicts(appeal=appeal, user_id=by.user_id):
        raise NotIndependentError


def list_conflicts(*, appeal: Appeal, user_id: int) -> list[Conflict]:
    """Every reason why this user must leave the appeal to others."""
    matter = list_matter(appeal.decision)
    pks = [decision.pk for decision in matter]
    code = f"user:{user_id}"
    earlier = Q(appeal__decision__in=pks) & ~Q(appeal=appeal.pk)
    changes = LineChange.objects.filter(decision__in=pks)
    proposals = ReferralProposal.objects.filter(decision__in=pks)
    rulings = Ruling.objects.filter(earlier)
    found = {
        Conflict.SELF: appeal.applicant.user_id == user_id,
        Conflict.DECIDED: any(decision.decided_by == code for decision in matter),
        Conflict.SIGNED: changes.filter(Q(signed_by=user_id) | Q(changed_by=code)).exists()
        or proposals.filter(Q(proposed_by=user_id) | Q(signed_by=user_id)).exists(),
        Conflict.REVIEWED: rulings.filter(Q(proposed_by=user_id) | Q(countersigned_by=user_id)).exists()
        or Finding.objects.filter(earlier, found_by=user_id).exists(),
    }
    return [conflict for conflict, is_there in found.items() if is_there]


def list_matter(decision: Decision) -> list[Decision]:
    """The decision and everything it superseded, newest first."""
    matter = [decision]
    while (before := matter[-1].supersedes) is not None:
        matter.append(before)
    return matter
