"""The people of the tests; nobody has a password unless a test gives one."""

from datetime import UTC, datetime

import pytest

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.models import User
from accounts.opening import open_account
from accounts.roles import Role, Scope

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LENDER_SECRET = "lender-secret-for-tests"


def person(
    name: str, role: Role = Role.APPLICANT, *, password: str | None = None, language: str = "en"
) -> User:
    """Somebody with an account in this role."""
    return open_account(
        email=f"{name.lower()}@example.test", password=password, role=role, display_name=name,
        language=language, by=SITE, now=NOW,
    )  # fmt: skip


def acting(user: User) -> Actor:
    """The actor that this user is."""
    return Actor.for_user(user)


@pytest.fixture
def ada(db: None) -> User:
    """Ada applies."""
    return person("Ada")


@pytest.fixture
def ben(db: None) -> User:
    """Ben applies too, for himself."""
    return person("Ben")


@pytest.fixture
def eve(db: None) -> User:
    """Eve has an account and nothing else here."""
    return person("Eve")


@pytest.fixture
def cleo(db: None) -> User:
    """Cleo reviews appeals."""
    return person("Cleo", Role.CASEWORKER)


@pytest.fixture
def dev(db: None) -> User:
    """Dev supervises."""
    return person("Dev", Role.SUPERVISOR)


@pytest.fixture
def pia(db: None) -> User:
    """Pia manages the policy."""
    return person("Pia", Role.POLICY_MANAGER)


@pytest.fixture
def aud(db: None) -> User:
    """Aud audits."""
    return person("Aud", Role.AUDITOR)


@pytest.fixture
def lender(db: None) -> Actor:
    """Lender is a machine client with every scope; its secret is LENDER_SECRET."""
    create_client(name="Lender", scopes=Scope, client_id="lender", secret=LENDER_SECRET, by=SITE, now=NOW)
    return Actor.for_client("lender", [scope.value for scope in Scope])
