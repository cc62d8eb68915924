"""Who may not touch an appeal, by what they did or who they are; the database refuses them too."""

from enum import StrEnum
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.models import (
    Acceptance,
    AcceptanceResult,
    Appeal,
    AppealEvent,
    Finding,
    Recusal,
    Relation,
    Ruling,
)
from appeals.models import RelationKind as Kind
from appeals.states import Party
from applicants.models import Applicant, RelatedPerson
from core.errors import ForbiddenError
from decisions.models import Decision, LineChange, ReferralProposal


class Conflict(StrEnum):
    """Why somebody is not independent."""

    SELF = "SELF"
    DECIDED = "DECIDED"
    SIGNED = "SIGNED"
    REVIEWED = "REVIEWED"
    RELATED = "RELATED"
    ACCOUNT = "ACCOUNT"
    AGENT = "AGENT"
    HELPED = "HELPED"
    RECUSED = "RECUSED"


CONFLICT_LABELS: Final[dict[Conflict, str | Promise]] = {
    Conflict.SELF: _("It is the person's own case."),
    Conflict.DECIDED: _("This person made the decision."),
    Conflict.SIGNED: _("This person signed the decision."),
    Conflict.REVIEWED: _("This person reviewed the matter before."),
    Conflict.RELATED: _("This person declared a relation, or stands behind the same firm."),
    Conflict.ACCOUNT: _("This person shares a phone or a bank card with the applicant."),
    Conflict.AGENT: _("This person brought the applicant to us."),
    Conflict.HELPED: _("This person wrote the appeal down for the applicant."),
    Conflict.RECUSED: _("This person stepped back from the case."),
}


class NotIndependentError(ForbiddenError):
    """The person took part in what the appeal is about, or stands too near to the applicant."""

    code = "not-independent"
    default_message = _("You took part in this matter before, so another person must look at it.")


def check_independent(*, appeal: Appeal, by: Actor) -> None:
    """Refuse everybody who took part before, is related to the applicant, or stepped back."""
    if by.user_id is not None and list_conflicts(appeal=appeal, user_id=by.user_id):
        raise NotIndependentError


def list_conflicts(*, appeal: Appeal, user_id: int) -> list[Conflict]:
    """Every reason why this user must leave the appeal to others."""
    matter = list_matter(appeal.decision)
    pks = [decision.pk for decision in matter]
    code = f"user:{user_id}"
    found = {
        Conflict.SELF: appeal.applicant.user_id == user_id,
        Conflict.DECIDED: any(decision.decided_by == code for decision in matter),
        Conflict.SIGNED: _has_signed(pks, user_id, code),
        Conflict.REVIEWED: _has_reviewed(appeal, pks, user_id),
        **_personal(appeal.applicant, user_id),
        Conflict.HELPED: _has_helped(appeal, pks, code),
        Conflict.RECUSED: Recusal.objects.filter(appeal=appeal, user=user_id).exists(),
    }
    return [conflict for conflict, is_there in found.items() if is_there]


def list_matter(decision: Decision) -> list[Decision]:
    """The decision and everything it superseded, newest first."""
    matter = [decision]
    while (before := matter[-1].supersedes) is not None:
        matter.append(before)
    return matter


def _has_signed(pks: list[int], user_id: int, code: str) -> bool:
    changes = LineChange.objects.filter(decision__in=pks)
    proposals = ReferralProposal.objects.filter(decision__in=pks)
    return (
        changes.filter(Q(signed_by=user_id) | Q(changed_by=code)).exists()
        or proposals.filter(Q(proposed_by=user_id) | Q(signed_by=user_id)).exists()
    )


def _has_reviewed(appeal: Appeal, pks: list[int], user_id: int) -> bool:
    earlier = Q(appeal__decision__in=pks) & ~Q(appeal=appeal.pk)
    refused_here = Q(appeal=appeal.pk, result=AcceptanceResult.REFUSED)
    return (
        Ruling.objects.filter(earlier).filter(Q(proposed_by=user_id) | Q(countersigned_by=user_id)).exists()
        or Finding.objects.filter(earlier, found_by=user_id).exists()
        or Acceptance.objects.filter(earlier | refused_here, ruled_by=user_id).exists()
    )


def _has_helped(appeal: Appeal, pks: list[int], code: str) -> bool:
    here = Q(appeal=appeal.pk) | Q(appeal__decision__in=pks)
    return AppealEvent.objects.filter(here, party=Party.HELPER.value, actor=code).exists()


def _personal(applicant: Applicant, user_id: int) -> dict[Conflict, bool]:
    kinds = set(
        Relation.objects.filter(user=user_id, applicant=applicant, ended_at=None).values_list(
            "kind", flat=True
        )
    )
    own = Applicant.objects.filter(user=user_id).exclude(pk=applicant.pk).first()
    return {
        Conflict.RELATED: bool(kinds - {Kind.ACCOUNT, Kind.AGENT}) or _stand_together(own, applicant),
        Conflict.ACCOUNT: Kind.ACCOUNT in kinds or _share_account(own, applicant),
        Conflict.AGENT: Kind.AGENT in kinds,
    }


def _stand_together(own: Applicant | None, applicant: Applicant) -> bool:
    if own is None:
        return False
    pair = Q(firm=applicant, person=own) | Q(firm=own, person=applicant)
    return RelatedPerson.objects.filter(pair).exists()


def _share_account(own: Applicant | None, applicant: Applicant) -> bool:
    if own is None:
        return False
    pairs = (
        (own.bank_card_index, applicant.bank_card_index),
        (own.phone_index, applicant.phone_index),
    )
    return any(
        mine is not None and other is not None and bytes(mine) == bytes(other) for mine, other in pairs
    )
