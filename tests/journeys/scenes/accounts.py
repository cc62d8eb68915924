"""Signing in, and keeping an account safe."""

from collections.abc import Iterator

from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor

_PASSWORD = "quiet-harbour-42"


def signing_in(stage: Stage) -> Iterator[Shot]:
    """Opening an account and signing in, also with mistakes."""
    yield stage.shot("login", "account_login", everybody=True)
    yield stage.shot("login_wrong", "account_login", everybody=True, act=_sign_in_wrongly)
    yield stage.shot("signup", "account_signup", everybody=True)
    yield stage.shot("signup_empty", "account_signup", everybody=True, act=press("Open the account"))
    yield stage.shot("reset", "account_reset_password", everybody=True)


def keeping_safe(stage: Stage) -> Iterator[Shot]:
    """Password, second factor, sessions; each asks for the password first."""
    stage.ada.set_password(_PASSWORD)
    stage.ada.save()
    yield stage.shot("reauthenticate", "mfa_activate_totp")
    yield stage.shot("mfa_activate_totp", "mfa_activate_totp", act=_confirm)
    for name in (
        "mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "usersessions_list", "account_change_password",
        "account_email", "account_logout",
    ):  # fmt: skip
        yield stage.shot(name, name)


def _sign_in_wrongly(window: Visitor) -> None:
    window.page.locator("#id_login").fill("ada@example.test")
    window.page.locator("#id_password").fill("wrong")
    window.press("Sign in")


def _confirm(window: Visitor) -> None:
    field = window.page.locator("#id_password")
    if field.count():
        field.fill(_PASSWORD)
        with window.page.expect_navigation():
            window.page.locator("main form button").first.click()
