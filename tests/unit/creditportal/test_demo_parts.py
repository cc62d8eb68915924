"""The parts of bin/demo and bin/test: mail catcher, supervisor, browser, translations, locks."""

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import polib
import pytest

from creditportal.embedded import testing
from creditportal.embedded.keys import read_secrets, write_env_file
from creditportal.embedded.locks import FileLock
from creditportal.embedded.mailbox import Mailbox
from creditportal.embedded.places import EmbeddedError, Home, is_open_to_all
from creditportal.embedded.processes import free_port, plain_environment
from creditportal.embedded.supervisor import Supervisor
from creditportal.embedded.translations import build_translations

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(env=plain_environment(), logs=tmp_path / "logs", tell=told.append, clock=time.monotonic)
    yield made
    made.stop_all()


def test_mail_is_stored_as_it_came_and_in_a_readable_index(tmp_path: Path) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "ada@example.test", "申请结果"
    message.set_content("您的申请有了结果。")
    path = Mailbox(tmp_path).store(bytes(message), received_at=datetime(2026, 1, 5, tzinfo=UTC))
    index = (tmp_path / "index.txt").read_text()
    assert path.read_bytes() == bytes(message)
    assert all(part in index for part in ("ada@example.test", "申请结果", "您的申请有了结果。", path.name))


def test_mail_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    first = Mailbox(tmp_path).store(b"Subject: a\n\na", received_at=datetime(2026, 1, 5, tzinfo=UTC))
    second = Mailbox(tmp_path).store(b"Subject: b\n\nb", received_at=datetime(2026, 1, 5, tzinfo=UTC))
    assert first != second


def test_a_dead_process_is_started_again(supervisor: Supervisor, told: list[str]) -> None:
    supervisor.add("sleeper", SLEEP)
    child = supervisor.children[0]
    assert child.process is not None
    first = child.process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    deadline = time.monotonic() + 10
    while child.process in (None, first):
        supervisor.look_after()
        assert time.monotonic() < deadline
    assert told[0].startswith("sleeper ended (-9)")


def test_what_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    now = [0.0]
    supervisor = Supervisor(env={}, logs=tmp_path / "logs", tell=lambda _: None, clock=lambda: now[0])
    supervisor.add("failing", ["/bin/false"])
    pauses = []
    for _ in range(3):
        child = supervisor.children[0]
        assert child.process is not None
        child.process.wait()
        supervisor.look_after()
        pauses.append(child.next_at - now[0])
        now[0] = child.next_at
        supervisor.look_after()
    supervisor.stop_all()
    assert pauses == [1.0, 2.0, 4.0]


def test_stopping_reaches_what_a_child_started(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    supervisor.add("parent", ["/bin/sh", "-c", f"sleep 600 & echo $! > {note}; trap '' TERM; wait; exit 0"])
    deadline = time.monotonic() + 10
    while not note.exists() or not note.read_text():
        assert time.monotonic() < deadline
    # A parent that has come to its trap by now is waited for as long as any that is asked to end.
    supervisor.stop_all()
    stat, deadline = Path(f"/proc/{note.read_text().strip()}/stat"), time.monotonic() + 10
    while not _has_ended(stat):
        assert time.monotonic() < deadline, "the child of a child still runs"


def _has_ended(stat: Path) -> bool:
    """Gone, or dead; on a busy machine that takes a moment."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_named_browser_is_taken_at_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/opt/browser")
    assert testing.find_browser() == "/opt/browser"


def test_without_a_browser_a_plain_person_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(testing, "is_root", lambda: False)
    assert testing.main([]) == 1
    assert "apt-get install chromium" in capsys.readouterr().out


def test_translations_are_built_once_and_again_after_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Yes", msgstr="是"))
    catalogue.save(str(folder / "django.po"))
    assert (build_translations(tmp_path), build_translations(tmp_path)) == (1, 0)
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "是"
    os.utime(folder / "django.po", (time.time() + 5, time.time() + 5))
    assert build_translations(tmp_path) == 1


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    first, second = read_secrets(Home(tmp_path)), read_secrets(Home(tmp_path))
    assert first == second
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_two_checkouts_get_different_secrets(tmp_path: Path) -> None:
    write_env_file(tmp_path / "a" / "local.env")
    write_env_file(tmp_path / "b" / "local.env")
    assert (tmp_path / "a" / "local.env").read_text() != (tmp_path / "b" / "local.env").read_text()


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert free_port(taken) != taken


def test_a_free_port_is_kept() -> None:
    port = free_port()
    assert free_port(port) == port


def test_a_lock_is_shared_by_many_or_held_by_one(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.try_share()
    assert two.try_share()
    two.release()
    assert not two.try_take()
    one.release()
    assert two.try_take()
    assert not one.try_share()
    two.release()


def test_a_closed_folder_is_recognised(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert not is_open_to_all(tmp_path / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_of_somebody_else_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises((EmbeddedError, PermissionError)):
        Home(tmp_path).prepare()
