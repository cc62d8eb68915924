"""Colleagues at their desks."""

from collections.abc import Callable
from typing import TypeAlias

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.actors import SITE
from accounts.models import User
from accounts.opening import open_account
from accounts.roles import Role
from core.clock import now

SitDown: TypeAlias = Callable[[User], Client]


def _open(name: str, role: Role) -> User:
    return open_account(
        email=f"{name.lower()}@example.test", password=None, role=role, display_name=name, language="en",
        by=SITE, now=now(),
    )  # fmt: skip


def add_second_factor(user: User) -> None:
    """Give the person an authenticator app, as far as the door can tell."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


@pytest.fixture
def ada(db: None) -> User:
    """An applicant."""
    return _open("Ada", Role.APPLICANT)


@pytest.fixture
def cleo(db: None) -> User:
    """A caseworker."""
    return _open("Cleo", Role.CASEWORKER)


@pytest.fixture
def dev(db: None) -> User:
    """A supervisor."""
    return _open("Dev", Role.SUPERVISOR)


@pytest.fixture
def pia(db: None) -> User:
    """A policy manager."""
    return _open("Pia", Role.POLICY_MANAGER)


@pytest.fixture
def aud(db: None) -> User:
    """An auditor."""
    return _open("Aud", Role.AUDITOR)


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
