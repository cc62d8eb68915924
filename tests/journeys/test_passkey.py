"""Somebody adds a passkey and signs in with it, at the address that the demonstration prints."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import CDPSession

from accounts.models import User
from tests.journeys.visitor import PHONE, Visit, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PASSWORD = "quiet-harbour-42"


@pytest.fixture
def user(transactional_db: None, catalogues: None) -> User:
    """Somebody who can sign in with a password."""
    user = User.objects.create_user(email="lin.xiao@example.test", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def visitor(visit: Visit, user: User) -> Visitor:
    """A phone whose own lock answers for its owner."""
    visitor = visit(width=PHONE)
    _add_lock(visitor.context.new_cdp_session(visitor.page))
    return visitor


def test_a_passkey_opens_the_account(visitor: Visitor, user: User) -> None:
    _come_to_add_a_passkey(visitor, user)
    visitor.page.locator("#id_name").fill("My phone")
    visitor.press("Add a passkey").go(reverse("mfa_list_webauthn")).shows("My phone")
    visitor.context.clear_cookies(name="session")

    visitor.go(reverse("account_login")).press("Sign in with a passkey")
    assert visitor.go(reverse("account_change_password")).path == reverse("account_change_password")


def test_a_passkey_of_nobody_opens_nothing(visitor: Visitor, user: User) -> None:
    _come_to_add_a_passkey(visitor, user)
    visitor.page.locator("#id_name").fill("Lost phone")
    visitor.press("Add a passkey")
    Authenticator.objects.filter(user=user).delete()
    visitor.context.clear_cookies(name="session")

    visitor.go(reverse("account_login")).press("Sign in with a passkey")
    assert visitor.path.startswith(reverse("account_login"))


def _come_to_add_a_passkey(visitor: Visitor, user: User) -> None:
    visitor.go(reverse("account_login"))
    visitor.page.locator("#id_login").fill(user.email)
    visitor.page.locator("#id_password").fill(PASSWORD)
    visitor.press("Sign in").go(reverse("mfa_add_webauthn"))
    visitor.page.locator("#id_password").fill(PASSWORD)
    visitor.press("Confirm")


def _add_lock(session: CDPSession) -> None:
    session.send("WebAuthn.enable")
    lock = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": lock})
