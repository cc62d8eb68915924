"""The partner, and a decision to talk about."""

import pytest

from accounts.actors import Actor
from decisions.models import Decision
from tests.factories.everything import load_everything
from tests.factories.partners import Partner, decided


@pytest.fixture
def catalogues(db: None) -> None:
    """Every catalogue and the policy in force."""
    load_everything()


@pytest.fixture
def partner(catalogues: None, lender: Actor) -> Partner:
    """The partner with every scope."""
    return Partner(lender)


@pytest.fixture
def decision(catalogues: None, lender: Actor) -> Decision:
    """A decision that declined what the partner asked for."""
    return decided(lender)
