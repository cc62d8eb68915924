"""The OpenAPI page in a real browser, under the strict policy of the site."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()


@pytest.mark.journey
def test_the_description_renders_under_the_policy(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    answer = page.goto(f"{live_server.url}/api/docs/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    page.wait_for_selector(".opblock", timeout=20_000)
    assert page.locator(".opblock").count() == 21
    page.locator("#operations-applications-applications_create, .opblock-post").first.click()
    page.wait_for_selector(".opblock-body .parameters", timeout=10_000)
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / "api-docs.png")
    assert "unsafe" not in policy
    assert complaints == []
