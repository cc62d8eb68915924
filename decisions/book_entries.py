"""The coded inputs of the book, kept beside the readable facts: only what has changed is coded again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from applicants.characteristics import Characteristic, get_dictionary
from applicants.consents import consented_sources_of, free_sources
from applicants.dispute_marks import open_disputes_of
from applicants.models import Applicant
from applicants.usable import fill_gaps
from assessment.rules import SEVERITY
from core.identity import today_in_china
from decisions.book_layout import LINE_IN_USE, NO_LINE, OFFERED_LINE, Layout, make_layout
from decisions.book_products import PLACES, is_personal
from decisions.freezing_reasons import GIVES_MONEY
from decisions.line_states import OFFERED

BATCH: Final = 2_000

_STALE: Final = """
SELECT found.applicant_id, found.id, found.outcome, found.limit_cny,
       found.result #>> '{price,annual_rate_pct}', reason.code,
       found.request ->> 'amount_cny', found.request ->> 'purpose',
       coalesce(found.request ->> 'term_days', found.request ->> 'term_months')::int,
       line.id, line.version, line.state, line.total_cny - line.reduced_cny, line.annual_rate_pct,
       sheet.facts::text, coalesce(sheet.version, 0)
FROM (
    SELECT DISTINCT ON (applicant_id) * FROM decisions_decision
    WHERE product = %(product)s AND kind = 'APPLICATION' AND applicant_id BETWEEN %(first)s AND %(last)s
    ORDER BY applicant_id, id DESC
) AS found
LEFT JOIN decisions_decisionreason AS reason ON reason.decision_id = found.id AND reason.position = 1
LEFT JOIN decisions_line AS line
    ON line.applicant_id = found.applicant_id AND line.product = %(product)s
    AND line.state NOT IN ('closed', 'expired')
LEFT JOIN applicants_sheet AS sheet ON sheet.applicant_id = found.applicant_id
LEFT JOIN decisions_bookentry AS entry
    ON entry.applicant_id = found.applicant_id AND entry.product = %(place)s
WHERE entry.applicant_id IS NULL OR entry.layout <> %(layout)s OR entry.standing_id <> found.id
    OR entry.sheet_version <> coalesce(sheet.version, 0) OR entry.valid_until < %(today)s
    OR entry.line_id IS DISTINCT FROM line.id OR entry.line_version IS DISTINCT FROM line.version
ORDER BY found.applicant_id LIMIT %(batch)s
"""
_KEEP: Final = """
INSERT INTO decisions_bookentry AS entry
    (product, applicant_id, standing_id, sheet_version, line_id, line_version, valid_until, layout, codes)
SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[], %s::int[], %s::bigint[], %s::int[],
    %s::date[], %s::int[], %s::bytea[])
ON CONFLICT (product, applicant_id) DO UPDATE SET standing_id = excluded.standing_id,
    sheet_version = excluded.sheet_version, line_id = excluded.line_id, line_version = excluded.line_version,
    valid_until = excluded.valid_until, layout = excluded.layout, codes = excluded.codes
"""


@dataclass(frozen=True)
class Coder:
    """What is the same for everybody while the entries of a product are coded."""

    product: str
    layout: Layout
    dictionary: Mapping[str, Characteristic]
    free_sources: frozenset[str]
    today: date


def current_layout(product: str) -> Layout:
    """The layout that the newest catalogue of characteristics asks for, for a product."""
    dictionary = get_dictionary()
    return make_layout(dictionary, dictionary["purpose"].states, is_person=is_personal(product))


def refresh_entries(*, product: str, first: int, last: int, now: datetime) -> int:
    """Code whoever has no entry, or one that no longer fits, among these keys; return how many."""
    coder = Coder(
        product, current_layout(product), get_dictionary(),
        frozenset(free_sources()),
        today_in_china(now),
    )  # fmt: skip
    return sum(_refresh_batch(coder, first, last))


def _refresh_batch(coder: Coder, first: int, last: int) -> Iterator[int]:
    while rows := _stale(coder, first, last):
        _keep(coder, rows)
        yield len(rows)
        first = rows[-1][0] + 1
        if first > last or len(rows) < BATCH:
            return


def _stale(coder: Coder, first: int, last: int) -> list[tuple[Any, ...]]:
    named: dict[str, Any] = {
        "product": coder.product, "place": PLACES[coder.product], "first": first, "last": last,
        "layout": coder.layout.checksum, "today": coder.today, "batch": BATCH,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STALE, named)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _keep(coder: Coder, rows: Sequence[tuple[Any, ...]]) -> None:
    people = Applicant.objects.only("jurisdiction", "birth_date").in_bulk([row[0] for row in rows])
    consented, disputed = consented_sources_of(people), open_disputes_of(people)
    columns = zip(
        *(
            _entry(coder, people[row[0]], consented.get(row[0], set()), disputed.get(row[0], {}), row)
            for row in rows
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(column) for column in columns])


def _entry(
    coder: Coder,
    applicant: Applicant,
    consented: set[str],
    disputed: Mapping[str, str],
    row: tuple[Any, ...],
) -> tuple[Any, ...]:
    facts = fill_gaps(
        dictionary=coder.dictionary, sheet=_document(row[14]), sources=coder.free_sources | consented,
        is_person=is_personal(coder.product), birth_date=applicant.birth_date or "", today=coder.today,
        disputed=disputed,
    )  # fmt: skip
    values = {name: entry["value"] for name, entry in facts.items()}
    codes = coder.layout.pack(_head(coder.layout, applicant.jurisdiction, row), values)
    born = facts["age"]["detail"].get("birth_date") if "age" in facts else None
    until = _last_day_before_birthday(date.fromisoformat(born), coder.today) if born else None
    return (
        PLACES[coder.product], row[0], row[1], row[15], row[9], row[10], until, coder.layout.checksum, codes,
    )  # fmt: skip


def _head(layout: Layout, jurisdiction: str, row: tuple[Any, ...]) -> dict[str, Any]:
    """What was asked for, and what stands: the line where one is in use, else the decision."""
    outcome, limit, rate, reason = row[2:6]
    state = row[11]
    line = NO_LINE if state is None else OFFERED_LINE if state == OFFERED else LINE_IN_USE
    if line == LINE_IN_USE:
        outcome = outcome if outcome in GIVES_MONEY else "approve"
        limit, rate = row[12], row[13]
    gives = outcome in GIVES_MONEY
    return {
        "applicant": row[0],
        "standing_id": row[1],
        "jurisdiction": jurisdiction.encode(),
        # A line in use is assessed as it is: what remains of it is what the person asks to keep.
        "amount_fen": int(Decimal(limit if line == LINE_IN_USE else row[6]) * 100),
        "asked_purpose": layout.purposes.index(row[7]),
        "term": row[8] or 0,
        "standing": SEVERITY[outcome],
        "standing_cny": int(limit) if gives else 0,
        "standing_rate": int(Decimal(rate) * 1000) if gives and rate is not None else -1,
        "standing_cause": (reason or "").encode(),
        "line": line,
    }


def _document(text: str | None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text) if text else {}
    return document


def _last_day_before_birthday(born: date, today: date) -> date:
    """The last day on which the age of today holds; the 29th of February counts as the 1st of March."""
    year = today.year + ((today.month, today.day) >= (born.month, born.day))
    try:
        birthday = born.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return birthday - timedelta(days=1)
