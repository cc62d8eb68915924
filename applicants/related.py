"""The people behind a firm: invited by it, and counted only while each of them agrees."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.addresses import check_address, index_address, own_indexes
from accounts.mailing import queue_mail
from accounts.models import User
from applicants.consents import give_consent
from applicants.models import Applicant, ApplicantKind, RelatedPerson, RelatedRole
from applicants.registering import check_name
from applicants.showing import show_number
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, InputError, NotFoundError
from core.identity import UNSEEN
from core.references import new_reference, normalise_reference
from outbox.queueing import queue_work

COMBINE_RELATED: Final = "COMBINE_RELATED"
SOURCE: Final = "related_persons"
CHARACTERISTIC: Final = "related_person_score"
_ALL: Final = Decimal(100)
_ALL_GIVEN: Final = _("All shares of the firm are named already. First mark as having left whoever left.")


class NotAFirmError(ConflictError):
    """Only a firm has people behind it, and only a person can be one of them."""

    code = "not-a-firm"
    default_message = _("Only a firm has people behind it, and only a person can be one of them.")


class AlreadyInvitedError(ConflictError):
    """The person is invited in this role, or somebody else is the representative."""

    code = "already-invited"
    default_message = _("This person is on the list already, or the firm has a legal representative.")


def invite_person(
    *, firm: Applicant, name: str, email: str, role: str, share_pct: str | Decimal, by: Actor, now: datetime
) -> RelatedPerson:
    """Put a person on the firm's list and ask by e-mail; before the answer nothing of the person is used."""
    if firm.kind != ApplicantKind.FIRM:
        raise NotAFirmError
    clean = _check(firm, name, email, role, str(share_pct))
    try:
        with transaction.atomic():
            Applicant.objects.select_for_update().get(pk=firm.pk)
            _check_sum(firm, clean["share_pct"])
            related = RelatedPerson.objects.create(
                reference=new_reference("RP"), firm=firm, email_index=index_address(clean["email"]),
                invited_at=now, **clean,
            )  # fmt: skip
            give_consent(applicant=firm, source=SOURCE, by=by, now=now)
            _note(Verb.RELATED_INVITED, related, by, now, role=role, share_pct=str(clean["share_pct"]))
            _write(related, now)
    except IntegrityError as error:
        raise AlreadyInvitedError from error
    return related


def agree(*, related: RelatedPerson, person: Applicant, by: Actor, now: datetime) -> None:
    """The person lets the own score count for the firm; saying so twice changes nothing."""
    if person.kind != ApplicantKind.PERSON:
        raise NotAFirmError
    with transaction.atomic():
        current = _lock(related)
        if current.is_counted:
            return
        current.person, current.consented_at, current.withdrawn_at = person, now, None
        current.save(update_fields=["person", "consented_at", "withdrawn_at"])
        _note(Verb.RELATED_AGREED, current, by, now)
        queue_combining(firm=current.firm, mark=f"{current.reference}:{now.isoformat()}", now=now)


def disagree(*, related: RelatedPerson, by: Actor, now: datetime) -> None:
    """The person does not let it count, or no longer: from now on the firm's combined score is unknown."""
    with transaction.atomic():
        current = _lock(related)
        if current.withdrawn_at is not None:
            return
        current.withdrawn_at = now
        current.save(update_fields=["withdrawn_at"])
        _note(Verb.RELATED_WITHDRAWN, current, by, now)
        queue_combining(firm=current.firm, mark=f"{current.reference}:{now.isoformat()}", now=now)


def remove_person(*, related: RelatedPerson, by: Actor, now: datetime) -> None:
    """Take a person off the firm's list, because the person left."""
    with transaction.atomic():
        current = _lock(related)
        if current.removed_at is not None:
            return
        current.removed_at = now
        current.save(update_fields=["removed_at"])
        _note(Verb.RELATED_REMOVED, current, by, now)
        queue_combining(firm=current.firm, mark=f"{current.reference}:{now.isoformat()}", now=now)


def list_people(firm: Applicant) -> list[RelatedPerson]:
    """Return who stands behind a firm today, the representative first, then by share."""
    rows = RelatedPerson.objects.filter(firm=firm, removed_at=None)
    return sorted(
        rows, key=lambda row: (row.role != RelatedRole.LEGAL_REPRESENTATIVE, -row.share_pct, row.pk)
    )


def list_firms_of(user: User) -> list[RelatedPerson]:
    """Return what firms ask of this person, or were allowed; known by the person's confirmed addresses."""
    rows = RelatedPerson.objects.filter(_addressed_to(user), removed_at=None)
    return list(rows.select_related("firm").order_by("pk"))


def get_related_of_firm(*, firm: Applicant, reference: str) -> RelatedPerson:
    """Return one person on a firm's own list, or raise NotFoundError."""
    return _one(Q(firm=firm), reference)


def get_related_to(*, user: User, reference: str) -> RelatedPerson:
    """Return what one firm asks of this person, or raise NotFoundError."""
    return _one(_addressed_to(user), reference)


def queue_combining(*, firm: Applicant, mark: str, now: datetime) -> None:
    """Have the combined score of a firm reckoned again."""
    reference = firm.reference
    key = f"{COMBINE_RELATED}:{reference}:{mark}"
    queue_work(kind=COMBINE_RELATED, subject=reference, key=key, now=now)


def _one(condition: Q, reference: str) -> RelatedPerson:
    rows = RelatedPerson.objects.select_related("firm__user", "person").filter(condition, removed_at=None)
    found = rows.filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def _addressed_to(user: User) -> Q:
    return Q(email_index__in=own_indexes(user)) & (Q(person=None) | Q(person__user=user))


def _lock(related: RelatedPerson) -> RelatedPerson:
    Applicant.objects.select_for_update().get(pk=related.firm_id)
    return RelatedPerson.objects.select_for_update(of=("self",)).select_related("firm").get(pk=related.pk)


def _check(firm: Applicant, name: str, email: str, role: str, share: str) -> dict[str, Any]:
    problems: dict[str, list[str | Promise]] = {}
    clean: dict[str, Any] = {"role": role, "share_pct": Decimal(0)}
    for field, text, check, empty in (
        ("name", name, check_name, _("Enter the name of the person.")),
        ("email", email, check_address, _("Enter the e-mail address of the person.")),
    ):
        try:
            clean[field] = check(text) if text.strip() else None
        except InputError as error:
            problems[field] = [error.message]
        if not text.strip():
            problems[field] = [empty]
    if role not in RelatedRole.values:
        problems["role"] = [_("Choose how the person stands to the firm.")]
    if role == RelatedRole.SHAREHOLDER:
        clean["share_pct"] = _share(share, problems)
    if problems:
        raise InputError(fields=problems)
    return clean


def _share(text: str, problems: dict[str, list[str | Promise]]) -> Decimal:
    plain = re.sub(rf"[\s%{UNSEEN}]", "", unicodedata.normalize("NFKC", text))
    try:
        share = Decimal(plain).quantize(Decimal("0.01"))
    except InvalidOperation:
        share = Decimal(-1)
    if not share.is_finite() or not 0 < share <= _ALL:
        problems["share_pct"] = [_("Enter the share in per cent, such as 30.")]
    return share


def _check_sum(firm: Applicant, share: Decimal) -> None:
    held = RelatedPerson.objects.filter(firm=firm, removed_at=None).aggregate(sum=Sum("share_pct"))["sum"]
    if (held or 0) + share > _ALL:
        left = _ALL - (held or 0)
        if not left:
            raise InputError(fields={"share_pct": [_ALL_GIVEN]})
        words = gettext("Together the shares would be more than 100%%. At most %(left)s%% are left.")
        problem = words % {"left": show_number(left)}
        raise InputError(fields={"share_pct": [problem]})


def _write(related: RelatedPerson, now: datetime) -> None:
    """The mail says what to do and nothing else; whether the address has an account is not looked at."""
    language = related.firm.language
    with translation.override(language):
        words: Mapping[str, Any] = {"site": settings.SITE_URL}
        subject = gettext("A firm asks for your consent")
        body = render_to_string("notifications/related_invited.txt", words)
    queue_mail(
        user=None, recipient=related.email or "", language=language, subject=subject,
        body=body.strip() + "\n", now=now,
    )  # fmt: skip


def _note(verb: Verb, related: RelatedPerson, by: Actor, now: datetime, **codes: str) -> None:
    """Write into the firm's chain which entry of its list changed; who the person is stands elsewhere."""
    record(
        verb=verb, subject=related.firm.reference, actor=by.code, now=now,
        codes={"related": related.reference, **codes},
    )  # fmt: skip
