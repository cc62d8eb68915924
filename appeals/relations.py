"""Keeping near people away: declared relations, and stepping back from a case."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Permission
from appeals.claiming import put_back
from appeals.models import Appeal, Recusal, Relation, RelationKind
from appeals.parties import check_staff, is_holder, person_of
from applicants.models import Applicant
from audit.log import record
from audit.verbs import Verb
from core.audiences import InternalText
from core.errors import ForbiddenError, InputError
from core.texts import NOTE_LENGTH, clean_text


def declare_relation(
    *, user: User, applicant: Applicant, kind: str, note: str = "", by: Actor, now: datetime
) -> Relation:
    """Declare how a colleague stands to an applicant; what the colleague holds of that person goes back."""
    _check_may_declare(user, by)
    if kind not in RelationKind:
        raise InputError(fields={"kind": [_("Choose one of the answers.")]})
    text = clean_text(note, field="note", limit=NOTE_LENGTH)
    with transaction.atomic():
        relation, is_new = Relation.objects.get_or_create(
            user=user, applicant=applicant, kind=kind, ended_at=None,
            defaults={"note": InternalText(text), "declared_by": by.code, "declared_at": now},
        )  # fmt: skip
        if is_new:
            _audit(Verb.RELATION_DECLARED, relation, by, now)
            for appeal in Appeal.objects.filter(applicant=applicant, claimed_by=user):
                put_back(appeal=appeal, now=now, note="relation")
    return relation


def end_relation(*, relation: Relation, by: Actor, now: datetime) -> Relation:
    """Say that a relation is over; a supervisor's word, never one's own."""
    if not by.can(Permission.COUNTERSIGN) or relation.user_id == by.user_id:
        raise ForbiddenError
    with transaction.atomic():
        if Relation.objects.filter(pk=relation.pk, ended_at=None).update(ended_at=now):
            relation.ended_at = now
            _audit(Verb.RELATION_ENDED, relation, by, now)
    return relation


def recuse(*, appeal: Appeal, reason: str, by: Actor, now: datetime) -> Recusal:
    """Step back from an appeal for good; what one holds goes back to the queue."""
    check_staff(appeal=appeal, by=by)
    text = clean_text(reason, field="reason", limit=NOTE_LENGTH, is_required=True)
    with transaction.atomic():
        if is_holder(appeal=appeal, by=by):
            put_back(appeal=appeal, now=now, note="recused")
        recusal, is_new = Recusal.objects.get_or_create(
            appeal=appeal, user_id=person_of(by), defaults={"reason": InternalText(text), "at": now}
        )
        if is_new:
            record(
                verb=Verb.APPEAL_RECUSED, subject=appeal.reference, actor=by.code, now=now, codes={},
                private={"reason": text},
            )  # fmt: skip
    return recusal


def list_relations(user: User) -> list[Relation]:
    """The relations of a colleague that hold now."""
    return list(Relation.objects.filter(user=user, ended_at=None).select_related("applicant").order_by("pk"))


def _check_may_declare(user: User, by: Actor) -> None:
    if by.user_id != user.pk and not by.can(Permission.COUNTERSIGN):
        raise ForbiddenError


def _audit(verb: Verb, relation: Relation, by: Actor, now: datetime) -> None:
    codes = {"user": f"user:{relation.user_id}", "kind": relation.kind}
    record(verb=verb, subject=relation.applicant.reference, actor=by.code, now=now, codes=codes)
