"""Applicants with facts, applications and decisions, in the words of the domain."""

from copy import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.actors import SITE, Actor
from accounts.models import User
from applicants.models import Applicant
from core.models import CatalogueVersion
from creditportal.catalogues import load_catalogues
from decisions.applying import submit_application
from decisions.models import Application, Decision, PolicyVersion
from decisions.samples import Sample, apply_for, read_samples, register_sample

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SAMPLES = read_samples()


_loaded: list[list[Any]] = []


@pytest.fixture
def catalogues(db: None) -> None:
    """Every catalogue and both policies, as the command loads them; read once, copied into each test."""
    if _loaded:
        for rows in _loaded:
            type(rows[0]).objects.bulk_create(copy(row) for row in rows)
        return
    load_catalogues(now=NOW)
    _loaded.append(list(CatalogueVersion.objects.order_by("pk")))
    _loaded.append(list(PolicyVersion.objects.order_by("pk")))


def sample_applicant(key: str, *, user: User | None = None, now: datetime = NOW) -> Applicant:
    """A sample person or firm, registered with all facts and consents."""
    return register_sample(sample=known_as(key), user=user, language="en", now=now)


def known_as(key: str) -> Sample:
    """The entry with the identity of who it is about, also for an entry of the same applicant later."""
    sample = SAMPLES[key]
    if not sample.of:
        return sample
    first = SAMPLES[sample.of].document
    return Sample(key, {**sample.document, "identity": first["identity"], "name": first["name"]})


def sample_decision(key: str, *, user: User | None = None, now: datetime = NOW) -> Decision:
    """What was decided about a sample person."""
    applicant = sample_applicant(key, user=user, now=now)
    by = Actor.for_user(user) if user else SITE
    made = apply_for(applicant=applicant, sample=known_as(key), by=by, now=now)
    return Decision.objects.select_related("applicant", "application", "line", "policy").get(pk=made.pk)


def decided_in(place: str, *, user: User | None = None, now: datetime = NOW) -> Decision:
    """Li Na, decided under the law of a place."""
    applicant = sample_applicant("li_na", user=user, now=now)
    Applicant.objects.filter(pk=applicant.pk).update(jurisdiction=place)
    applicant.refresh_from_db()
    made = apply_for(applicant=applicant, sample=known_as("li_na"), by=SITE, now=now)
    return Decision.objects.select_related("applicant", "policy", "line").get(pk=made.pk)


def application_of(
    applicant: Applicant, *, by: Actor = SITE, now: datetime = NOW, **terms: Any
) -> Application:
    """An application for a consumer loan, with other terms where given."""
    given: dict[str, Any] = {
        "product": "consumer_loan", "amount_cny": 5000, "term_months": 12, "purpose": "daily_spending",
        "submission_key": "one",
    }  # fmt: skip
    return submit_application(applicant=applicant, by=by, now=now, **{**given, **terms})
