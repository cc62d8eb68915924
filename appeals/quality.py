"""The quality sample: some of last week's rulings, drawn by a stored seed, read again by another person."""

import hashlib
import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import SITE, Actor
from accounts.roles import Permission
from appeals.independence import NotIndependentError, list_conflicts
from appeals.models import Appeal, QualityCheck, Ruling, RulingState, Verdict
from appeals.terms import section
from audit.log import record
from audit.verbs import Verb
from core.audiences import InternalText
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.identity import today_in_china
from core.texts import NOTE_LENGTH, clean_text
from notifications.kinds import Kind
from notifications.queueing import queue_message

_ZONE: Final = ZoneInfo("Asia/Shanghai")


class CheckedAlreadyError(ConflictError):
    """The ruling was read again before."""

    code = "checked-already"
    default_message = _("Somebody has read this ruling again already.")


def draw_sample(*, now: datetime) -> list[QualityCheck]:
    """Draw from the rulings of last week, once; whoever knows the seed can draw again and get the same."""
    today = today_in_china(now)
    week = today - timedelta(days=today.weekday() + 7)
    if QualityCheck.objects.filter(week=week).exists():
        return []
    seed = secrets.token_hex(16)
    references = list(_ruled_in(week).values_list("reference", flat=True))
    picked = pick(references, seed=seed, count=section("learning")["sample_per_week"])
    with transaction.atomic():
        drawn = [
            QualityCheck.objects.create(appeal=appeal, week=week, seed=seed, drawn_at=now)
            for appeal in Appeal.objects.filter(reference__in=picked).order_by("pk")
        ]
        for check in drawn:
            record(
                verb=Verb.QUALITY_DRAWN, subject=check.appeal.reference, actor=SITE.code, now=now,
                codes={"week": week.isoformat(), "seed": seed},
            )  # fmt: skip
    return drawn


def pick(references: list[str], *, seed: str, count: int) -> list[str]:
    """The sample that a seed gives: the references whose digests come first."""
    return sorted(references, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())[:count]


def record_verdict(*, check: QualityCheck, verdict: str, note: str, by: Actor, now: datetime) -> QualityCheck:
    """Keep what a supervisor who had no part in the ruling makes of it, and tell those who signed it.

    The ruling itself stays; nobody is told where nothing could be better.
    """
    _check_may(by)
    if verdict not in Verdict.values:
        raise InputError(fields={"verdict": [_("Choose one of the answers.")]})
    text = clean_text(note, field="note", limit=NOTE_LENGTH, is_required=verdict != Verdict.SOUND)
    with transaction.atomic():
        check = QualityCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
        if check.verdict:
            raise CheckedAlreadyError
        if not may_read_again(check, by=by):
            raise NotIndependentError
        check.verdict, check.note = verdict, InternalText(text)
        check.checked_by_id, check.checked_at = by.user_id, now
        check.save(update_fields=["verdict", "note", "checked_by", "checked_at"])
        record(
            verb=Verb.QUALITY_CHECKED, subject=check.appeal.reference, actor=by.code, now=now,
            codes={"verdict": verdict, "week": check.week.isoformat()}, private={"note": text},
        )  # fmt: skip
        if verdict != Verdict.SOUND:
            _tell_signers(check.appeal, now)
    return check


def count_verdicts() -> dict[str, int]:
    """How many rulings were drawn with each verdict so far; the empty one are those nobody has read yet."""
    counted = QualityCheck.objects.order_by().values_list("verdict").annotate(Count("pk"))
    return dict.fromkeys(("", *Verdict.values), 0) | dict(counted)


def list_checks_for(*, by: Actor, limit: int = 50) -> list[QualityCheck]:
    """The sample, the newest week first."""
    _check_may(by)
    return list(QualityCheck.objects.select_related("appeal", "checked_by").order_by("-week", "id")[:limit])


def get_check_for(*, by: Actor, key: int) -> QualityCheck:
    """Return one drawn ruling, or raise NotFoundError."""
    _check_may(by)
    row = QualityCheck.objects.select_related("appeal__applicant", "appeal__decision").filter(pk=key).first()
    if row is None or row.appeal.applicant.user_id == by.user_id:
        raise NotFoundError
    return row


def may_read_again(check: QualityCheck, *, by: Actor) -> bool:
    """Whether this colleague is independent, and neither signed the ruling nor found a fact for it."""
    appeal, person = check.appeal, by.user_id
    if person is None or list_conflicts(appeal=appeal, user_id=person):
        return False
    rulings = Ruling.objects.filter(appeal=appeal)
    has_ruled = rulings.filter(proposed_by=person) | rulings.filter(countersigned_by=person)
    return not (has_ruled.exists() or appeal.findings.filter(found_by=person).exists())


def _check_may(by: Actor) -> None:
    if not by.can(Permission.COUNTERSIGN):
        raise ForbiddenError


def _ruled_in(week: date) -> QuerySet[Appeal]:
    start = datetime.combine(week, time.min, _ZONE).astimezone(UTC)
    return Appeal.objects.filter(decided_at__gte=start, decided_at__lt=start + timedelta(days=7))


def _tell_signers(appeal: Appeal, now: datetime) -> None:
    for ruling in appeal.rulings.filter(state=RulingState.FINAL).select_related(
        "proposed_by", "countersigned_by"
    ):
        for user in filter(None, {ruling.proposed_by, ruling.countersigned_by}):
            queue_message(kind=Kind.RULING_READ_AGAIN, user=user, about=appeal.reference, now=now)
