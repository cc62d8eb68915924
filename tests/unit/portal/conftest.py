"""Ada as Li Na of the sample persons: registered, declined, signed in."""

import pytest

from accounts.models import User
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, submit_appeal
from core.clock import now
from decisions.models import Decision
from tests.factories.decisions import catalogues, sample_decision
from tests.people import acting

__all__ = ["catalogues"]


@pytest.fixture
def declined(catalogues: None, ada: User) -> Decision:
    """Ada's loan was not approved."""
    return sample_decision("li_na", user=ada, now=now())


@pytest.fixture
def draft(declined: Decision, ada: User) -> Appeal:
    """Ada contests the first reason and has not sent it yet."""
    appeal = open_appeal(decision=declined, by=acting(ada), now=now())
    grounds = {"U02": ("WRONG", "as I said")}
    return save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=now())


@pytest.fixture
def sent(draft: Appeal, ada: User) -> Appeal:
    """Ada sent the appeal."""
    return submit_appeal(appeal=draft, expected_version=draft.version, by=acting(ada), now=now())
