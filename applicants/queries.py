"""Reading applicants: each function starts from who asks, so that a stranger finds nothing."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.models import User
from accounts.roles import Permission
from applicants.models import Applicant
from applicants.registering import index_id_number
from audit.log import record
from audit.verbs import Verb
from core.errors import ForbiddenError, InputError, NotFoundError
from core.identity import fold
from core.references import normalise_reference

REVEALABLE: Final = frozenset({"name", "id_number", "birth_date", "phone", "bank_card"})
# Codes, so that the audit keeps the reason readable and nothing personal gets into it.
SEARCH_REASONS: Final = frozenset({"CONTACT", "COMPLAINT", "AUTHORITY", "DUPLICATE"})


def visible_applicants(by: Actor) -> QuerySet[Applicant]:
    """Return the applicants that somebody may know of: oneself, one's clients, or all of them for staff."""
    if by.kind is ActorKind.SITE or by.can(Permission.SEE_QUEUE):
        return Applicant.objects.all()
    if by.kind is ActorKind.CLIENT:
        return Applicant.objects.filter(client_id=by.id)
    return Applicant.objects.filter(user_id=by.user_id or 0)


def get_applicant_for(*, by: Actor, reference: str) -> Applicant:
    """Return one applicant, or raise NotFoundError."""
    found = visible_applicants(by).filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def get_own_applicant(user: User) -> Applicant | None:
    """Return the applicant that a user is, if registered."""
    return Applicant.objects.filter(user=user).first()


def find_by_id_number(*, id_number: str, reason: str = "", by: Actor, now: datetime) -> Applicant | None:
    """Return who has this ID number, among those whom the actor may see; a search by staff is audited."""
    index = index_id_number(fold(id_number).upper())
    found = visible_applicants(by).filter(id_number_index=index).first()
    if by.kind is ActorKind.USER and by.can(Permission.SEE_QUEUE):
        _check_may_see(by)
        _check_search(id_number, reason)
        with transaction.atomic():
            record(
                verb=Verb.APPLICANT_SEARCHED, subject=found.reference if found else "search", actor=by.code,
                now=now, codes={"found": found is not None, "reason": reason},
            )  # fmt: skip
    return found


def _check_search(id_number: str, reason: str) -> None:
    problems: dict[str, list[str | Promise]] = {}
    if not id_number.strip():
        problems["id_number"] = [_("Enter an ID number.")]
    if reason not in SEARCH_REASONS:
        problems["reason"] = [_("Choose a reason.")]
    if problems:
        raise InputError(fields=problems)


def reveal(*, applicant: Applicant, field: str, by: Actor, now: datetime) -> str:
    """Return one identity field in full; each look by staff is audited."""
    if field not in REVEALABLE:
        raise InputError
    is_own = by.user_id is not None and applicant.user_id == by.user_id
    if not is_own:
        _check_may_see(by)
        _note_view(applicant.reference, by, now, field=field)
    return str(getattr(applicant, field) or "")


def _check_may_see(by: Actor) -> None:
    if not by.can(Permission.SEE_PERSONAL_DATA):
        raise ForbiddenError


def _note_view(subject: str, by: Actor, now: datetime, **codes: str) -> None:
    with transaction.atomic():
        record(verb=Verb.APPLICANT_VIEWED, subject=subject, actor=by.code, now=now, codes=codes)
