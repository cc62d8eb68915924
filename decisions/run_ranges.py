"""Cutting the book into ranges of applicants of about the same size."""

from typing import Final

from django.db import connection

_CUT: Final = """
SELECT min(id), max(id) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM applicants_applicant
    WHERE kind = 'PERSON'
) AS numbered GROUP BY part ORDER BY part
"""
_CUT_CHANGED: Final = """
SELECT min(applicant_id), max(applicant_id), count(*) FROM (
    SELECT applicant_id, (row_number() OVER (ORDER BY applicant_id) - 1) / %s AS part
    FROM decisions_runresult WHERE run_id = %s AND change <> 0
) AS numbered GROUP BY part ORDER BY part
"""
_CUT_TOLD: Final = """
SELECT min(applicant_id), max(applicant_id) FROM (
    SELECT applicant_id, (row_number() OVER (ORDER BY applicant_id) - 1) / %s AS part
    FROM decisions_runchange WHERE run_id = %s AND decision_id IS NOT NULL
) AS numbered GROUP BY part ORDER BY part
"""


def list_ranges(*, size: int) -> list[tuple[int, int]]:
    """First and last key of every so many persons, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT, [size])
        return [(first, last) for first, last in cursor.fetchall()]


def list_changed_ranges(*, run_id: int, size: int) -> list[tuple[int, int]]:
    """First and last key of every so many people for whom a run's result differs from what stood."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT_CHANGED, [size, run_id])
        return [(first, last) for first, last, _count in cursor.fetchall()]


def list_told_ranges(*, run_id: int, size: int) -> list[tuple[int, int]]:
    """First and last key of every so many people about whom a run wrote a decision."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT_TOLD, [size, run_id])
        return [(first, last) for first, last in cursor.fetchall()]
