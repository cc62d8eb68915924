"""The partner, and a decision to talk about."""

import pytest

from accounts.actors import Actor
from decisions.models import Decision
from tests.factories.decisions import catalogues
from tests.factories.partners import Partner, decided

__all__ = ["catalogues"]


@pytest.fixture
def partner(catalogues: None, lender: Actor) -> Partner:
    """The partner with every scope."""
    return Partner(lender)


@pytest.fixture
def decision(catalogues: None, lender: Actor) -> Decision:
    """A decision that declined what the partner asked for."""
    return decided(lender)
