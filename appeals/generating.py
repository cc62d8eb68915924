"""A queue as large as one likes, for trying out pages and measures: invented cases, written with COPY.

Decisions are copies of those of the sample people, so that they can be replayed. Closed cases share them.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from json import dumps
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model

from accounts.actors import SITE
from accounts.models import User
from accounts.roles import Role
from appeals.clocks import first_end
from appeals.models import Appeal, AppealEvent, Ground, Rerun, Ruling
from appeals.opening import draw_of
from appeals.states import TRANSITIONS, Event, Status
from appeals.terms import Terms, terms_now
from applicants.bulk import SamplePerson, copy_people, copy_rows, reserve_keys
from applicants.models import Applicant
from core.encryption import encrypt
from core.errors import NotFoundError
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
_PARTY: Final = {Event.SUBMIT: "applicant", Event.CLAIM: "reviewer", Event.DECIDE: "reviewer"}


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


@dataclass(frozen=True)
class _Case:
    """One invented appeal."""

    pk: int
    reference: str
    applicant: int
    decision: int
    template: int
    sent_at: datetime
    way: Sequence[Event]
    reviewer: int


def generate_appeals(
    *, open_count: int, closed_count: int, seed: int, now: datetime, say: Callable[[str], None]
) -> int:
    """Write so many open and closed appeals, chunk by chunk; how many decisions were copied for them."""
    setting = _setting(seed, now)
    pool: list[tuple[int, int, int]] = []
    wanted = max(open_count, -(-closed_count // PER_DECISION))
    done = 0
    for kind, total in (("open", open_count), ("closed", closed_count)):
        for first, count in _chunks(total):
            with transaction.atomic():
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
    templates = list(
        Decision.objects.filter(
            kind=DecisionKind.APPLICATION, outcome__in=["decline", "counter"], superseded_by=None
        )
        .exclude(applicant__sheet__facts={})
        .select_related("applicant")
        .order_by("pk")[:12]
    )
    roles = [Role.CASEWORKER.value, Role.SUPERVISOR.value]
    reviewers = list(User.objects.filter(role__in=roles, is_active=True).values_list("pk", flat=True))
    if not templates or not reviewers:
        raise NothingToCopyError
    codes: dict[int, list[str]] = {one.pk: [] for one in templates}
    for key, code in DecisionReason.objects.filter(decision__in=codes).values_list("decision", "code"):
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
    people = copy_people(
        people=[SamplePerson(f"Sample {number}", ()) for number in range(count)], by=SITE, now=setting.now
    )
    rows: list[tuple[Any, ...]] = []
    new: dict[str, list[Any]]
    keys = zip(reserve_keys(Application, count), reserve_keys(Decision, count), people, strict=True)
    for application, decision, person in keys:
        template = setting.chance.choice(setting.templates)
        rows.append((person.pk, application, decision, template.pk, template.application_id))
    new = {
        "applicant_id": [row[0] for row in rows], "id": [row[1] for row in rows],
        "reference": [new_bulk_reference("LA") for _row in rows],
        "submission_key": [new_bulk_reference("LA") for _row in rows],
    }  # fmt: skip
    _copy(Application, [row[4] for row in rows], new)
    new = {
        "applicant_id": [row[0] for row in rows], "application_id": [row[1] for row in rows],
        "id": [row[2] for row in rows], "reference": [new_bulk_reference("DE") for _row in rows],
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
    if is_open:
        _write_appeals(setting, cases)
        return
    # A decided appeal needs its final ruling first, and the ruling its appeal: two steps, as in real life.
    _write_appeals(setting, cases)
    _write_rulings(cases)
    with connection.cursor() as cursor:
        cursor.execute(_DECIDE, [[case.pk for case in cases]])


_DECIDE: Final = """
UPDATE appeals_appeal SET outcome = 'UNCHANGED', decided_at = r.proposed_at, letter_left_at = r.proposed_at
FROM appeals_ruling r WHERE r.appeal_id = appeals_appeal.id AND appeals_appeal.id = ANY(%s)
"""


def _case(setting: _Setting, key: int, place: tuple[int, int, int, int], *, is_open: bool) -> _Case:
    applicant, decision, template, turn = place
    chance = setting.chance
    days = chance.uniform(0, 20) if is_open else chance.uniform(20, 365)
    draw = chance.random()
    way = next(way for share, way in _OPEN_WAYS if draw < share) if is_open else _CLOSED_WAY
    return _Case(
        pk=key, reference=new_bulk_reference("AP"), applicant=applicant, decision=decision,
        template=template, sent_at=setting.now - timedelta(days=days), way=way,
        reviewer=chance.choice(setting.reviewers) if is_open else setting.former[turn],
    )  # fmt: skip


_APPEAL: Final = (
    "id", "reference", "decision_id", "applicant_id", "tier", "status", "version", "language", "statement",
    "late_reason", "is_urgent", "is_vulnerable", "terms", "opened_for", "opened_at", "saved_at",
    "submitted_at", "due_at", "claimed_by_id", "claimed_at", "findings_version", "sample_seed",
    "sample_draw", "outcome",
)  # fmt: skip
_GROUND: Final = ("appeal_id", "code", "claim", "note")
_EVENT: Final = (
    "appeal_id", "sequence", "event", "from_status", "to_status", "actor", "party", "note", "at",
)  # fmt: skip
_RERUN: Final = (
    "id", "appeal_id", "input_version", "state", "attempts", "queued_at", "finished_at", "original",
    "corrected", "today", "facts", "problem",
)  # fmt: skip
_RULING: Final = (
    "appeal_id", "state", "outcome", "rerun_id", "basis", "amount_cny", "limit_cny", "is_bulk", "reason",
    "letter_zh", "letter_en", "draft_zh", "draft_en", "countersign_reasons", "proposed_by_id", "proposed_at",
    "return_reason",
)  # fmt: skip


def _write_appeals(setting: _Setting, cases: Sequence[_Case]) -> None:
    blank = {name: encrypt("", place=f"appeals.appeal.{name}") for name in ("statement", "late_reason")}
    terms = dumps(asdict(setting.terms))
    copy_rows(Appeal, _APPEAL, (_appeal(setting, case, blank, terms) for case in cases))
    note = encrypt("", place="appeals.ground.note")
    copy_rows(
        Ground, _GROUND,
        ((case.pk, code, "WRONG", note) for case in cases for code in setting.codes[case.template]),
    )  # fmt: skip
    note = encrypt("", place="appeals.appealevent.note")
    copy_rows(AppealEvent, _EVENT, (row for case in cases for row in _events(case, note)))


def _appeal(setting: _Setting, case: _Case, blank: dict[str, bytes], terms: str) -> Sequence[Any]:
    held = Event.CLAIM in case.way
    seed = f"{setting.chance.getrandbits(128):032x}"
    # A generated case is not drawn for a second look: its ruling has one signature.
    draw = max(draw_of(seed, case.reference), 5_000)
    return (
        case.pk, case.reference, case.decision, case.applicant, 1, _status(case).value, len(case.way),
        "zh-hans", blank["statement"], blank["late_reason"], setting.chance.random() < 0.1, False, terms, "",
        case.sent_at, case.sent_at, case.sent_at, first_end(setting.terms, case.sent_at),
        case.reviewer if held else None, case.sent_at if held else None, 0, seed, draw, "",
    )  # fmt: skip


def _status(case: _Case) -> Status:
    status = Status.DRAFT
    for event in case.way:
        status = TRANSITIONS[status, event][0]
    return status


def _events(case: _Case, note: bytes) -> Iterator[Sequence[Any]]:
    status = Status.DRAFT
    for place, event in enumerate(case.way):
        target = TRANSITIONS[status, event][0]
        party = _PARTY.get(event, "site")
        actor = f"user:{case.reviewer}" if party == "reviewer" else "site"
        at = case.sent_at + timedelta(hours=6 * place)
        yield (case.pk, place + 1, event.value, status.value, target.value, actor, party, note, at)
        status = target


def _write_rulings(cases: Sequence[_Case]) -> None:
    keys = reserve_keys(Rerun, len(cases))
    reruns = list(zip(keys, cases, strict=True))
    copy_rows(
        Rerun, _RERUN,
        (
            (key, case.pk, 0, "DONE", 1, case.sent_at, case.sent_at, "{}", "{}", "{}", "{}", "")
            for key, case in reruns
        ),
    )  # fmt: skip
    sealed = {
        name: encrypt("", place=f"appeals.ruling.{name}")
        for name in ("reason", "letter_zh", "letter_en", "draft_zh", "draft_en", "return_reason")
    }
    words = [sealed[name] for name in ("reason", "letter_zh", "letter_en", "draft_zh", "draft_en")]
    copy_rows(
        Ruling, _RULING,
        (
            (
                case.pk, "FINAL", "UNCHANGED", key, "NONE", 0, 0, False, *words, "[]", case.reviewer,
                case.sent_at + timedelta(days=1), sealed["return_reason"],
            )
            for key, case in reruns
        ),
    )  # fmt: skip
