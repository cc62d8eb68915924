"""Measures in a colleague's hands, a day after the sample people were decided about."""

from typing import Any

from accounts.models import User
from applicants.models import Applicant
from decisions.measure_deciding import approve_measure, decline_measure
from decisions.models import Line, Measure
from tests.factories.decisions import NOW
from tests.factories.warnings import DAY
from tests.people import acting

SHOCK = NOW + DAY


def waiting() -> Measure:
    """The one that waits for a colleague."""
    return Measure.objects.select_related("line", "applicant").get(state__in=["proposed", "signed"])


def approve(measure: Measure, user: User, **given: Any) -> Measure:
    """Sign, with the version that is stored."""
    terms = {
        "reason": "needed",
        "expected_version": measure.version,
        "by": acting(user),
        "now": SHOCK,
        **given,
    }
    return approve_measure(measure=measure, **terms)


def decline(measure: Measure, user: User, *, wants_next: bool = True) -> Measure | None:
    """Do not take it; by default the next one is wanted."""
    return decline_measure(
        measure=measure, reason="not needed", wants_next=wants_next, expected_version=measure.version,
        by=acting(user), now=SHOCK,
    )  # fmt: skip


def proposed(code: str, user: User) -> Measure:
    """The measure of this code, after every milder one was not taken."""
    while waiting().code != code:
        assert decline(waiting(), user) is not None
    return waiting()


def line_of(applicant: Applicant) -> Line:
    """The applicant's line as it is stored."""
    return Line.objects.get(applicant=applicant)
