"""Promises: a saved plan is honoured under the version it was made with, until its day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from applicants.changes import queue_change
from applicants.facts import get_sheet
from applicants.models import Applicant
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, NotFoundError
from core.references import new_reference, normalise_reference
from decisions.models import Decision, PolicyVersion, Promise, PromiseState
from decisions.policies import find_policy_in_force
from decisions.route_wishes import check_own
from decisions.routes import Plan, find_routes_for
from notifications.kinds import Kind
from notifications.queueing import queue_message

_RELATED: Final = ("applicant", "decision__applicant", "decision__application", "policy", "new_decision")
_MOST: Final = 200


class PlanChangedError(ConflictError):
    """The plan is no longer among the routes of this decision."""

    code = "plan-changed"
    default_message = _("This plan has changed since you opened the page. Please look at the routes again.")


class HasPromiseError(ConflictError):
    """Another plan is kept for this decision already."""

    code = "has-promise"
    default_message = _("You already keep a plan for this decision. Give it up first to keep another.")


class ReplacedError(ConflictError):
    """A newer decision took the place of this one."""

    code = "decision-replaced"
    default_message = _("A newer decision has replaced this one. Please look at its routes.")


def save_promise(*, decision: Decision, route_key: str, by: Actor, now: datetime) -> Promise:
    """Keep one route of a decision as a promise; the same route again is the same promise."""
    check_own(decision, by)
    with transaction.atomic():
        applicant = Applicant.objects.select_for_update().get(pk=decision.applicant_id)
        kept = Promise.objects.filter(decision=decision, state=PromiseState.OPEN).first()
        if kept is not None:
            if kept.plan["key"] != route_key:
                raise HasPromiseError
            return kept
        if Decision.objects.filter(supersedes=decision).exists():
            raise ReplacedError
        routes = find_routes_for(decision=decision, now=now)
        plan = next((plan for plan in routes.plans if plan.key == route_key), None)
        if plan is None:
            raise PlanChangedError
        promise = Promise.objects.create(
            reference=new_reference("PR"), decision=decision, applicant=applicant, policy=decision.policy,
            policy_hash=decision.policy_hash, request=_request(decision, plan, applicant),
            plan=_frozen(plan, routes.recourse.horizons), margin_points=plan.route.margin,
            honoured_until=plan.honoured_until, saved_at=now, saved_by=by.code,
        )  # fmt: skip
        _follow_up(promise, by, now)
    return promise


def _request(decision: Decision, plan: Plan, applicant: Applicant) -> dict[str, Any]:
    return {
        **decision.request,
        "amount_cny": str(plan.route.request.amount),
        "sheet_version": get_sheet(applicant).version,
    }


def _frozen(plan: Plan, horizons: Any) -> dict[str, Any]:
    """The plan as it is kept: steps with values, what they lead to, and the seal of its proof."""
    route = plan.route
    proofs = [one.certificate.digest for one in horizons if one.routes]
    return {
        "key": plan.key,
        "actions": [action.to_dict() for action in route.actions],
        "time": [list(move) for rung in plan.rungs if rung.action is None for move in rung.moves],
        "months": route.horizon,
        "done_on": plan.done_on.isoformat(),
        "score": route.assessment.score,
        "gate": route.assessment.gate,
        "amount_cny": str(route.request.amount),
        "asks_less": route.asks_less,
        "effort": route.cost,
        "certificates": proofs,
    }


def _follow_up(promise: Promise, by: Actor, now: datetime) -> None:
    record(
        verb=Verb.PROMISE_SAVED, subject=promise.reference, actor=by.code, now=now,
        codes={
            "decision": promise.decision.reference, "policy": promise.policy_hash,
            "actions": [action["group"] for action in promise.plan["actions"]],
            "honoured_until": promise.honoured_until.isoformat(),
        },
    )  # fmt: skip
    queue_message(
        kind=Kind.PROMISE_SAVED, applicant=promise.applicant, about=promise.reference,
        params={"honoured_until": promise.honoured_until}, now=now,
    )  # fmt: skip
    queue_change(applicant=promise.applicant, mark=promise.reference, now=now)


def drop_promise(*, promise: Promise, by: Actor, now: datetime) -> Promise:
    """Give a plan up; nothing else changes."""
    check_own(promise.decision, by)
    with transaction.atomic():
        if not end_promise(promise, state=PromiseState.DROPPED, now=now):
            raise ConflictError
        record(verb=Verb.PROMISE_DROPPED, subject=promise.reference, actor=by.code, now=now, codes={})
    promise.refresh_from_db()
    return promise


def end_promise(promise: Promise, *, state: str, now: datetime, **columns: Any) -> bool:
    """Move an open promise to its end; False when somebody else ended it first."""
    open_one = Promise.objects.filter(pk=promise.pk, state=PromiseState.OPEN)
    return bool(open_one.update(state=state, ended_at=now, **columns))


def visible_promises(by: Actor) -> QuerySet[Promise]:
    """Return the promises that somebody may know of."""
    rows = Promise.objects.select_related(*_RELATED)
    if by.kind is ActorKind.SITE or by.can(Permission.SEE_QUEUE) or by.can(Permission.MANAGE_POLICY):
        return rows
    if by.kind is ActorKind.CLIENT:
        return rows.filter(decision__application__client_id=by.id)
    return rows.filter(applicant__user_id=by.user_id or 0)


def get_promise_for(*, by: Actor, reference: str) -> Promise:
    """Return one promise, or raise NotFoundError."""
    found = visible_promises(by).filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_promises_for(*, by: Actor, limit: int = 20) -> list[Promise]:
    """Return promises, newest first."""
    return list(visible_promises(by).order_by("-id")[: max(1, min(limit, _MOST))])


def list_open_for(*, by: Actor) -> list[Promise]:
    """Return the plans that somebody keeps, newest first."""
    return list(visible_promises(by).filter(state=PromiseState.OPEN).order_by("-id")[:_MOST])


def get_open_promise(decision: Decision) -> Promise | None:
    """Return the plan that is kept for a decision, if there is one."""
    return Promise.objects.filter(decision=decision, state=PromiseState.OPEN).first()


def have_rules_changed(promise: Promise, *, now: datetime) -> bool:
    """Whether other rules decide today than those under which a promise is kept, or none at all."""
    today = find_policy_in_force(now=now)
    return today is None or today.content_hash != promise.policy_hash


def open_promises(policy_version: PolicyVersion) -> QuerySet[Promise]:
    """Return the promises that a version must still be kept for."""
    return Promise.objects.filter(policy=policy_version, state=PromiseState.OPEN)


def count_open_promises(policy_version: PolicyVersion) -> int:
    """Return how many promises a version must still be kept for."""
    return open_promises(policy_version).count()


def last_promised_day(policy_version: PolicyVersion) -> date | None:
    """Return the last day on which a promise under a version may still be fulfilled."""
    found: date | None = open_promises(policy_version).aggregate(last=Max("honoured_until"))["last"]
    return found


def list_open_promises(
    *, policy_version: PolicyVersion, after: str | None = None, limit: int = 50
) -> list[Promise]:
    """Return the open promises of a version, oldest first, those after the one with this reference."""
    rows = open_promises(policy_version).select_related("applicant", "decision")
    if after is not None:
        rows = rows.filter(pk__gt=Promise.objects.filter(reference=after).values("pk"))
    return list(rows.order_by("pk")[: max(1, min(limit, _MOST))])


def count_open_by_version() -> Mapping[int, int]:
    """Return the number of open promises by the key of their policy version."""
    rows = Promise.objects.filter(state=PromiseState.OPEN).values_list("policy").annotate(Count("pk"))
    return dict(rows.order_by("policy"))
