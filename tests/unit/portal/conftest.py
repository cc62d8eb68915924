"""Ada as Li Na of the sample persons: registered, declined, signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from core.clock import now
from decisions.models import Decision
from tests.factories.decisions import catalogues, sample_decision

__all__ = ["catalogues"]


@pytest.fixture
def browser() -> Callable[[User], Client]:
    """A signed-in browser for somebody."""

    def of(user: User, language: str = "en") -> Client:
        client = Client()
        client.force_login(user)
        client.cookies["language"] = language
        return client

    return of


@pytest.fixture
def declined(catalogues: None, ada: User) -> Decision:
    """Ada's loan was not approved."""
    return sample_decision("li_na", user=ada, now=now())
