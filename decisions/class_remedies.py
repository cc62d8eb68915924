"""Class remedies: when a source, rule or value proves wrong, everybody else whom it touched is put right too.

Proposing starts a dry run. Two people who did not propose it approve. Then each decision is corrected once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.models import User
from accounts.roles import Permission
from applicants.characteristics import check_value, get_dictionary
from applicants.sources import get_sources
from audit.log import record
from audit.queries import count_events
from audit.verbs import Verb
from core.errors import ConflictError, DomainError, ForbiddenError, InputError, NotFoundError
from core.identity import today_in_china
from core.references import UnknownReferenceError, new_reference, normalise_reference
from core.texts import check_reason, reason_problems
from decisions.class_remedy_states import APPROVERS, OPEN
from decisions.models import (
    ClassRemedy,
    ClassRemedyApproval,
    ClassRemedyCase,
    ClassRemedyState,
    Correction,
    ErrorKind,
    PolicyState,
    PolicyVersion,
)
from decisions.words import get_words
from notifications.kinds import Kind
from notifications.queueing import queue_message
from outbox.queueing import queue_work

WORK_ON_REMEDY: Final = "WORK_ON_REMEDY"
_SENTENCE: Final = 500
_NOTHING: Final = object()


class RemedyMoveError(ConflictError):
    """The class remedy is not in a state that allows this."""

    code = "remedy-move"


class OwnRemedyError(ForbiddenError):
    """Whoever proposed a class remedy does not approve it."""

    code = "own-remedy"
    default_message = _("You proposed this correction, so two other people must approve it.")


class RemedyApprovedError(ConflictError):
    """The same person has approved it before."""

    code = "remedy-approved"
    default_message = _(
        "You have approved this correction already. The other approval comes from somebody else."
    )


@dataclass(frozen=True)
class ProvedError:
    """What proved wrong, in which days, and how decisions are assessed again."""

    kind: str
    correction: str
    first_day: date
    last_day: date
    source: str = ""
    rule: str = ""
    characteristic: str = ""
    value: object = None
    right_value: object = None
    policy: str = ""


def propose_remedy(*, error: ProvedError, proof: str, reason: str, by: Actor, now: datetime) -> ClassRemedy:
    """Write down a proved error and start the dry run that finds everybody whom it touched."""
    _check_may_guide(by)
    policy = PolicyVersion.objects.filter(version=error.policy).first() if error.policy else None
    stored = _check(error, proof, reason, policy, now)
    with transaction.atomic():
        remedy = ClassRemedy.objects.create(
            reference=new_reference("CR"), kind=error.kind, source=error.source, rule=error.rule,
            characteristic=error.characteristic, value=stored.get("value"), correction=error.correction,
            right_value=stored.get("right_value"), policy=policy, first_day=error.first_day,
            last_day=error.last_day, proof=stored["proof"], reason=reason.strip(),
            started_by_id=int(by.id), started_at=now,
        )  # fmt: skip
        note(
            remedy, Verb.CLASS_REMEDY_STARTED, by, now, kind=error.kind, source=error.source, rule=error.rule,
            characteristic=error.characteristic, correction=error.correction, proof=stored["proof"],
            first_day=error.first_day.isoformat(), last_day=error.last_day.isoformat(),
        )  # fmt: skip
        call_worker(remedy, now=now)
    return remedy


def approve_remedy(*, remedy: ClassRemedy, reason: str, by: Actor, now: datetime) -> ClassRemedy:
    """Approve after the dry run; correcting begins when two people other than the proposer have done so."""
    _check_may_guide(by)
    text = check_reason(reason)
    with transaction.atomic():
        remedy = lock_remedy(remedy)
        if remedy.state != ClassRemedyState.PROPOSED:
            raise RemedyMoveError
        if remedy.started_by_id == by.user_id:
            raise OwnRemedyError
        if remedy.approvals.filter(approved_by_id=by.user_id).exists():
            raise RemedyApprovedError
        ClassRemedyApproval.objects.create(
            remedy=remedy, approved_by_id=int(by.id), reason=text, approved_at=now
        )
        given = remedy.approvals.count()
        note(remedy, Verb.CLASS_REMEDY_APPROVED, by, now, approvals=given)
        if given >= APPROVERS:
            remedy.state = ClassRemedyState.APPLYING
            remedy.save(update_fields=["state"])
            call_worker(remedy, now=now)
    return remedy


def stop_remedy(*, remedy: ClassRemedy, reason: str, by: Actor, now: datetime) -> ClassRemedy:
    """End it before anything was corrected; once approved it is carried through for all."""
    _check_may_guide(by)
    text = check_reason(reason)
    with transaction.atomic():
        remedy = lock_remedy(remedy)
        if remedy.state not in OPEN or remedy.state == ClassRemedyState.APPLYING:
            raise RemedyMoveError
        remedy.state, remedy.ended_at = ClassRemedyState.STOPPED, now
        remedy.save(update_fields=["state", "ended_at"])
        note(remedy, Verb.CLASS_REMEDY_STOPPED, by, now, reason=text)
    return remedy


def get_remedy_for(*, by: Actor, reference: str) -> ClassRemedy:
    """Return one class remedy, or raise NotFoundError."""
    rows = _visible(by).select_related("policy", "started_by")
    found = rows.filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_remedies_for(*, by: Actor, before: int | None = None, limit: int = 20) -> list[ClassRemedy]:
    """Return class remedies, newest first."""
    rows = _visible(by).order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def list_cases_for(
    *, remedy: ClassRemedy, by: Actor, after: int | None = None, limit: int | None = 50
) -> list[ClassRemedyCase]:
    """Return the decisions found, in the order in which they were made."""
    if not _visible(by).filter(pk=remedy.pk).exists():
        raise NotFoundError
    rows = remedy.cases.select_related("decision", "corrected").order_by("id")
    rows = rows.defer(*(f"{one}__{name}" for one in ("decision", "corrected") for name in _LARGE))
    return list((rows.filter(pk__gt=after) if after else rows)[:limit])


_LARGE: Final = ("facts", "request", "result", "note")


def lock_remedy(remedy: ClassRemedy) -> ClassRemedy:
    """Return the class remedy, locked."""
    rows = ClassRemedy.objects.select_for_update(of=("self",)).select_related("policy", "started_by")
    return rows.get(pk=remedy.pk)


def call_worker(remedy: ClassRemedy, *, now: datetime, due_at: datetime | None = None) -> None:
    """Ask for a worker, after commit."""
    key = f"{WORK_ON_REMEDY}:{remedy.reference}:{uuid4().hex}"
    queue_work(kind=WORK_ON_REMEDY, subject=remedy.reference, key=key, now=now, due_at=due_at)


def note(remedy: ClassRemedy, verb: Verb, by: Actor, now: datetime, **codes: Any) -> None:
    """Write the audit row of a step."""
    record(verb=verb, subject=remedy.reference, actor=by.code, now=now, codes=codes)


def tell_approvers(remedy: ClassRemedy, now: datetime) -> None:
    """Tell everybody who may approve that the dry run is finished."""
    for user in User.objects.filter(is_active=True).exclude(pk=remedy.started_by_id).order_by("pk"):
        if user.can(Permission.GUIDE_RUN):
            queue_message(kind=Kind.CLASS_REMEDY_PROPOSED, user=user, about=remedy.reference, now=now)


def _visible(by: Actor) -> QuerySet[ClassRemedy]:
    is_allowed = by.kind is ActorKind.SITE or by.can(Permission.SEE_RUNS)
    return ClassRemedy.objects.all() if is_allowed else ClassRemedy.objects.none()


def _check_may_guide(by: Actor) -> None:
    if by.kind is not ActorKind.USER or not by.can(Permission.GUIDE_RUN):
        raise ForbiddenError


def _check(
    error: ProvedError, proof: str, reason: str, policy: PolicyVersion | None, now: datetime
) -> dict[str, Any]:
    """Return the values as they are stored, or raise everything that is wrong at once."""
    problems: dict[str, list[Any]] = {**_check_names(error), **_check_correction(error, policy)}
    if error.first_day > error.last_day or error.last_day > today_in_china(now):
        problems["last_day"] = [_("The window ends after it begins, and not later than today.")]
    problems.update(reason_problems(reason, limit=_SENTENCE))
    stored: dict[str, Any] = {}
    try:
        stored["proof"] = normalise_reference(proof)
    except UnknownReferenceError:
        problems["proof"] = [_("Give the reference of the case that proved the error.")]
    else:
        if not count_events(stored["proof"]):
            problems["proof"] = [_("There is no case with this reference.")]
    if error.kind != ErrorKind.RULE and "characteristic" not in problems:
        stored.update(_read_values(error, problems))
    if problems:
        raise InputError(fields=problems)
    return stored


def _read_values(error: ProvedError, problems: dict[str, list[Any]]) -> dict[str, object]:
    """The wrong and the right value as facts hold them, where the error names them."""
    wanted = {
        "value": error.value if error.kind == ErrorKind.VALUE else _NOTHING,
        "right_value": error.right_value if error.correction == Correction.VALUE else _NOTHING,
    }
    stored: dict[str, object] = {}
    for field, value in wanted.items():
        if value is not _NOTHING:
            try:
                stored[field] = check_value(get_dictionary()[error.characteristic], value, {})
            except DomainError as wrong:
                problems[field] = [str(wrong)]
    return stored


def _check_names(error: ProvedError) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    if error.kind not in ErrorKind.values:
        problems["kind"] = [_("Choose what proved wrong.")]
    known = get_dictionary().get(error.characteristic)
    needs_input = error.kind == ErrorKind.VALUE or error.correction == Correction.VALUE
    is_wrong = known.virtual if known else bool(error.characteristic) or needs_input
    if error.kind != ErrorKind.RULE and is_wrong:
        problems["characteristic"] = [_("Choose an input.")]
    if error.kind == ErrorKind.SOURCE and error.source not in get_sources():
        problems["source"] = [_("Choose a source.")]
    if error.kind == ErrorKind.RULE and not get_words("en").has("rules", error.rule):
        problems["rule"] = [_("Give the number of the rule.")]
    return problems


def _check_correction(error: ProvedError, policy: PolicyVersion | None) -> dict[str, list[Any]]:
    if error.correction not in Correction.values:
        return {"correction": [_("Choose how decisions are assessed again.")]}
    if (error.kind == ErrorKind.RULE) != (error.correction == Correction.POLICY):
        problem = _("A wrong rule is put right by another policy version, a wrong input by its value.")
        return {"correction": [problem]}
    if error.correction == Correction.POLICY and (policy is None or policy.state != PolicyState.PUBLISHED):
        return {"policy": [_("Choose a published policy version.")]}
    return {}
