"""The rows of invented cases: appeals, grounds, events, reruns and rulings, written with COPY."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from json import dumps
from typing import Any, Final

from django.db import connection

from appeals.clocks import first_end, service_target
from appeals.models import Appeal, AppealEvent, Ground, Rerun, Ruling
from appeals.opening import draw_of
from appeals.states import TRANSITIONS, Event, Status
from appeals.terms import Terms
from applicants.bulk import copy_rows, reserve_keys
from core.calendars import end_of_day, get_calendar, legal_day
from core.encryption import encrypt

_PARTY: Final = {Event.SUBMIT: "applicant", Event.CLAIM: "reviewer", Event.DECIDE: "reviewer"}


@dataclass(frozen=True)
class Case:
    """One invented appeal."""

    pk: int
    reference: str
    applicant: int
    decision: int
    sent_at: datetime
    way: Sequence[Event]
    reviewer: int
    codes: Sequence[str]
    seed: str
    is_urgent: bool


def write_open(cases: Sequence[Case], terms: Terms) -> None:
    """Write cases that wait or are being reviewed."""
    _write_appeals(cases, terms)


def write_closed(cases: Sequence[Case], terms: Terms) -> None:
    """Write cases that ended as they began.

    A decided appeal needs its final ruling first, and the ruling its appeal: two steps, as in real life.
    """
    _write_appeals(cases, terms)
    _write_rulings(cases)
    with connection.cursor() as cursor:
        cursor.execute(_DECIDE, [[case.pk for case in cases]])


_DECIDE: Final = """
UPDATE appeals_appeal SET outcome = 'UNCHANGED', decided_at = r.proposed_at, letter_left_at = r.proposed_at,
    claimed_by_id = r.proposed_by_id, claimed_at = submitted_at
FROM appeals_ruling r WHERE r.appeal_id = appeals_appeal.id AND appeals_appeal.id = ANY(%s)
"""


_APPEAL: Final = (
    "id", "reference", "decision_id", "applicant_id", "tier", "status", "version", "language", "statement",
    "late_reason", "is_urgent", "is_vulnerable", "terms", "opened_for", "opened_at", "saved_at",
    "submitted_at", "due_at", "target_at", "claimed_by_id", "claimed_at", "findings_version", "sample_seed",
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


def _write_appeals(cases: Sequence[Case], terms: Terms) -> None:
    blank = {name: encrypt("", place=f"appeals.appeal.{name}") for name in ("statement", "late_reason")}
    kept = dumps(asdict(terms))
    copy_rows(Appeal, _APPEAL, (_appeal(case, terms, blank, kept) for case in cases))
    note = encrypt("", place="appeals.ground.note")
    copy_rows(
        Ground, _GROUND,
        ((case.pk, code, "WRONG", note) for case in cases for code in case.codes),
    )  # fmt: skip
    note = encrypt("", place="appeals.appealevent.note")
    copy_rows(AppealEvent, _EVENT, (row for case in cases for row in _events(case, note)))


def _appeal(case: Case, terms: Terms, blank: Mapping[str, bytes], kept: str) -> Sequence[Any]:
    # Who decided a closed case is entered with its outcome, so that independence is looked at once.
    is_held = Event.CLAIM in case.way and Event.CLOSE not in case.way
    # A generated case is not drawn for a second look: its ruling has one signature.
    draw = max(draw_of(case.seed, case.reference), 5_000)
    return (
        case.pk, case.reference, case.decision, case.applicant, 1, _status(case).value, len(case.way),
        "zh-hans", blank["statement"], blank["late_reason"], case.is_urgent, False, kept, "",
        case.sent_at, case.sent_at, case.sent_at, first_end(terms, case.sent_at), _target(case, terms),
        case.reviewer if is_held else None, case.sent_at if is_held else None, 0, case.seed, draw, "",
    )  # fmt: skip


def _target(case: Case, terms: Terms) -> datetime | None:
    """The end of our own target day of an open case."""
    if Event.CLOSE in case.way:
        return None
    calendar = get_calendar(terms.calendar)
    first = legal_day(calendar.next_working_moment(case.sent_at), calendar.zone)
    days = terms.urgent_days if case.is_urgent else terms.target_days
    day = service_target(started_on=first, days=days, calendar=calendar, paused_days=0)
    return end_of_day(day, calendar.zone)


def _status(case: Case) -> Status:
    status = Status.DRAFT
    for event in case.way:
        status = TRANSITIONS[status, event][0]
    return status


def _events(case: Case, note: bytes) -> Iterator[Sequence[Any]]:
    status = Status.DRAFT
    for place, event in enumerate(case.way):
        target = TRANSITIONS[status, event][0]
        party = _PARTY.get(event, "site")
        actor = f"user:{case.reviewer}" if party == "reviewer" else "site"
        at = case.sent_at + timedelta(hours=6 * place)
        yield (case.pk, place + 1, event.value, status.value, target.value, actor, party, note, at)
        status = target


def _write_rulings(cases: Sequence[Case]) -> None:
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
