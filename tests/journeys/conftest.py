"""A browser, a site that answers, and people who are signed in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.factories.decisions import catalogues
from tests.journeys.reviewer import appeal, colleague
from tests.journeys.visitor import Visit, Visitor

__all__ = ["appeal", "catalogues", "colleague"]


@pytest.fixture
def visit(
    transactional_db: None, catalogues: None, live_server: LiveServer, browser: Browser
) -> Iterator[Visit]:
    """Opens a browser window for somebody: language, width, with scripts or without."""
    opened: list[Visitor] = []

    def of(user: User | None = None, **options: object) -> Visitor:
        visitor = Visitor(browser, live_server.url, **options)  # type: ignore[arg-type]
        opened.append(visitor)
        if user is not None:
            visitor.carry(session_of(user))
        return visitor

    yield of
    for visitor in opened:
        visitor.close()


def session_of(user: User) -> tuple[str, str]:
    """Name and value of the cookie of a new session."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["session"]
    return "session", cookie.value
