"""The notice to everybody on pages of every kind: made, kept, framed, held by a browser."""

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.clock import now
from creditportal.portal.own_pages import memory
from creditportal.site_notice import MARK, board
from decisions.models import Decision, PlatformNotice
from tests.factories.decisions import sample_decision
from tests.unit.staff.conftest import sit_down

__all__ = ["sit_down"]
pytestmark = pytest.mark.django_db
TOLD = "Letters come late <today>."


@pytest.fixture(autouse=True)
def _own_memory() -> Iterator[None]:
    """Pages kept for other tests are not shown here, nor those of here elsewhere."""
    memory.clear()
    yield
    memory.clear()


@pytest.fixture
def notice(db: None) -> PlatformNotice:
    """A notice that stands for an hour."""
    return PlatformNotice.objects.create(
        kind="EVERY_PAGE", starts_at=now(), ends_at=now() + timedelta(hours=1), text_en=TOLD,
        text_zh="\u4fe1\u4ef6\u4f1a\u665a\u5230\u3002", stated_at=now(), stated_by="user:1",
    )  # fmt: skip


@pytest.fixture
def decision(catalogues: None, ada: User) -> Decision:
    """Ada is Li Na, declined."""
    return sample_decision("li_na", user=ada, now=now())


def visitor(user: User | None = None, language: str = "en") -> Client:
    """Somebody with a browser."""
    client = Client(headers={"accept-language": language})
    if user is not None:
        client.force_login(user)
    return client


def show(notice: PlatformNotice | None) -> None:
    """This process goes by the notice."""
    board.keep(notice, seconds=math.inf)


def banners(answer: Any) -> int:
    """How often the notice stands in a page."""
    return int(answer.content.count(b'class="demo telling" role="region"'))


@pytest.mark.parametrize("path", ["/", "/help/", "/accounts/login/", "/no-such-page/"])
def test_the_notice_stands_on_open_pages_in_the_language_of_the_page(
    catalogues: None, notice: PlatformNotice, path: str
) -> None:
    show(notice)
    page = visitor().get(path)
    assert banners(page) == 1
    assert b"Letters come late &lt;today&gt;." in page.content
    assert notice.text_zh in visitor(language="zh-hans").get(path).content.decode()
    show(None)
    assert banners(visitor().get(path)) == 0


def test_the_notice_stands_on_the_desk(cleo: User, notice: PlatformNotice, sit_down: Any) -> None:
    desk = sit_down(cleo)
    before = desk.get("/staff/queue/")
    show(notice)
    assert [banners(page) for page in (before, desk.get("/staff/queue/"), desk.get("/staff/messages/"))] == [
        0, 1, 1,
    ]  # fmt: skip


def test_kept_pages_show_it_while_it_stands_and_not_after(
    decision: Decision, ada: User, notice: PlatformNotice
) -> None:
    client, seen = visitor(ada), []
    for path in ("/", f"/decisions/{decision.reference}/"):
        for stands in (None, None, notice, notice, None):
            show(stands)
            page = client.get(path)
            assert int(page.headers.get("Content-Length", len(page.content))) == len(page.content)
            seen.append(banners(page))
    assert seen == [0, 0, 1, 1, 0] * 2


def test_what_a_browser_holds_is_not_taken_for_the_present_page(
    decision: Decision, ada: User, notice: PlatformNotice
) -> None:
    client, path = visitor(ada), f"/decisions/{decision.reference}/"
    client.get(path)
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    show(notice)
    told = client.get(path, headers={"if-none-match": tag})
    assert (told.status_code, banners(told), "ETag" in told.headers) == (200, 1, False)


def test_no_page_asks_the_database_more_for_it(decision: Decision, ada: User, notice: PlatformNotice) -> None:
    client, counts = visitor(ada), []
    for path in ("/", f"/decisions/{decision.reference}/", "/score/"):
        for stands in (None, None, notice):
            show(stands)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))
        assert counts[-1] == counts[-2], path


def test_a_process_reads_it_again_after_a_while_and_lives_without_the_database(
    notice: PlatformNotice,
) -> None:
    board.keep(None, seconds=0)
    assert board.find() == notice
    PlatformNotice.objects.create(
        kind="EVERY_PAGE", starts_at=now(), ends_at=now(), stated_at=now(), stated_by="user:1"
    )
    assert board.find() == notice, "it was read a moment ago"
    board.keep(notice, seconds=0)
    with patch("creditportal.site_notice.get_notice", side_effect=DatabaseError):
        assert board.find() == notice
    board.keep(notice, seconds=0)
    assert board.find() is None


def test_a_notice_ends_by_itself(notice: PlatformNotice) -> None:
    show(notice)
    assert board.find() == notice
    with patch("creditportal.site_notice.now", return_value=now() + timedelta(hours=2)):
        assert board.find() is None


def test_files_and_machines_are_left_alone(catalogues: None, notice: PlatformNotice) -> None:
    with patch("creditportal.site_notice.get_notice", side_effect=AssertionError):
        board.keep(None, seconds=0)
        assert visitor().get("/healthz").status_code == 200
    show(notice)
    answer = visitor().get("/api/v1/decisions/DE-0000-0000/")
    assert MARK not in answer.content
    assert banners(answer) == 0
