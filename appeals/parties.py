"""In which part somebody acts on an appeal; a stranger learns nothing, not even that it exists."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission, Scope
from appeals.models import Appeal
from appeals.states import TRANSITIONS, Event, Party, Status, next_status
from core.errors import ForbiddenError, NotFoundError
from decisions.models import Decision

# Before somebody holds the appeal, any reviewer may do these.
_WITHOUT_CLAIM: Final = frozenset({Event.CLAIM, Event.ACCEPT, Event.NOT_ACCEPT})
# Nobody holds an appeal that is being checked in.
_UNHELD: Final = frozenset({Status.SCREENING.value})


class NotHolderError(ForbiddenError):
    """The appeal is on somebody else's desk, or on nobody's."""

    code = "not-your-appeal"
    default_message = _("Take this appeal first. Only the person who holds it can do this.")


def is_own(*, decision: Decision, by: Actor) -> bool:
    """Whether the actor is the applicant, or the machine client that sent the case."""
    if by.kind is ActorKind.CLIENT:
        application = decision.application
        sent_by = application.client_id if application else decision.applicant.client_id
        return bool(by.id) and by.id == sent_by
    return by.is_person and decision.applicant.user_id == by.user_id


def person_of(by: Actor) -> int:
    """The key of the person who acts; nobody else may."""
    if by.user_id is None:
        raise ForbiddenError
    return by.user_id


def may_appeal(*, decision: Decision, by: Actor) -> bool:
    """Whether the actor may act for the applicant of this decision."""
    allowed = by.can(Permission.APPEAL) if by.is_person else by.has_scope(Scope.APPEALS_WRITE)
    return allowed and is_own(decision=decision, by=by)


def own_party(by: Actor) -> Party:
    """The part of somebody who may act for the applicant."""
    return Party.APPLICANT if by.is_person else Party.LENDER


def is_holder(*, appeal: Appeal, by: Actor) -> bool:
    """Whether the actor is the reviewer who holds the appeal."""
    return by.is_person and appeal.claimed_by_id == by.user_id and by.can(Permission.REVIEW_APPEAL)


def resolve_party(*, appeal: Appeal, event: Event, by: Actor) -> Party:
    """The part in which the actor may bring the event about, or why not: 404 strangers, 403 others."""
    parties = list(_parties(appeal, event, by))
    if not parties:
        raise _refusal(appeal, event, by)
    able = [party for party in parties if next_status(status=Status(appeal.status), event=event, party=party)]
    return (able or parties)[0]


def check_holder(*, appeal: Appeal, by: Actor) -> None:
    """Refuse everybody but the reviewer who holds the appeal."""
    if not can_see(appeal=appeal, by=by) or is_own(decision=appeal.decision, by=by):
        raise NotFoundError
    if not is_holder(appeal=appeal, by=by):
        raise NotHolderError


def check_own(*, appeal: Appeal, by: Actor) -> None:
    """Refuse everybody but the applicant and the applicant's lender."""
    if may_appeal(decision=appeal.decision, by=by):
        return
    raise ForbiddenError if can_see(appeal=appeal, by=by) else NotFoundError


def can_see(*, appeal: Appeal, by: Actor) -> bool:
    """Whether the actor may know of the appeal; staff never see drafts."""
    if by.kind is ActorKind.SITE or is_own(decision=appeal.decision, by=by):
        return True
    return by.can(Permission.SEE_QUEUE) and appeal.submitted_at is not None


def check_staff(*, appeal: Appeal, by: Actor, permission: Permission = Permission.REVIEW_APPEAL) -> None:
    """Refuse the applicant's side and colleagues whose role does not carry the permission."""
    if not can_see(appeal=appeal, by=by) or is_own(decision=appeal.decision, by=by):
        raise NotFoundError
    if not by.can(permission):
        raise ForbiddenError


def _parties(appeal: Appeal, event: Event, by: Actor) -> Iterator[Party]:
    meant = frozenset[Party]().union(*(who for (_s, what), (_t, who) in TRANSITIONS.items() if what is event))
    return (party for party in _every_party(appeal, event, by) if party in meant)


def _every_party(appeal: Appeal, event: Event, by: Actor) -> Iterator[Party]:
    if by.kind is ActorKind.SITE:
        yield Party.SITE
    elif is_own(decision=appeal.decision, by=by):
        if may_appeal(decision=appeal.decision, by=by):
            yield own_party(by)
    elif can_see(appeal=appeal, by=by):
        if by.can(Permission.REVIEW_APPEAL) and (
            event in _WITHOUT_CLAIM or appeal.status in _UNHELD or is_holder(appeal=appeal, by=by)
        ):
            yield Party.REVIEWER
        if by.can(Permission.COUNTERSIGN):
            yield Party.COUNTERSIGNER
            yield Party.SUPERVISOR
    elif by.can(Permission.REVIEW_APPEAL) and appeal.opened_for == by.code:
        yield Party.HELPER


def _refusal(appeal: Appeal, event: Event, by: Actor) -> Exception:
    if not can_see(appeal=appeal, by=by):
        return NotFoundError()
    holds_it = event not in _WITHOUT_CLAIM and not is_own(decision=appeal.decision, by=by)
    return NotHolderError() if holds_it and by.can(Permission.REVIEW_APPEAL) else ForbiddenError()
