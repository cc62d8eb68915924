"""Who may not touch an appeal, by what they did or who they are; the database refuses them too."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, TypeAlias

from django.db.models import Exists, Q, QuerySet
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
from decisions.models import Decision, LineChange, Measure, ReferralProposal


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


Part: TypeAlias = tuple[Conflict, QuerySet[Any]]


class NotIndependentError(ForbiddenError):
    """The person took part in what the appeal is about, or stands too near to the applicant."""

    code = "not-independent"
    default_message = _("You took part in this matter before, so another person must look at it.")


def check_independent(*, appeal: Appeal, by: Actor) -> None:
    """Refuse everybody who took part before, is related to the applicant, or stepped back."""
    if by.user_id is not None and list_conflicts(appeal=appeal, user_id=by.user_id):
        raise NotIndependentError


def list_conflicts(*, appeal: Appeal, user_id: int) -> list[Conflict]:
    """Every reason why this user must leave the appeal to others, asked in one query."""
    matter = list_matter(appeal.decision)
    code = f"user:{user_id}"
    found = {conflict for conflict, _part in _ask(appeal, [one.pk for one in matter], user_id, code)}
    if appeal.applicant.user_id == user_id:
        found.add(Conflict.SELF)
    if any(decision.decided_by == code for decision in matter):
        found.add(Conflict.DECIDED)
    return [conflict for conflict in Conflict if conflict in found]


def list_matter(decision: Decision) -> list[Decision]:
    """The decision and everything it superseded, newest first."""
    matter = [decision]
    while (before := matter[-1].supersedes) is not None:
        matter.append(before)
    return matter


def _ask(appeal: Appeal, pks: list[int], user_id: int, code: str) -> list[tuple[Conflict, str]]:
    parts = [*_in_the_matter(appeal, pks, user_id, code), *_near_the_person(appeal.applicant_id, user_id)]
    named = {f"asked_{number}": part for number, part in enumerate(parts)}
    asked = {name: Exists(rows) for name, (_conflict, rows) in named.items()}
    answers = Appeal.objects.filter(pk=appeal.pk).annotate(**asked).values(*asked).first() or {}
    return [(named[name][0], name) for name, is_there in answers.items() if is_there]


def _in_the_matter(appeal: Appeal, pks: list[int], user_id: int, code: str) -> Iterator[Part]:
    earlier = Q(appeal__decision__in=pks) & ~Q(appeal=appeal.pk)
    here = Q(appeal=appeal.pk)
    refused = here & Q(result=AcceptanceResult.REFUSED)
    signed = Q(signed_by=user_id)
    ruled = Q(proposed_by=user_id) | Q(countersigned_by=user_id)
    changes = LineChange.objects.filter(decision__in=pks)
    proposals = ReferralProposal.objects.filter(decision__in=pks)
    yield Conflict.SIGNED, changes.filter(signed | Q(changed_by=code))
    yield Conflict.SIGNED, proposals.filter(signed | Q(proposed_by=user_id))
    yield Conflict.SIGNED, Measure.objects.filter(decision__in=pks).filter(signed | Q(decided_by=user_id))
    yield Conflict.REVIEWED, Ruling.objects.filter(earlier).filter(ruled)
    yield Conflict.REVIEWED, Finding.objects.filter(earlier, found_by=user_id)
    yield Conflict.REVIEWED, Acceptance.objects.filter(earlier | refused, ruled_by=user_id)
    helped = AppealEvent.objects.filter(party=Party.HELPER.value, actor=code)
    # This appeal is one of the matter's; asked for by itself as well, all events would be read.
    yield Conflict.HELPED, helped.filter(appeal__decision__in=pks)
    yield Conflict.RECUSED, Recusal.objects.filter(here, user=user_id)


def _near_the_person(applicant: int, user_id: int) -> Iterator[Part]:
    declared = Relation.objects.filter(user=user_id, applicant=applicant, ended_at=None)
    yield Conflict.RELATED, declared.exclude(kind__in=[Kind.ACCOUNT, Kind.AGENT])
    yield Conflict.ACCOUNT, declared.filter(kind=Kind.ACCOUNT)
    yield Conflict.AGENT, declared.filter(kind=Kind.AGENT)
    behind = Q(firm=applicant, person__user=user_id) | Q(firm__user=user_id, person=applicant)
    yield Conflict.RELATED, RelatedPerson.objects.filter(behind)
    own = Applicant.objects.filter(user=user_id).exclude(pk=applicant)
    theirs = Applicant.objects.filter(pk=applicant)
    yield Conflict.ACCOUNT, own.filter(phone_index__in=theirs.values("phone_index"))
    yield Conflict.ACCOUNT, own.filter(bank_card_index__in=theirs.values("bank_card_index"))
