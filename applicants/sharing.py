"""Links that show chosen things to whoever holds them, and die after seven days."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.models import Applicant, ShareLink
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, InputError, NotFoundError
from core.references import new_reference, normalise_reference

LIVES_FOR: Final = timedelta(days=7)
ITEMS: Final = ("IDENTITY", "SCORE", "DECISION", "LINE")
_MOST_OPEN: Final = 10


class DeadLinkError(NotFoundError):
    """The link never was, or is over; which of the two is not told."""

    code = "dead-link"
    default_message = _("This link does not work, or no longer works.")


class TooManyLinksError(ConflictError):
    """There are as many open links as one person can keep an eye on."""

    code = "too-many-links"
    default_message = _("You have ten open links. End one of them first.")


@dataclass(frozen=True)
class NewLink:
    """A link that was just made; only its maker ever sees the token."""

    link: ShareLink
    token: str


def create_link(*, applicant: Applicant, items: Sequence[str], by: Actor, now: datetime) -> NewLink:
    """Make a link to chosen things; only the hash of its token is kept."""
    chosen = [item for item in ITEMS if item in items]
    if not chosen:
        raise InputError(fields={"items": [_("Choose at least one thing to show.")]})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        living = ShareLink.objects.filter(applicant=applicant, revoked_at=None, expires_at__gt=now)
        if living.count() >= _MOST_OPEN:
            raise TooManyLinksError
        link = ShareLink.objects.create(
            reference=new_reference("SL"), applicant=applicant, token_hash=_hash(token), items=chosen,
            created_at=now, expires_at=now + LIVES_FOR,
        )  # fmt: skip
        _note(Verb.SHARE_CREATED, link, by.code, now, items=",".join(chosen))
    return NewLink(link, token)


def open_link(*, token: str, now: datetime) -> ShareLink:
    """Return the living link of a token and note that it was opened, or raise DeadLinkError."""
    with transaction.atomic():
        living = ShareLink.objects.filter(token_hash=_hash(token), revoked_at=None, expires_at__gt=now)
        link = living.select_related("applicant__user").first()
        if link is None:
            raise DeadLinkError
        living.update(opened_count=F("opened_count") + 1, opened_at=now)
        _note(Verb.SHARE_OPENED, link, "visitor", now)
    return link


def revoke_link(*, link: ShareLink, by: Actor, now: datetime) -> None:
    """End a link at once; ending it twice changes nothing."""
    with transaction.atomic():
        if ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
            _note(Verb.SHARE_REVOKED, link, by.code, now)


def list_links(applicant: Applicant) -> list[ShareLink]:
    """Return somebody's links, newest first, living or not."""
    return list(ShareLink.objects.filter(applicant=applicant).order_by("-id")[:50])


def get_own_link(*, applicant: Applicant, reference: str) -> ShareLink:
    """Return one link of one's own, or raise NotFoundError."""
    rows = ShareLink.objects.select_related("applicant")
    found = rows.filter(applicant=applicant, reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _note(verb: Verb, link: ShareLink, actor: str, now: datetime, **codes: str) -> None:
    record(
        verb=verb, subject=link.applicant.reference, actor=actor, now=now,
        codes={"link": link.reference, **codes},
    )  # fmt: skip
