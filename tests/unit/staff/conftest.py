"""Colleagues at their desks, and cases for them."""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from appeals.models import Appeal
from decisions.models import Decision
from tests.factories.appeals import queued
from tests.factories.decisions import catalogues, sample_decision
from tests.people import acting, ada, aud, ben, cleo, dev, eve, pia

__all__ = ["ada", "aud", "ben", "catalogues", "cleo", "dev", "eve", "pia"]

SitDown: TypeAlias = Callable[[User], Client]
CLAIMS = {"U01": "PERSON", "U02": "WRONG"}


def add_second_factor(user: User) -> None:
    """Give the person an authenticator app, as far as the door can tell."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


@pytest.fixture
def sit_down() -> SitDown:
    """Signs somebody in who has a second factor, and returns the browser."""

    def sit(user: User) -> Client:
        add_second_factor(user)
        client = Client()
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return sit


@pytest.fixture
def decision(catalogues: None, ada: User) -> Decision:
    """Li Na's application, which was not approved; Ada is Li Na."""
    return sample_decision("li_na", user=ada)


@pytest.fixture
def appeal(decision: Decision, ada: User) -> Appeal:
    """Ada's appeal, waiting for a reviewer."""
    return queued(decision, acting(ada), claims=CLAIMS)
