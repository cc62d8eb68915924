"""Helpers: somebody a person trusts may see, write or send for them, until a day or until one press."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.addresses import check_address, index_address, own_indexes
from accounts.mailing import queue_mail
from accounts.models import User
from applicants.models import Applicant, HelperGrant, HelperScope
from applicants.registering import check_name
from applicants.showing import ShownDay
from applicants.terms import get_data_terms
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from core.errors import ConflictError, InputError, NotFoundError
from core.references import new_reference, normalise_reference
from outbox.queueing import queue_work

DAYS: Final = (7, 30, 90)
TELL_HELPER: Final = "TELL_HELPER"
_AT_ONCE: Final = 500
_RANK: Final = {HelperScope.SEE: 1, HelperScope.WRITE: 2, HelperScope.SEND: 3}


class AlreadyHelpingError(ConflictError):
    """There is a permission for this address; it must be ended before another is given."""

    code = "already-helping"
    default_message = _("This person helps you already. End that first to allow something else.")


def name_helper(
    *, applicant: Applicant, name: str, email: str, scope: str, days: str | int, by: Actor, now: datetime
) -> HelperGrant:
    """Allow one person to help, within a scope and until a day, and tell that person by e-mail."""
    clean_name, address = _check(applicant, name, email, scope, str(days))
    try:
        with transaction.atomic():
            Applicant.objects.select_for_update().get(pk=applicant.pk)
            index = index_address(address)
            _end_past(HelperGrant.objects.filter(applicant=applicant, email_index=index), now)
            grant = HelperGrant.objects.create(
                reference=new_reference("HG"), applicant=applicant, name=clean_name, email=address,
                email_index=index, scope=scope, given_at=now, expires_at=now + timedelta(days=int(days)),
            )  # fmt: skip
            _note(Verb.HELPER_NAMED, grant, by, now, scope=scope, days=str(days))
            _write(grant, "helper_named", now)
            _tell(grant, "named", now)
    except IntegrityError as error:
        raise AlreadyHelpingError from error
    return grant


def revoke_helper(*, grant: HelperGrant, by: Actor, now: datetime) -> None:
    """End it at once and tell both; ending it twice changes nothing, nor does ending what is over."""
    with transaction.atomic():
        holding = HelperGrant.objects.filter(pk=grant.pk, revoked_at=None, expires_at__gt=now)
        if holding.update(revoked_at=now):
            _note(Verb.HELPER_REVOKED, grant, by, now)
            _write(grant, "helper_ended", now)
            _tell(grant, "revoked", now)


def end_past_grants(now: datetime) -> None:
    """End permissions whose time is over, each by itself, and have the person who gave it told."""
    past = HelperGrant.objects.filter(revoked_at=None, expires_at__lte=now).order_by("expires_at")
    for key in list(past.values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            _end_past(HelperGrant.objects.filter(pk=key), now)


def list_helpers(applicant: Applicant) -> list[HelperGrant]:
    """Return everybody who was ever allowed to help, newest first."""
    return list(HelperGrant.objects.filter(applicant=applicant).order_by("-id"))


def get_own_grant(*, applicant: Applicant, reference: str) -> HelperGrant:
    """Return one permission that this applicant gave, or raise NotFoundError."""
    found = HelperGrant.objects.filter(applicant=applicant, reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_helped(*, user: User, now: datetime) -> list[HelperGrant]:
    """Return whom this person may help today."""
    rows = HelperGrant.objects.filter(_open_to(user), revoked_at=None, expires_at__gt=now)
    return list(rows.select_related("applicant__user").order_by("-id"))


def get_grant_to(*, user: User, reference: str, now: datetime) -> HelperGrant:
    """Return one permission that this person was given and that still holds, or raise NotFoundError."""
    rows = HelperGrant.objects.filter(_open_to(user), revoked_at=None, expires_at__gt=now)
    found = rows.select_related("applicant__user").filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def take_up(*, grant: HelperGrant, user: User, now: datetime) -> None:
    """Tie the permission to the account that uses it first; from then on it is nobody else's."""
    with transaction.atomic():
        rows = HelperGrant.objects.filter(pk=grant.pk, helper=None)
        if rows.update(helper=user, taken_up_at=now):
            _note(Verb.HELPER_TAKEN_UP, grant, Actor.for_user(user), now)


def find_grant(*, user: User, applicant_id: int, now: datetime) -> HelperGrant | None:
    """Return the permission that this person has for this applicant now, if there is one."""
    rows = HelperGrant.objects.filter(
        _open_to(user), applicant_id=applicant_id, revoked_at=None, expires_at__gt=now
    )
    return rows.select_related("applicant__user").first()


def allows(grant: HelperGrant, scope: HelperScope) -> bool:
    """Whether the permission reaches this far."""
    return _RANK[HelperScope(grant.scope)] >= _RANK[scope]


def _end_past(rows: QuerySet[HelperGrant], now: datetime) -> None:
    past = rows.filter(revoked_at=None, expires_at__lte=now).select_for_update(of=("self",))
    for grant in past.select_related("applicant"):
        HelperGrant.objects.filter(pk=grant.pk).update(revoked_at=grant.expires_at)
        _note(Verb.HELPER_LAPSED, grant, SITE, now)
        _tell(grant, "lapsed", now)


def _open_to(user: User) -> Q:
    return Q(helper=user) | Q(helper=None, email_index__in=own_indexes(user))


def _check(applicant: Applicant, name: str, email: str, scope: str, days: str) -> tuple[str, str]:
    problems: dict[str, list[str | Promise]] = {}
    clean_name = _read(problems, "name", name, check_name, _("Enter what you call this person."))
    asked = _("Enter the e-mail address of the person.")
    address = _read(problems, "email", email, check_address, asked)
    if address and applicant.user is not None and index_address(address) in own_indexes(applicant.user):
        problems["email"] = [_("This is your own address. Enter the address of the person who helps you.")]
    if scope not in HelperScope.values:
        problems["scope"] = [_("Choose what the person may do.")]
    if unicodedata.normalize("NFKC", days) not in {str(count) for count in DAYS}:
        problems["days"] = [_("Choose for how long.")]
    if problems:
        raise InputError(fields=problems)
    return clean_name, address


def _read(
    problems: dict[str, list[str | Promise]],
    field: str,
    text: str,
    check: Callable[[str], str],
    empty: str | Promise,
) -> str:
    """What the check made of a text; what is wrong with it is noted beside its field."""
    if not text.strip():
        problems[field] = [empty]
        return ""
    try:
        return check(text)
    except InputError as error:
        problems[field] = [error.message]
        return ""


_SUBJECTS: Final = {
    "helper_named": _("Somebody asks for your help"), "helper_ended": _("Your help is no longer needed"),
}  # fmt: skip


def _write(grant: HelperGrant, what: str, now: datetime) -> None:
    """The mail names nobody; whether the address has an account is not looked at."""
    until = ShownDay(legal_day(grant.expires_at, get_data_terms(grant.applicant.jurisdiction).zone))
    language = grant.applicant.language
    with translation.override(language):
        subject = str(_SUBJECTS[what])
        body = render_to_string(f"notifications/{what}.txt", {"site": settings.SITE_URL, "until": str(until)})
    queue_mail(
        user=None, recipient=grant.email or "", language=language, subject=subject,
        body=body.strip() + "\n", now=now,
    )  # fmt: skip


def _tell(grant: HelperGrant, what: str, now: datetime) -> None:
    """Have the person who gave it told: messages are written by the worker, this app does not know how."""
    key = f"{TELL_HELPER}:{grant.reference}:{what}"
    queue_work(kind=TELL_HELPER, subject=grant.reference, key=key, now=now)


def _note(verb: Verb, grant: HelperGrant, by: Actor, now: datetime, **codes: str) -> None:
    record(
        verb=verb, subject=grant.applicant.reference, actor=by.code, now=now,
        codes={"helper": grant.reference, **codes},
    )  # fmt: skip
