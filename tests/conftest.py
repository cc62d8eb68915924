"""What every test stands on."""

import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from creditportal.embedded.places import CHECKOUT, Home
from creditportal.embedded.postgres import Postgres
from creditportal.embedded.redis import Redis

pytest_plugins = ["tests.people", "tests.factories.decisions"]

# A run on the same code draws the same examples, however slow the machine is. New ones are looked for with
# `bin/test --hypothesis-profile=search`, and one that fails becomes an explicit example or a mended rule.
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.register_profile("search", max_examples=2_000, deadline=None)
hypothesis_settings.load_profile("same")

_STAY: Final = frozenset({"django_content_type", "auth_permission"})


def _empty_past_triggers(
    operations: BaseDatabaseOperations, style: object, tables: Sequence[str], **_: object
) -> list[str]:
    """Empty tables after a transactional test, also those whose triggers refuse it to everybody else.

    Most are empty already: to delete from them is ten times as quick as to make the files of all anew. What
    Django would write anew at once, the names of models and what may be done to them, stays.
    """
    emptied = [f"DELETE FROM {operations.quote_name(table)}" for table in tables if table not in _STAY]
    return ["SET LOCAL session_replication_role = replica", *emptied]


def pytest_configure() -> None:
    """Give the tests their own way to empty append-only tables; the owner of the database may take it."""
    DatabaseOperations.sql_flush = _empty_past_triggers  # type: ignore[method-assign, assignment]


@pytest.fixture(autouse=True)
def _language_of_the_site() -> None:
    """Each test starts in the site's own language; a request before it may have chosen another."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Any) -> None:
    """Files go to a folder of the test's own, mail and cache stay in memory."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.AUDIT_CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hashing costs a tenth of a second on purpose; only the tests about it pay for that."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def _estimates_of_this_test() -> None:
    """No test reads how long answers took in another."""
    from appeals.estimates import lately  # Django is not ready when this file is imported

    lately.clear()


@pytest.fixture(autouse=True)
def _no_notice_to_everybody() -> None:
    """No test meets a notice of another, nor pays for looking whether there is one."""
    from creditportal.site_notice import board  # Django is not ready when this file is imported

    board.keep(None, seconds=math.inf)


@pytest.fixture
def private_home() -> Iterator[Home]:
    """A home for servers that a test may kill; below var/, where the servers' account may go."""
    root = Path(tempfile.mkdtemp(prefix="test-", dir=CHECKOUT / "var"))
    root.chmod(0o755)
    home = Home(root)
    yield home
    home.remove()


@pytest.fixture
def private_redis(private_home: Home) -> Iterator[Redis]:
    """A Redis of the test's own, to be killed, frozen and emptied at will."""
    server = Redis(private_home)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def private_postgres(private_home: Home) -> Iterator[Postgres]:
    """A durable PostgreSQL of the test's own, to be killed at will."""
    server = Postgres(private_home)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser that bin/test found."""
    return os.environ["CHROMIUM"]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One headless Chromium for a process of tests; two Playwrights in one do not go together."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
