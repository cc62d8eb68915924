"""The partner and its world."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from accounts.actors import Actor
from decisions.models import Decision
from tests.factories.decisions import catalogues
from tests.factories.partners import Partner, decided, new_appeal

__all__ = ["catalogues"]


@pytest.fixture
def partner(catalogues: None, lender: Actor, settings: Any) -> Partner:
    """The partner with every scope and no limit of rate."""
    settings.API_RATES = dict.fromkeys(settings.API_RATES, (1_000_000, 60))
    return Partner(lender)


@pytest.fixture
def world(partner: Partner) -> dict[str, str]:
    """One of each thing the partner may see, by the name of its path."""
    first, second = decided(partner.actor), decided(partner.actor)
    assert second.application is not None
    appeal = partner.post(f"decisions/{first.reference}/appeals", new_appeal(first)).json()
    assert Decision.objects.count() == 2
    key = partner.get(f"decisions/{first.reference}/routes").json()["routes"][0]["key"]
    promise = partner.post(f"decisions/{first.reference}/promises", {"route": key}).json()
    return {
        "applicants": second.applicant.reference,
        "applications": second.application.reference,
        "decisions": second.reference,
        "appeals": appeal["reference"],
        "promises": promise["reference"],
    }


@pytest.fixture
def same_transaction(world: dict[str, str]) -> Iterator[None]:
    """From here on a request to the site itself does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
