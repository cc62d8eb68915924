"""Reading appeals: loading one is the permission check; lists are keyset-paged and one query each."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission, Scope
from appeals.comparing import Comparison, comparison
from appeals.independence import Conflict, list_conflicts
from appeals.inputs import disputed_inputs
from appeals.models import Appeal, RulingState
from appeals.parties import resolve_party
from appeals.states import Event, Status, next_status
from appeals.timeline import timeline
from core.errors import DomainError, NotFoundError
from core.references import UnknownReferenceError, normalise_reference

__all__ = [
    "Comparison",
    "comparison",
    "disputed_inputs",
    "get_appeal_for",
    "list_appeals_for",
    "may",
    "timeline",
]

# Taking part in the matter before makes these impossible; the rest is a matter of holding and role.
_INDEPENDENT: Final = frozenset(
    {
        Event.CLAIM,
        Event.ACCEPT,
        Event.NOT_ACCEPT,
        Event.PROPOSE,
        Event.DECIDE,
        Event.AGREE,
        Event.RETURN,
    }
)


def get_appeal_for(*, by: Actor, reference: str) -> Appeal:
    """The appeal, or 404 for everybody who may not know of it."""
    # The rest is read where it is asked for: twelve tables in one statement take twice as long.
    near = Appeal.objects.select_related("decision__application", "applicant", "claimed_by", "remedy", "stay")
    found = _visible(by, near).filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    found.decision.applicant = found.applicant
    return found


def knows_appeal(*, by: Actor, reference: str) -> bool:
    """Whether there is an appeal with this reference that the actor may know of."""
    return _visible(by, Appeal.objects.all()).filter(reference=normalise_reference(reference)).exists()


def list_appeals_for(*, by: Actor, before: str | None = None, limit: int = 20) -> list[Appeal]:
    """The appeals an actor may know of, newest first, before the one with this reference."""
    appeals = _visible(by, _dressed()).order_by("-pk")
    older = {} if before is None else {"pk__lt": _key_of(appeals, before, "pk")["pk"]}
    if by.kind is ActorKind.CLIENT and _may_read(by):
        # Each way by an index of its own; together they would read every appeal there is.
        sent, registered = (
            Appeal.objects.filter(way, **older).order_by("-pk").values_list("pk")[:limit] for way in _ways(by)
        )
        keys = [key for (key,) in sent.union(registered).order_by("-pk")[:limit]]
        return list(_dressed().filter(pk__in=keys).order_by("-pk"))
    return list(appeals.filter(**older)[:limit])


def may(appeal: Appeal, by: Actor, *, conflicts: Sequence[Conflict] | None = None) -> frozenset[Event]:
    """What this actor may bring about now, independence included; conflicts are looked up unless given."""
    able = {event for event in Event if _is_able(appeal, event, by)}
    if able & _INDEPENDENT and by.user_id is not None and _is_conflicted(appeal, by.user_id, conflicts):
        able -= _INDEPENDENT
    return frozenset(able)


def _dressed() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "decision__application", "decision__policy", "decision__applicant", "decision__line",
        "applicant", "claimed_by", "new_decision", "parent", "remedy", "stay__line",
    )  # fmt: skip


def _visible(by: Actor, appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    if by.kind is ActorKind.SITE:
        return appeals
    if by.kind is ActorKind.CLIENT:
        return appeals.filter(_sent_by(by)) if _may_read(by) else appeals.none()
    mine = Q(applicant__user=by.user_id)
    return (
        appeals.filter(mine | Q(submitted_at__isnull=False))
        if by.can(Permission.SEE_QUEUE)
        else appeals.filter(mine)
    )


def _sent_by(by: Actor) -> Q:
    sent, registered = _ways(by)
    return sent | registered


def _ways(by: Actor) -> tuple[Q, Q]:
    """Whose case it is: the client's that sent the application, or where there is none, the person."""
    registered = Q(decision__application__isnull=True, applicant__client_id=by.id)
    return Q(decision__application__client_id=by.id), registered


def _may_read(by: Actor) -> bool:
    return bool(by.id) and (by.has_scope(Scope.APPEALS_READ) or by.has_scope(Scope.APPEALS_WRITE))


def _key_of(rows: QuerySet[Appeal], reference: str, *fields: str) -> dict[str, Any]:
    try:
        found = rows.filter(reference=normalise_reference(reference)).values(*fields).first()
    except UnknownReferenceError:
        found = None
    if found is None:
        raise NotFoundError
    return dict(found)


def _is_able(appeal: Appeal, event: Event, by: Actor) -> bool:
    try:
        party = resolve_party(appeal=appeal, event=event, by=by)
    except DomainError:
        return False
    return next_status(status=Status(appeal.status), event=event, party=party) is not None


def _is_conflicted(appeal: Appeal, user_id: int, known: Sequence[Conflict] | None) -> bool:
    if list_conflicts(appeal=appeal, user_id=user_id) if known is None else known:
        return True
    proposal = appeal.rulings.filter(state=RulingState.PROPOSED).first()
    return proposal is not None and proposal.proposed_by_id == user_id
