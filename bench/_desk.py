"""Our desk and Django's default admin on the same kept database, asked in turn."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import django

from bench._answering import Site
from bench._pairs import compare, show
from bench._queue import CLOSED, OPEN

MOST_STATEMENTS: Final = 5


def site_of(database: str) -> Site:
    """Our site on this database."""
    return Site("bench._desk_site", environment_of(database))


def environment_of(database: str) -> dict[str, str]:
    """What a site on this database is started with."""
    return {
        "DATABASE_URL": database, "PERSISTENT_CONNECTIONS": "True", "HTTPS": "False", "LOG_JSON": "True",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip


@contextmanager
def two_sites() -> Iterator[tuple[Site, Site]]:
    """Our desk and the default admin, both on the database with 1,100,000 appeals."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from bench._queue import kept_queue

    with kept_queue() as database:
        ours, theirs = site_of(database), Site("bench._admin_site", environment_of(database))
        try:
            yield ours, theirs
        finally:
            ours.stop()
            theirs.stop()


def against_the_admin(
    *, name: str, ours: str, form: Mapping[str, Any] | None = None, status: int = 200, theirs: str, times: int
) -> int:
    """Compare one page of ours with one of the admin's, print the line, and return the exit code."""
    with two_sites() as (desk, admin):
        first, other = desk.ask(ours, form, count=1), admin.ask(theirs, count=1)
        if (first.status, other.status) != (status, 200):
            raise SystemExit(f"{name}: answers {first.status} and {other.status}")
        measured = compare(
            name=name, ours=lambda: desk.ask(ours, form, count=10).ms,
            other=lambda: admin.ask(theirs, count=1).ms, unit="ms", goal=round(1 / times, 5), runs=7,
        )  # fmt: skip
    is_lean = first.queries <= MOST_STATEMENTS
    about = f"default admin; {first.queries} against {other.queries} SQL, goal {times} times"
    return show(replace(measured, holds=measured.holds and is_lean), about=about)


def reference_in_the_middle() -> str:
    """The reference of an appeal somewhere in the middle of the kept database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from appeals.models import Appeal
    from bench._queue import kept_queue

    with kept_queue():
        middle = Appeal.objects.order_by("pk").filter(pk__gte=OPEN + CLOSED // 2)
        return str(middle.values_list("reference", flat=True)[0])
