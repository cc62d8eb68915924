"""What people say about routes: "I cannot do this", and what papers of their own would show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from applicants.characteristics import FactValueError, check_value, get_dictionary
from applicants.models import Applicant
from assessment import Policy
from audit.log import record
from audit.verbs import Verb
from core.errors import ForbiddenError, InputError
from decisions.circumstances import statable
from decisions.models import Decision, RouteWishes
from decisions.policies import compiled


def get_wishes(applicant: Applicant) -> RouteWishes:
    """Return what an applicant has said; nothing said is an empty row, not stored yet."""
    found = RouteWishes.objects.filter(applicant=applicant).first()
    return found or RouteWishes(applicant=applicant, cannot=[], stated={}, updated_at=applicant.created_at)


def check_own(decision: Decision, by: Actor) -> None:
    """Only the person, or the machine client that applied for the person, speaks for the person."""
    if by.kind is ActorKind.CLIENT:
        application = decision.application
        is_own = application is not None and application.client_id == by.id
    else:
        is_own = by.user_id is not None and decision.applicant.user_id == by.user_id
    if not is_own:
        raise ForbiddenError


def change_wishes(
    *,
    decision: Decision,
    cannot: set[str] | None = None,
    stated: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> RouteWishes:
    """Keep which actions the person cannot do and what papers would show; None leaves a part as it is."""
    check_own(decision, by)
    policy = compiled(decision.policy)
    ruled_out = None if cannot is None else _checked(policy, cannot)
    values = None if stated is None else checked_values(policy, decision, stated)
    with transaction.atomic():
        applicant = Applicant.objects.select_for_update().get(pk=decision.applicant_id)
        wishes = get_wishes(applicant)
        wishes.cannot = wishes.cannot if ruled_out is None else ruled_out
        wishes.stated = wishes.stated if values is None else values
        wishes.updated_at = now
        wishes.save()
        record(
            verb=Verb.ROUTE_WISHES_CHANGED, subject=applicant.reference, actor=by.code, now=now,
            codes={"cannot": wishes.cannot, "stated": sorted(wishes.stated)},
        )  # fmt: skip
    return wishes


def _checked(policy: Policy, cannot: set[str]) -> list[str]:
    known = [group.id for group in policy.recourse.groups]
    if not cannot <= set(known):
        raise InputError(fields={"cannot": [_("Choose steps from the list.")]})
    return [code for code in known if code in cannot]


def checked_values(policy: Policy, decision: Decision, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as facts would hold them, or raise what is wrong, field by field."""
    allowed = statable(policy, decision.facts)
    problems: dict[str, list[str | Lazy]] = {}
    values: dict[str, Any] = {}
    for name, value in stated.items():
        if name not in allowed:
            problems[name] = [_("This is known already, or is no number of yours.")]
            continue
        try:
            values[name] = check_value(get_dictionary()[name], value)
        except FactValueError as error:
            problems[name] = [str(error)]
    if problems:
        raise InputError(fields=problems)
    return {name: value for name, value in values.items() if isinstance(value, int | float)}
