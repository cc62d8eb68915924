"""Reassessing everybody: starting a run, pausing it, releasing its brake, ending it early."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.models import User
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from core.references import new_reference, normalise_reference
from core.texts import check_reason, reason_problems
from decisions.book_entries import current_layout
from decisions.book_products import PRODUCTS
from decisions.freezing import freeze_context
from decisions.jurisdictions import list_profiles
from decisions.models import PolicyVersion, Run, RunApproval, RunCause, RunChunk, RunState
from decisions.policies import current_market, get_policy_in_force
from decisions.reason_catalogue import get_reasons
from decisions.remote import get_engine
from decisions.run_ranges import Part, list_parts
from decisions.run_states import APPROVERS, OPEN, WORKING
from outbox.queueing import queue_work

WORK_ON_RUN: Final = "WORK_ON_RUN"
WORKERS: Final = 2
CHUNK: Final = 25_000
LARGEST_CHUNK: Final = 50_000
OTHER_CAUSES: Final = ("LIMIT", "RATE")
"""Causes beside the reasons: the amount within the same outcome, the rate within the same amount."""


class RunOpenError(ConflictError):
    """Another run over the book has not ended."""

    code = "run-open"
    default_message = _("Another run over the book has not ended yet.")


class NotInForceError(ConflictError):
    """People can only be assessed again under the version that decides today."""

    code = "not-in-force"
    default_message = _("Version %(version)s is not in force. A dry run shows what it would change.")


class ScoredElsewhereError(ConflictError):
    """Another engine scores here, so our own book would say something else than the decisions."""

    code = "scored-elsewhere"
    default_message = _(
        "Another engine scores applications here. The whole book can only be assessed by our own engine."
    )


class RunMoveError(ConflictError):
    """The run is not in a state that allows this."""

    code = "run-move"


class ApprovedAlreadyError(ConflictError):
    """The same person has approved this run before."""

    code = "approved-already"
    default_message = _("You have approved this run already. The other approval comes from somebody else.")


def start_run(
    *,
    version: PolicyVersion | None = None,
    market: str | None = None,
    cause: str = RunCause.POLICY,
    reason: str,
    chunk_size: int = CHUNK,
    by: Actor,
    now: datetime,
) -> Run:
    """Begin to assess everybody under the version in force; workers take it from here."""
    _check_may_guide(by)
    check_own_engine()
    in_force = get_policy_in_force(now=now)
    version = version or in_force
    if version.pk != in_force.pk:
        raise NotInForceError(version=version.version)
    _check_terms(reason, chunk_size)
    with transaction.atomic():
        if Run.objects.filter(state__in=OPEN).exists():
            raise RunOpenError
        run = Run.objects.create(
            reference=new_reference("RU"), cause=cause, policy=version, policy_hash=version.content_hash,
            market=market or current_market(now), reason=reason.strip(), chunk_size=chunk_size,
            setting=_setting(market or current_market(now), now), started_at=now, started_by=by.code,
            signer=_signer(by),
        )  # fmt: skip
        add_chunks(run, RunState.PREPARING, list_parts(size=chunk_size))
        _note(run, Verb.RUN_STARTED, by, now, policy=version.version, hash=run.policy_hash, market=run.market)
        call_workers(run, now=now)
    return run


def check_own_engine() -> None:
    """Raise ScoredElsewhereError where another engine scores."""
    if get_engine() is not None:
        raise ScoredElsewhereError


def _check_terms(reason: str, chunk_size: int) -> None:
    problems = reason_problems(reason)
    if not 1 <= chunk_size <= LARGEST_CHUNK:
        problems["chunk_size"] = [_("Choose 1 to 50,000 people a chunk.")]
    if problems:
        raise InputError(fields=problems)


def _setting(market: str, now: datetime) -> dict[str, object]:
    """What does not change while the run goes on, whatever is loaded or switched meanwhile."""
    return {
        "contexts": {
            product: {
                profile.code: freeze_context(profile=profile, product=product, market=market, now=now)
                for profile in list_profiles()
            }
            for product in PRODUCTS
        },
        "layouts": {product: current_layout(product).to_json() for product in PRODUCTS},
        "causes": [*sorted(get_reasons()), *OTHER_CAUSES],
    }


def _signer(by: Actor) -> User | None:
    """Who answers for closures and large cuts of this run: the person that started it, if allowed to."""
    if by.kind is not ActorKind.USER or not by.can(Permission.CHANGE_LINE):
        return None
    return User.objects.get(pk=int(by.id))


def add_chunks(run: Run, phase: str, parts: list[Part]) -> None:
    """Write the parts of a phase."""
    RunChunk.objects.bulk_create(
        RunChunk(
            run=run, phase=phase, number=number, product=part.product, first_key=part.first,
            last_key=part.last,
        )
        for number, part in enumerate(parts, start=1)
    )  # fmt: skip


def call_workers(run: Run, *, now: datetime, due_at: datetime | None = None, workers: int = WORKERS) -> None:
    """Ask for workers, after commit; each works on chunks until none is left."""
    for _worker in range(workers):
        key = f"{WORK_ON_RUN}:{run.reference}:{uuid4().hex}"
        queue_work(kind=WORK_ON_RUN, subject=run.reference, key=key, now=now, due_at=due_at)


def pause_run(*, run: Run, by: Actor, now: datetime) -> Run:
    """Stop after the chunks under way; what is done stays done."""
    return _set_pause(run, by, now, is_paused=True)


def resume_run(*, run: Run, by: Actor, now: datetime) -> Run:
    """Go on where the run stopped; chunks that gave up are tried again."""
    return _set_pause(run, by, now, is_paused=False)


def _set_pause(run: Run, by: Actor, now: datetime, *, is_paused: bool) -> Run:
    _check_may_guide(by)
    with transaction.atomic():
        run = lock_run(run)
        if run.state not in WORKING:
            raise RunMoveError
        if run.is_paused == is_paused:
            return run
        run.is_paused, run.problem = is_paused, run.problem if is_paused else ""
        run.save(update_fields=["is_paused", "problem"])
        if not is_paused:
            RunChunk.objects.filter(run=run, done_at=None).update(attempts=0, problem="")
            call_workers(run, now=now)
        _note(run, Verb.RUN_PAUSED if is_paused else Verb.RUN_RESUMED, by, now, state=run.state)
    return run


def approve_run(*, run: Run, reason: str, by: Actor, now: datetime) -> Run:
    """Release a run that the brake stopped; it goes on when two different people have done so."""
    _check_may_guide(by)
    if by.kind is not ActorKind.USER:
        raise ForbiddenError
    text = check_reason(reason)
    with transaction.atomic():
        run = lock_run(run)
        if run.state != RunState.BRAKED:
            raise RunMoveError
        if run.approvals.filter(approved_by_id=by.user_id).exists():
            raise ApprovedAlreadyError
        RunApproval.objects.create(run=run, approved_by_id=int(by.id), reason=text, approved_at=now)
        given = run.approvals.count()
        _note(run, Verb.RUN_APPROVED, by, now, approvals=given)
        if given >= APPROVERS:
            run.state = RunState.APPLYING
            run.save(update_fields=["state"])
            call_workers(run, now=now)
    return run


def stop_run(*, run: Run, reason: str, by: Actor, now: datetime) -> Run:
    """End a run early; what was applied stays, and is told."""
    _check_may_guide(by)
    text = check_reason(reason)
    with transaction.atomic():
        run = lock_run(run)
        if run.state not in OPEN or run.state == RunState.TELLING:
            raise RunMoveError
        if run.run_changes.filter(decision__isnull=False).exists():
            # The people already decided about are told before the run ends.
            raise RunMoveError(_("Some decisions have been written. The run ends by itself."))
        run.state, run.ended_at, run.is_paused = RunState.STOPPED, now, False
        run.save(update_fields=["state", "ended_at", "is_paused"])
        _note(run, Verb.RUN_STOPPED, by, now, reason=text)
    return run


def get_run_for(*, by: Actor, reference: str) -> Run:
    """Return one run, or raise NotFoundError."""
    run = _visible(by).select_related("policy", "signer").filter(reference=normalise_reference(reference))
    found = run.first()
    if found is None:
        raise NotFoundError
    return found


def list_runs_for(*, by: Actor, before: int | None = None, limit: int = 20) -> list[Run]:
    """Return runs, newest first."""
    rows = _visible(by).select_related("policy").order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def _visible(by: Actor) -> QuerySet[Run]:
    is_allowed = by.kind is ActorKind.SITE or by.can(Permission.SEE_RUNS)
    return Run.objects.all() if is_allowed else Run.objects.none()


def lock_run(run: Run) -> Run:
    """Return the run, locked."""
    return Run.objects.select_for_update(of=("self",)).select_related("policy").get(pk=run.pk)


def _check_may_guide(by: Actor) -> None:
    if by.kind is not ActorKind.SITE and not by.can(Permission.GUIDE_RUN):
        raise ForbiddenError


def _note(run: Run, verb: Verb, by: Actor, now: datetime, **codes: object) -> None:
    record(verb=verb, subject=run.reference, actor=by.code, now=now, codes=codes)  # type: ignore[arg-type]
