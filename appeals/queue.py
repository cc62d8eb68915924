"""The queue of appeals: its views, what narrows them, a page in one statement, and how much is in each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import connection

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.models import ON_A_DESK, UNDECIDED, Appeal
from appeals.states import ENDED
from appeals.troubles import references_in_trouble
from applicants.models import Applicant
from core.calendars import end_of_day, get_calendar, legal_day
from core.encryption import decrypt
from core.errors import ForbiddenError, NotFoundError
from core.prepared_rows import fetch_all_prepared
from core.references import UnknownReferenceError, normalise_reference
from decisions.measure_states import STANDING

COUNT_CAP: Final = 1000
DUE_WORKING_DAYS: Final = 2
_NAME: Final = f"{Applicant._meta.label_lower}.name"


def _one_of(statuses: Collection[str]) -> str:
    """Statuses as the indexes name them: spelled out, so that an index of what is open fits."""
    return ", ".join(f"'{status}'" for status in statuses)


_VIEWS: Final[Mapping[str, str]] = {
    "mine": f"a.claimed_by_id = %(me)s::bigint AND a.status IN ({_one_of(ON_A_DESK)})",
    "unclaimed": "a.status = 'QUEUED'",
    "due": f"a.status IN ({_one_of(UNDECIDED)}) AND a.due_at <= %(soon)s::timestamptz",
    "screening": "a.status = 'SCREENING'",
    "waiting": "a.status = 'INFO_REQUESTED'",
    "countersign": "a.status = 'PROPOSED'",
    "remedy_late": "a.status = 'REMEDY' AND EXISTS (SELECT 1 FROM appeals_remedy r WHERE r.appeal_id = a.id"
    " AND r.confirmed_at IS NULL AND r.due_on < %(today)s::date)",
    "failures": "a.status <> 'DRAFT' AND a.reference IN ({in_trouble})",
    "all": f"a.status IN ({_one_of(UNDECIDED)})",
}
VIEWS: Final = tuple(_VIEWS)
ANSWERS: Final = "answers"
"""Counted beside the views: answers to measures that nobody has read, but for one's own."""
_UNREAD: Final = (
    "SELECT 1 FROM appeals_measureanswer w JOIN decisions_measure m ON m.id = w.measure_id"  # noqa: S608 - ours
    " JOIN applicants_applicant p ON p.id = m.applicant_id WHERE w.state = 'GIVEN'"
    f" AND m.state IN ({_one_of(sorted(STANDING))}) AND p.user_id IS DISTINCT FROM %(me)s::bigint"
)
_FILTERS: Final[Mapping[str, str]] = {
    "product": "EXISTS (SELECT 1 FROM decisions_decision n WHERE n.id = a.decision_id"
    " AND n.product = %(product)s::text)",
    "language": "a.language = %(language)s::text",
    "is_urgent": "a.is_urgent",
    "is_vulnerable": "a.is_vulnerable",
    "is_second_tier": "a.tier > 1",
    "reason": "EXISTS (SELECT 1 FROM appeals_ground g WHERE g.appeal_id = a.id"
    " AND g.code = %(reason)s::text)",
}
_BEHIND: Final = """
(a.due_at > (SELECT b.due_at FROM appeals_appeal b WHERE b.reference = %(after)s::text)
 OR (a.due_at = (SELECT b.due_at FROM appeals_appeal b WHERE b.reference = %(after)s::text)
     AND a.id > (SELECT b.id FROM appeals_appeal b WHERE b.reference = %(after)s::text)))
AND a.due_at >= (SELECT b.due_at FROM appeals_appeal b WHERE b.reference = %(after)s::text)
"""
# The keys of the page come first, from an index of what is open; only its own rows are dressed.
_PAGE: Final = """\
SELECT a.reference, a.due_at, a.status, a.tier, a.is_urgent, a.is_vulnerable, d.product, d.outcome, p.name,
    u.display_name,
    ARRAY(SELECT g.code FROM appeals_ground g WHERE g.appeal_id = a.id ORDER BY g.code),
    ARRAY(SELECT jsonb_array_elements_text(r.countersign_reasons) FROM appeals_ruling r
          WHERE r.appeal_id = a.id AND r.state = 'PROPOSED'),
    d.decided_by = %(code)s::text OR coalesce(p.user_id = %(me)s::bigint, false),
    a.outcome,
    coalesce(a.decided_at, CASE WHEN a.status IN ({ended}) THEN (SELECT e.at FROM appeals_appealevent e
        WHERE e.appeal_id = a.id ORDER BY e.sequence DESC LIMIT 1) END),
    {counts}
FROM (SELECT a.id FROM appeals_appeal a WHERE {wanted} ORDER BY a.due_at, a.id LIMIT {limit}) page
JOIN appeals_appeal a ON a.id = page.id
JOIN decisions_decision d ON d.id = a.decision_id
JOIN applicants_applicant p ON p.id = a.applicant_id
LEFT JOIN accounts_user u ON u.id = a.claimed_by_id
ORDER BY a.due_at, a.id
"""


@dataclass(frozen=True)
class QueueFilter:
    """What narrows a view of the queue; an empty part narrows nothing."""

    product: str = ""
    reason: str = ""
    language: str = ""
    is_urgent: bool = False
    is_vulnerable: bool = False
    is_second_tier: bool = False


class QueueRow(NamedTuple):
    """One appeal as far as the queue shows it."""

    reference: str
    due_at: datetime | None
    status: str
    tier: int
    is_urgent: bool
    is_vulnerable: bool
    product: str
    outcome: str
    name: str
    holder: str
    codes: list[str]
    signatures: list[str]
    is_conflicted: bool
    ending: str
    ended_at: datetime | None


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; `next_after` is None at the end, `counts` if not asked for or without rows."""

    rows: list[QueueRow]
    next_after: str | None
    counts: dict[str, int] | None = None


def list_queue(
    *,
    by: Actor,
    view: str,
    now: datetime,
    narrowed: QueueFilter | None = None,
    after: str | None = None,
    limit: int = 50,
    with_counts: bool = False,
) -> QueuePage:
    """A page of one view of the queue, the soonest due first, after the appeal with this reference.

    What all views hold can be counted in the same statement.
    """
    _check(by, view)
    values = {**_values(by, now), **_narrowing(narrowed), "after": _known(after)}
    given = tuple(name for name in _FILTERS if values.get(name))
    sql = _page_sql(view, given, is_behind=after is not None, with_counts=with_counts, limit=limit + 1)
    found = fetch_all_prepared(sql, values)
    if after is not None and not found and not Appeal.objects.filter(reference=values["after"]).exists():
        raise NotFoundError
    rows = [_row(one) for one in found[:limit]]
    return QueuePage(
        rows=rows,
        next_after=rows[-1].reference if len(found) > limit else None,
        counts=_by_name(found[0][-1]) if found and with_counts else None,
    )


def count_queue(*, by: Actor, now: datetime) -> dict[str, int]:
    """How many appeals each view holds, and the answers to read, counted up to a cap, in one statement."""
    _check(by, "all")
    (row,) = fetch_all_prepared(f"SELECT {_counts()}", _values(by, now))
    return _by_name(row[0])


def list_rows(*, by: Actor, appeals: Sequence[Appeal]) -> list[QueueRow]:
    """Appeals that were found otherwise as the queue shows them, in the order in which they were found."""
    _check(by, "all")
    values = {"me": by.user_id, "code": by.code, "keys": [appeal.pk for appeal in appeals]}
    rows = {row.reference: row for row in map(_row, fetch_all_prepared(_found_sql(), values))}
    return [rows[appeal.reference] for appeal in appeals]


def _check(by: Actor, view: str) -> None:
    if not by.can(Permission.SEE_QUEUE):
        raise ForbiddenError
    if view not in _VIEWS:
        raise NotFoundError


def _row(values: tuple[Any, ...]) -> QueueRow:
    *before, name, holder, codes, signatures, is_conflicted, ending, ended_at, _counts = values
    shown = decrypt(bytes(name), place=_NAME)
    return QueueRow._make([*before, shown, holder or "", codes, signatures, is_conflicted, ending, ended_at])


def _known(after: str | None) -> str | None:
    try:
        return None if after is None else normalise_reference(after)
    except UnknownReferenceError as error:
        raise NotFoundError from error


def _values(by: Actor, now: datetime) -> dict[str, Any]:
    return {"me": by.user_id, "code": by.code, "soon": _soon(now), "today": _today(now)}


def _narrowing(narrowed: QueueFilter | None) -> dict[str, Any]:
    return {} if narrowed is None else dict(vars(narrowed))


@cache
def _page_sql(view: str, filters: tuple[str, ...], *, is_behind: bool, with_counts: bool, limit: int) -> str:
    wanted = [f"({_wanted(view)})", *(f"({_FILTERS[name]})" for name in filters)]
    if is_behind:
        wanted.append(_BEHIND)
    # Counted once, not for each row.
    counts = f"(SELECT {_counts()})" if with_counts else "NULL"
    # Made of the parts above and of whole numbers; what was typed goes to the server beside it.
    return _filled_page(wanted=" AND ".join(wanted), counts=counts, limit=str(int(limit)))


@cache
def _found_sql() -> str:
    return _filled_page(wanted="a.id = ANY(%(keys)s::bigint[])", counts="NULL", limit="ALL")


def _filled_page(*, wanted: str, counts: str, limit: str) -> str:
    return _PAGE.format(wanted=wanted, counts=counts, limit=limit, ended=_one_of(sorted(ENDED)))


@cache
def _counts() -> str:
    views = (f"SELECT 1 FROM appeals_appeal a WHERE {_wanted(view)}" for view in _VIEWS)  # noqa: S608 - ours
    each = (
        f"(SELECT count(*) FROM ({rows} LIMIT {COUNT_CAP}) capped)"  # noqa: S608 - our own
        for rows in (*views, _UNREAD)
    )
    return f"ARRAY[{', '.join(each)}]"


def _by_name(counts: Sequence[int]) -> dict[str, int]:
    return dict(zip((*VIEWS, ANSWERS), counts, strict=True))


def _wanted(view: str) -> str:
    return _VIEWS[view].format(in_trouble=_in_trouble()) if view == "failures" else _VIEWS[view]


@cache
def _in_trouble() -> str:
    """The references of what went wrong, as Django words it; its values are constants and named states."""
    with connection.cursor() as cursor:
        return str(cursor.mogrify(*references_in_trouble().query.sql_with_params())).replace("%", "%%")


def _today(now: datetime) -> date:
    return legal_day(now, get_calendar("CN").zone)


def _soon(now: datetime) -> datetime:
    """The end of the second working day from today, where we work."""
    calendar = get_calendar("CN")
    day = calendar.add_working_days(legal_day(now, calendar.zone), DUE_WORKING_DAYS)
    return end_of_day(day, calendar.zone)
