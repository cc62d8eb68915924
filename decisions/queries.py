"""Reading applications and decisions: each function starts from who asks; a stranger finds nothing."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from core.errors import NotFoundError
from core.references import normalise_reference
from decisions.models import Application, Decision, DecisionAccess

_RELATED = ("applicant", "application", "line", "policy", "superseded_by")
_MOST = 200


def visible_decisions(by: Actor) -> QuerySet[Decision]:
    """Return the decisions that somebody may know of."""
    return Decision.objects.filter(_reach(by, "application__client_id", "applicant__user_id"))


def visible_applications(by: Actor) -> QuerySet[Application]:
    """Return the applications that somebody may know of."""
    return Application.objects.filter(_reach(by, "client_id", "applicant__user_id"))


def _reach(by: Actor, client_field: str, user_field: str) -> Q:
    if by.kind is ActorKind.SITE or by.can(Permission.SEE_QUEUE):
        return Q()
    if by.kind is ActorKind.CLIENT:
        return Q(**{client_field: by.id})
    return Q(**{user_field: by.user_id}) if by.user_id is not None else Q(pk__in=[])


def get_decision_for(*, by: Actor, reference: str) -> Decision:
    """Return one decision with all it refers to, or raise NotFoundError."""
    try:
        # Not `first`, which would sort what is unique.
        return visible_decisions(by).select_related(*_RELATED).get(reference=normalise_reference(reference))
    except Decision.DoesNotExist:
        raise NotFoundError from None


def list_decisions_for(*, by: Actor, before: str | None = None, limit: int = 20) -> list[Decision]:
    """Return decisions newest first, those before the one with this reference."""
    rows = visible_decisions(by).select_related(*_RELATED).defer("facts", "result").order_by("-id")
    if before:
        rows = rows.filter(pk__lt=key_of(visible_decisions(by), before))
    return list(rows[: _bounded(limit)])


def get_application_for(*, by: Actor, reference: str) -> Application:
    """Return one application, or raise NotFoundError."""
    found = (
        visible_applications(by)
        .select_related("applicant")
        .filter(reference=normalise_reference(reference))
        .first()
    )
    if found is None:
        raise NotFoundError
    return found


def list_applications_for(*, by: Actor, before: str | None = None, limit: int = 20) -> list[Application]:
    """Return applications newest first, those before the one with this reference."""
    rows = visible_applications(by).select_related("applicant").order_by("-id")
    if before:
        rows = rows.filter(pk__lt=key_of(visible_applications(by), before))
    return list(rows[: _bounded(limit)])


def record_access(*, decision: Decision, by: Actor, now: datetime) -> None:
    """Keep that somebody looked at a decision."""
    DecisionAccess.objects.create(decision=decision, actor=by.code, at=now)


def key_of(rows: QuerySet[Decision] | QuerySet[Application], reference: str) -> int:
    """Return the key of the row with this reference, where a page begins, or raise NotFoundError."""
    key = rows.filter(reference=normalise_reference(reference)).values_list("pk", flat=True).first()
    if key is None:
        raise NotFoundError
    return int(key)


def _bounded(limit: int) -> int:
    return max(1, min(limit, _MOST))
