"""A queue as large as one likes, for trying out pages and measures: invented cases, written with COPY.

Decisions are copies of those of the sample people, so that they can be replayed. Closed cases share them.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model
from psycopg.errors import UniqueViolation

from accounts.actors import SITE
from accounts.models import User
from accounts.roles import Role
from appeals.generated_rows import Case, write_closed, write_open
from appeals.models import Appeal, AppealEvent, Ground, Rerun, Ruling
from appeals.states import Event
from appeals.terms import Terms, terms_now
from applicants.bulk import SamplePerson, copy_people, reserve_keys
from applicants.models import Applicant
from core.errors import ConflictError, NotFoundError
from core.references import new_bulk_reference
from decisions.models import Application, Decision, DecisionKind, DecisionReason

CHUNK: Final = 5_000
PER_DECISION: Final = 10
_FIRST_CHUNK: Final = 200
_GROWING: Final = (
    Applicant, Application, Decision, DecisionReason, Appeal, Ground, AppealEvent, Rerun, Ruling,
)  # fmt: skip
_TO_QUEUE: Final = (Event.SUBMIT, Event.SCREEN, Event.ACCEPT)
_OPEN_WAYS: Final = (
    (0.05, (Event.SUBMIT, Event.SCREEN)),
    (0.70, _TO_QUEUE),
    (1.01, (*_TO_QUEUE, Event.CLAIM)),
)
_CLOSED_WAY: Final = (*_TO_QUEUE, Event.CLAIM, Event.DECIDE, Event.CLOSE)


class AlreadyThereError(ConflictError):
    """Cases of this seed are in the database."""

    code = "already-there"


class RealPeopleError(ConflictError):
    """There are real people in this database."""

    code = "real-people"


class NothingToCopyError(NotFoundError):
    """There is no sample decision to copy, or nobody to review."""

    code = "nothing-to-copy"


@dataclass(frozen=True)
class _Setting:
    """What is the same for the whole queue."""

    templates: Sequence[Decision]
    codes: dict[int, list[str]]
    reviewers: Sequence[int]
    former: Sequence[int]
    terms: Terms
    now: datetime
    chance: random.Random


def generate_appeals(
    *, open_count: int, closed_count: int, seed: int, now: datetime, say: Callable[[str], None]
) -> int:
    """Write so many open and closed appeals, chunk by chunk; how many decisions were copied for them.

    Every guard of the database is on. The same seed and instant give the same cases, so only once.
    """
    setting = _setting(seed, now)
    try:
        return _generate(setting, open_count, closed_count, say)
    except UniqueViolation as error:
        # COPY tells psycopg's own error; nothing of a chunk that meets itself is kept.
        raise AlreadyThereError from error


def copy_decisions(*, count: int, seed: int, now: datetime) -> list[int]:
    """Copies of sample decisions that nobody has appealed yet; their keys."""
    return [decision for _applicant, decision, _template in _copy_decisions(_setting(seed, now), count)]


def check_only_samples() -> None:
    """Refuse to put invented cases among those of real people."""
    if Applicant.objects.filter(is_sample=False).exists():
        raise RealPeopleError


def _generate(setting: _Setting, open_count: int, closed_count: int, say: Callable[[str], None]) -> int:
    pool: list[tuple[int, int, int]] = []
    wanted = max(open_count, -(-closed_count // PER_DECISION))
    done = 0
    for kind, total in (("open", open_count), ("closed", closed_count)):
        for first, count in _chunks(total):
            with transaction.atomic():
                _take_time()
                while len(pool) < min(wanted, first + count):
                    pool += _copy_decisions(setting, min(CHUNK, wanted - len(pool)))
                picked = [
                    (*pool[place % len(pool)], place // len(pool)) for place in range(first, first + count)
                ]
                _write(setting, picked, is_open=kind == "open")
            done += count
            _count_anew(first, count)
            say(f"{done:>9,} of {open_count + closed_count:,} ({kind})")
    return len(pool)


def _take_time() -> None:
    """Let the statements of this chunk take longer than those of a page: each row of it meets every guard."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")


def _chunks(total: int) -> Iterator[tuple[int, int]]:
    """Where each chunk begins and how many it holds; the first ones are small."""
    first, size = 0, _FIRST_CHUNK
    while first < total:
        yield first, min(size, total - first)
        first, size = first + size, min(CHUNK, 4 * size)


def _count_anew(first: int, count: int) -> None:
    """Let the planner know how the tables have grown, each time they have doubled.

    The guards look up a row at a time, and with the figures of empty tables they would read them whole.
    """
    if (first + count).bit_length() > first.bit_length():
        tables = ", ".join(model._meta.db_table for model in _GROWING)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def _setting(seed: int, now: datetime) -> _Setting:
    roles = [Role.CASEWORKER.value, Role.SUPERVISOR.value]
    reviewers = list(
        User.objects.filter(role__in=roles, is_active=True).order_by("pk").values_list("pk", flat=True)
    )
    templates = list(
        Decision.objects.filter(kind=DecisionKind.APPLICATION, outcome__in=["decline", "counter"])
        # What a colleague decided that colleague may not review.
        .filter(superseded_by=None, supersedes=None)
        .exclude(decided_by__in=[f"user:{key}" for key in reviewers])
        .exclude(applicant__sheet__facts={})
        .select_related("applicant")
        .order_by("pk")[:12]
    )
    if not templates or not reviewers:
        raise NothingToCopyError
    codes: dict[int, list[str]] = {one.pk: [] for one in templates}
    reasons = DecisionReason.objects.filter(decision__in=codes).order_by("decision", "position")
    for key, code in reasons.values_list("decision", "code"):
        codes[key].append(code)
    terms = terms_now(templates[0].applicant)
    chance = random.Random(seed)  # noqa: S311 - sample data
    return _Setting(templates, codes, reviewers, _former_reviewers(), terms, now, chance)


def _former_reviewers() -> list[int]:
    """Colleagues who have left: nobody reviews a matter twice, so each round of closed cases has its own."""
    keys = []
    for number in range(PER_DECISION + 1):
        email = f"former-reviewer-{number:02d}@example.test"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, role=Role.CASEWORKER.value, display_name=f"Former {number:02d}", is_active=False
        )
        keys.append(user.pk)
    return keys


def _copy_decisions(setting: _Setting, count: int) -> list[tuple[int, int, int]]:
    """Copies of the templates for new sample people: applicant, decision and template keys."""
    bits = setting.chance.getrandbits
    people = copy_people(
        people=[SamplePerson(f"Sample {number}", ()) for number in range(count)], by=SITE, now=setting.now,
        draw=bits,
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    new: dict[str, list[Any]]
    keys = zip(reserve_keys(Application, count), reserve_keys(Decision, count), people, strict=True)
    for application, decision, person in keys:
        template = setting.chance.choice(setting.templates)
        rows.append((person.pk, application, decision, template.pk, template.application_id))
    new = {
        "applicant_id": [row[0] for row in rows], "id": [row[1] for row in rows],
        "reference": [new_bulk_reference("LA", bits) for _row in rows],
        "submission_key": [new_bulk_reference("LA", bits) for _row in rows],
    }  # fmt: skip
    _copy(Application, [row[4] for row in rows], new)
    new = {
        "applicant_id": [row[0] for row in rows], "application_id": [row[1] for row in rows],
        "id": [row[2] for row in rows], "reference": [new_bulk_reference("DE", bits) for _row in rows],
    }  # fmt: skip
    _copy(Decision, [row[3] for row in rows], new)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO decisions_decisionreason (decision_id, position, code, parameters, tag)"
            " SELECT new.id, r.position, r.code, r.parameters, r.tag"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, template)"
            " JOIN decisions_decisionreason r ON r.decision_id = new.template",
            [[row[2] for row in rows], [row[3] for row in rows]],
        )
    return [(row[0], row[2], row[3]) for row in rows]


def _copy(model: type[Model], templates: list[Any], new: dict[str, list[Any]]) -> None:
    """Copy rows inside the database with some columns of their own."""
    columns = [field.column for field in model._meta.concrete_fields]
    types = {"reference": "text", "submission_key": "text"}
    values = [f"new.{name}" if name in new else f"old.{name}" for name in columns]
    arrays = ", ".join(f"%s::{types.get(name, 'bigint')}[]" for name in new)
    sql = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
        f" FROM unnest(%s::bigint[], {arrays}) AS new (template, {', '.join(new)})"
        f" JOIN {model._meta.db_table} old ON old.id = new.template"
    )  # names of our own tables and columns only
    with connection.cursor() as cursor:
        cursor.execute(sql, [templates, *new.values()])


def _write(setting: _Setting, picked: Sequence[tuple[int, int, int, int]], *, is_open: bool) -> None:
    keys = reserve_keys(Appeal, len(picked))
    cases = [_case(setting, key, row, is_open=is_open) for key, row in zip(keys, picked, strict=True)]
    (write_open if is_open else write_closed)(cases, setting.terms)


def _case(setting: _Setting, key: int, place: tuple[int, int, int, int], *, is_open: bool) -> Case:
    applicant, decision, template, turn = place
    chance = setting.chance
    days = chance.uniform(0, 20) if is_open else chance.uniform(20, 365)
    draw = chance.random()
    way = next(way for share, way in _OPEN_WAYS if draw < share) if is_open else _CLOSED_WAY
    return Case(
        pk=key, reference=new_bulk_reference("AP", chance.getrandbits), applicant=applicant,
        decision=decision, sent_at=setting.now - timedelta(days=days), way=way,
        reviewer=chance.choice(setting.reviewers) if is_open else setting.former[turn],
        codes=setting.codes[template], seed=f"{chance.getrandbits(128):032x}",
        is_urgent=chance.random() < 0.1,
    )  # fmt: skip
