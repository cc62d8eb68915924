"""Cutting the book into parts: a product and a range of applicants."""

from typing import Final, NamedTuple

from django.db import connection

from decisions.book_products import PRODUCTS, is_personal

_MOST_EMPTY: Final = 4
"""Keys may be this many times as many as people; with more gaps, parts are cut by counting."""
_SPAN: Final = """
SELECT min(id), max(id), (SELECT reltuples FROM pg_class WHERE oid = 'applicants_applicant'::regclass)
FROM applicants_applicant
"""
_CUT: Final = """
SELECT min(id), max(id) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM applicants_applicant
    WHERE kind = %s
) AS numbered GROUP BY part ORDER BY part
"""
_CUT_CHANGED: Final = """
SELECT product, min(applicant_id), max(applicant_id) FROM (
    SELECT product, applicant_id,
        (row_number() OVER (PARTITION BY product ORDER BY applicant_id) - 1) / %s AS part
    FROM decisions_runresult WHERE run_id = %s AND change <> 0
) AS numbered GROUP BY product, part ORDER BY product, part
"""
_CUT_TOLD: Final = """
SELECT product, min(applicant_id), max(applicant_id) FROM (
    SELECT product, applicant_id,
        (row_number() OVER (PARTITION BY product ORDER BY applicant_id) - 1) / %s AS part
    FROM decisions_runchange WHERE run_id = %s AND decision_id IS NOT NULL
) AS numbered GROUP BY product, part ORDER BY product, part
"""


class Part(NamedTuple):
    """A product, with the first and the last key of a range of applicants."""

    product: str
    first: int
    last: int


def list_parts(*, size: int) -> list[Part]:
    """Every product in parts of at most so many applicants, in order."""
    firms = _cut(size, "FIRM")
    people = _spans(size)
    return [
        Part(product, *span) for product in PRODUCTS for span in (people if is_personal(product) else firms)
    ]


def _spans(size: int) -> list[tuple[int, int]]:
    """Ranges of as many keys as a part may hold people, so that nobody needs to be counted."""
    with connection.cursor() as cursor:
        cursor.execute(_SPAN)
        first, last, estimate = cursor.fetchone()
    if first is None:
        return []
    if last - first > max(_MOST_EMPTY * estimate, _MOST_EMPTY * size):
        return _cut(size, "PERSON")
    return [(start, min(start + size - 1, last)) for start in range(first, last + 1, size)]


def _cut(size: int, kind: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_CUT, [size, kind])
        return [(first, last) for first, last in cursor.fetchall()]


def list_changed_parts(*, run_id: int, size: int) -> list[Part]:
    """Parts of so many applicants for whom a run's result differs from what stood."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT_CHANGED, [size, run_id])
        return [Part(PRODUCTS[place], first, last) for place, first, last in cursor.fetchall()]


def list_told_parts(*, run_id: int, size: int) -> list[Part]:
    """Parts of so many applicants about whom a run wrote a decision."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT_TOLD, [size, run_id])
        return [Part(product, first, last) for product, first, last in cursor.fetchall()]
