"""After the whole tour, with the real worker and mail: who somebody is stands nowhere but where it must."""

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import redis
from django.core import signing
from psycopg import sql

from creditportal.demo import CLIENT_ID, CLIENT_SECRET, PASSWORD
from creditportal.embedded.places import CHECKOUT, Home
from creditportal.embedded.processes import free_port
from creditportal.embedded.site import Site as Running
from creditportal.embedded.site import run_site
from creditportal.tour.browser import Browser
from creditportal.tour.stories import STORIES
from creditportal.tour.walk import Site, walk
from decisions.samples import read_samples

pytestmark = pytest.mark.slow
# What may stand in clear, and only there: the address somebody signs in with, and the birth date that an age
# was reckoned from, frozen with the decision so that it can be replayed.
MAY_STAND_IN: Final = {
    "accounts_user": "address", "account_emailaddress": "address",
    "decisions_decision": "birth_date", "appeals_rerun": "birth_date",
}  # fmt: skip
SESSION_SALT: Final = "django.contrib.sessions.SessionStore"


@dataclass
class Traces:
    """What the tour left behind, store by store."""

    said: list[str] = field(default_factory=list)
    logs: str = ""
    addresses: list[str] = field(default_factory=list)
    broker: list[str] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    sessions: str = ""
    files: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)


def canaries() -> dict[str, str]:
    """What must not be found: names, numbers, addresses, own words, names of files, notes about people."""
    samples = read_samples()
    found = {"note": "Seen on the paper", "reason": "checked with who issued", "password": PASSWORD}
    for key, story in zip(("li_na", "zhang_wei", "zhao_ming"), STORIES, strict=True):
        document = samples[key].document
        found |= {f"{key} {name}": str(value) for name, value in document["identity"].items()}
        found |= {f"{key} name": document["name"]["zh"], f"{key} address": story.email}
        found |= {f"{key} statement": story.statement, f"{key} file": story.papers[0].file.name}
    return found


def listen(url: str, heard: list[str], ended: threading.Event) -> None:
    """Write down every command that reaches the broker."""
    with redis.Redis.from_url(url).monitor() as monitor:  # type: ignore[no-untyped-call]  # redis-py has none
        while not ended.is_set():
            heard.append(str(monitor.next_command()["command"]))


@pytest.fixture(scope="module")
def traces() -> Iterator[Traces]:
    """The tour on a site of its own, and what it left."""
    left = Traces()
    root = Path(tempfile.mkdtemp(prefix="privacy-", dir=CHECKOUT / "var"))
    root.chmod(0o755)
    home = Home(root)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL"):
            patch.delenv(name, raising=False)
        opened: list[Browser] = []
        begin = Browser.__init__

        def open_noted(self: Browser, *arguments: Any, **named: Any) -> None:
            begin(self, *arguments, **named)
            opened.append(self)

        patch.setattr(Browser, "__init__", open_noted)
        with run_site(home, port=free_port(), tell=left.said.append) as site:
            take_tour(site, left)
            read_stores(site, left)
        left.addresses = [address for one in opened for address in one.visited]
    left.logs = "\n".join(path.read_text("utf-8", "replace") for path in sorted(root.rglob("*.log")))
    yield left
    home.remove()


def take_tour(site: Running, left: Traces) -> None:
    ended = threading.Event()
    ear = threading.Thread(target=listen, args=(site.servers.redis, left.broker, ended))
    ear.start()
    try:
        tour = Site(site.url, PASSWORD, CLIENT_ID, CLIENT_SECRET, site.mail)
        walk(tour, today=datetime.now(UTC).date(), say=left.said.append)
    finally:
        ended.set()
        # One more command, so that the ear hears that it is over.
        redis.Redis.from_url(site.servers.redis).ping()
        ear.join()


def read_stores(site: Running, left: Traces) -> None:
    with psycopg.connect(site.servers.owner_database) as database:
        names = database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (name,) in names.fetchall():
            rows = database.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(name)))
            left.tables[name] = "\n".join(row[0] for row in rows)
        for (data,) in database.execute("SELECT session_data FROM accounts_session"):
            key = site.env["SECRET_KEY"]
            left.sessions += repr(signing.loads(data, key=key, salt=SESSION_SALT))
    kept = [path for path in Path(site.env["EVIDENCE_ROOT"]).rglob("*") if path.is_file()]
    left.files, left.contents = [str(path) for path in kept], [path.read_bytes() for path in kept]
    broker = redis.Redis.from_url(site.servers.redis)
    left.broker += [repr(broker.dump(name)) for name in broker.scan_iter()]


def spellings(value: str) -> set[str]:
    """A value as it stands in text, in escaped JSON, and in bytes shown as hexadecimal."""
    escaped = value.encode("unicode_escape").decode()
    return {value, escaped, value.encode().hex()}


def found_in(text: str) -> list[str]:
    return [name for name, value in canaries().items() if any(one in text for one in spellings(value))]


def test_the_tour_was_taken(traces: Traces) -> None:
    assert len([line for line in traces.said if " s  " in line]) >= 30
    assert "request_finished" in traces.logs
    assert any("drain" in command for command in traces.broker)
    assert len(traces.addresses) > 200
    assert "AP-" in traces.tables["outbox_outbox"]


def test_the_search_finds_what_is_there() -> None:
    name = canaries()["li_na name"]
    assert found_in(f"..{name}..") == ["li_na name"]
    assert found_in(repr({"x": name}).encode("unicode_escape").decode()) == ["li_na name"]
    assert found_in(name.encode().hex()) == ["li_na name"]


def test_nothing_in_the_logs(traces: Traces) -> None:
    assert found_in(traces.logs) == []


def test_nothing_in_addresses(traces: Traces) -> None:
    assert found_in("\n".join(traces.addresses)) == []


def test_nothing_reached_the_broker(traces: Traces) -> None:
    assert found_in("\n".join(traces.broker)) == []


@pytest.mark.parametrize(
    "table", ["outbox_outbox", "audit_event", "creditportal_cache", "accounts_storedanswer"]
)
def test_nothing_in_what_others_read(traces: Traces, table: str) -> None:
    assert found_in(traces.tables[table]) == []


def test_nothing_but_the_address_of_who_signed_in_is_in_sessions(traces: Traces) -> None:
    assert [name for name in found_in(traces.sessions) if not name.endswith(" address")] == []


def test_nothing_in_clear_in_the_database(traces: Traces) -> None:
    seen: dict[str, Any] = {table: found_in(text) for table, text in traces.tables.items()}
    for table, kind in MAY_STAND_IN.items():
        seen[table] = [name for name in seen[table] if not name.endswith(f" {kind}")]
    assert {table: names for table, names in seen.items() if names} == {}


def test_nothing_in_clear_among_the_files(traces: Traces) -> None:
    assert len(traces.files) >= 6
    assert found_in("\n".join(traces.files)) == []
    assert not any(content.startswith((b"%PDF", b"\x89PNG")) for content in traces.contents)
