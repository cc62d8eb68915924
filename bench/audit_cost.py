"""Submitting an application, committed one by one, with and without its audit event."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from unittest import mock

import django

SUBMISSIONS: Final = 40
NOW: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    with _database():
        return _measure()


def _measure() -> int:
    # Models are there only after django.setup().
    from accounts.actors import SITE
    from audit.models import Event
    from bench._pairs import compare, show
    from creditportal.catalogues import load_catalogues
    from decisions import applying
    from decisions.samples import read_samples, register_sample

    load_catalogues(now=NOW)
    sample = read_samples()["ordinary"]
    applicant = register_sample(sample=sample, user=None, language="en", now=NOW)
    made = 0

    def submit() -> float:
        nonlocal made
        started = time.perf_counter()
        for _ in range(SUBMISSIONS):
            made += 1
            applying.submit_application(
                applicant=applicant, product="consumer_loan", amount_cny=5000, term_months=12,
                purpose="daily_spending", submission_key=str(made), by=SITE, now=NOW,
            )  # fmt: skip
        return (time.perf_counter() - started) / SUBMISSIONS * 1000

    def submit_silently() -> float:
        before = Event.objects.count()
        with mock.patch.object(applying, "record"):
            cost = submit()
        assert Event.objects.count() == before, "the side without audit wrote audit events"
        return cost

    measured = compare(name="audit_cost", ours=submit, other=submit_silently, unit="ms", goal=1.20, runs=15)
    return show(measured, about="the same without its event")


@contextmanager
def _database() -> Iterator[None]:
    """A migrated database of this benchmark's own, on the server that the environment names."""
    from django.db import connection

    usual: Any = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "bench_audit_cost"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
