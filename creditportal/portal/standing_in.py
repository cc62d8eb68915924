"""Standing in for somebody: which pages a helper may open and send, as far as the person allowed it."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest

from accounts.actors import SITE, Actor
from accounts.models import User
from appeals.queries import get_appeal_for
from applicants.helping import allows, find_grant
from applicants.models import HelperGrant, HelperScope
from core.clock import now
from core.errors import ForbiddenError, NotFoundError
from core.references import normalise_reference
from decisions.queries import get_decision_for
from evidence.queries import get_document_for

_SEE, _WRITE, _SEND = HelperScope.SEE, HelperScope.WRITE, HelperScope.SEND


def acting_for(helper: User, grant: HelperGrant) -> Actor:
    """The actor that a helper is for the person who allowed it."""
    owner = grant.applicant.user
    if owner is None:
        raise NotFoundError
    return Actor.for_helper(
        helper=helper, owner=owner, may_write=allows(grant, _WRITE), may_send=allows(grant, _SEND)
    )


# What a helper may open and send, page by page; whatever is not listed is not there for helpers.
STEPS: Final[dict[str, tuple[HelperScope, HelperScope | None]]] = {
    "portal:decision": (_SEE, None),
    "portal:reason": (_SEE, None),
    "portal:start_appeal": (_WRITE, _WRITE),
    "portal:appeal": (_SEE, None),
    "portal:appeal_reasons": (_WRITE, _WRITE),
    "portal:appeal_evidence": (_WRITE, _WRITE),
    "portal:begin_piece": (_WRITE, _WRITE),
    "portal:piece": (_WRITE, _WRITE),
    "portal:appeal_questions": (_SEE, None),
    "portal:appeal_answer": (_WRITE, _SEND),
    "portal:more_time": (_WRITE, _SEND),
    "portal:appeal_statement": (_WRITE, _WRITE),
    "portal:appeal_check": (_WRITE, _SEND),
    "portal:appeal_sent": (_SEE, None),
    "portal:appeal_result": (_SEE, None),
    "portal:document": (_SEE, None),
}
_OWNERS: Final[dict[str, Callable[[str], int]]] = {
    "DE": lambda reference: get_decision_for(by=SITE, reference=reference).applicant_id,
    "AP": lambda reference: get_appeal_for(by=SITE, reference=reference).applicant_id,
    "EV": lambda reference: get_document_for(by=SITE, reference=reference).applicant_id,
}


def find_help(request: HttpRequest, user: User, given: Mapping[str, object]) -> HelperGrant | None:
    """The permission that lets this person open a page of somebody else; None when there is none."""
    match = request.resolver_match
    if match is None or match.view_name not in STEPS or "reference" not in given:
        return None
    try:
        reference = normalise_reference(str(given["reference"]))
        owner = _OWNERS[reference[:2]](reference)
    except (KeyError, NotFoundError):
        return None
    grant = find_grant(user=user, applicant_id=owner, now=now())
    if grant is not None:
        _check_reach(grant, match.view_name, is_safe=request.method in {"GET", "HEAD"})
    return grant


def reaches(grant: HelperGrant | None, name: str, *, is_safe: bool) -> bool:
    """Whether a page can be opened, or sent, under this permission; one's own pages always can."""
    if grant is None:
        return True
    to_open, to_send = STEPS.get(name, (None, None))
    needed = to_open if is_safe else to_send
    return needed is not None and allows(grant, needed)


def _check_reach(grant: HelperGrant, name: str, *, is_safe: bool) -> None:
    if not reaches(grant, name, is_safe=is_safe):
        raise ForbiddenError
