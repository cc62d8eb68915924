"""Blind first look: a reviewer's own view of the papers, written down before the effect is known."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from appeals.models import Appeal, FirstLook, Leaning
from appeals.parties import person_of
from appeals.transitions import IllegalMoveError, swap
from appeals.verification import check_reviewing
from audit.log import record
from audit.verbs import Verb
from core.audiences import InternalText
from core.errors import InputError
from core.texts import NOTE_LENGTH, clean_text


def record_first_look(
    *,
    appeal: Appeal,
    view: str,
    leaning: str,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> FirstLook:
    """Write down what the papers speak for; impossible once the effect of these findings is known."""
    check_reviewing(appeal=appeal, by=by)
    if appeal.verified_at is not None:
        raise IllegalMoveError(
            _("The recomputed result is already there, so this is no first look any more.")
        )
    with transaction.atomic():
        swap(appeal=appeal, expected_version=expected_version, saved_at=now)
        return write_first_look(appeal=appeal, view=view, leaning=leaning, by=by, now=now)


def write_first_look(*, appeal: Appeal, view: str, leaning: str, by: Actor, now: datetime) -> FirstLook:
    """Write a first look in the caller's transaction, or say what is missing."""
    text = clean_text(view, field="view", limit=NOTE_LENGTH, is_required=True)
    if leaning not in Leaning:
        raise InputError(fields={"leaning": [_("Choose one of the answers.")]})
    look = FirstLook.objects.create(
        appeal=appeal, findings_version=appeal.findings_version, leaning=leaning, view=InternalText(text),
        seen_by_id=person_of(by), seen_at=now,
    )  # fmt: skip
    record(
        verb=Verb.FIRST_LOOK_RECORDED, subject=appeal.reference, actor=by.code, now=now,
        codes={"leaning": leaning, "input_version": appeal.findings_version}, private={"view": text},
    )  # fmt: skip
    return look


def has_first_look(*, appeal: Appeal, by: Actor) -> bool:
    """Whether this reviewer wrote down a view of the papers in this appeal."""
    return FirstLook.objects.filter(appeal=appeal, seen_by=by.user_id).exists()


def get_first_look(appeal: Appeal) -> FirstLook | None:
    """The newest first look at this appeal, with who had it."""
    return appeal.first_looks.select_related("seen_by").last()
