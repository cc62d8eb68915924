"""The servers of a checkout: shared, private, and hard to kill for good."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from creditportal.embedded.lease import Servers, use_servers
from creditportal.embedded.locks import FileLock
from creditportal.embedded.places import CHECKOUT, Home
from creditportal.embedded.postgres import APP, Postgres
from creditportal.embedded.processes import free_port
from creditportal.embedded.redis import Redis

pytestmark = pytest.mark.faults

_HOLD = """
import sys, time
from pathlib import Path
from creditportal.embedded.lease import use_servers
from creditportal.embedded.places import Home
with use_servers(Home(Path(sys.argv[1])), is_throwaway=True) as servers:
    print(servers.database, flush=True)
    time.sleep(600)
"""


def wait_until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.05)


def rows(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT word FROM kept").fetchall()


def keep_word(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('committed')")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


@pytest.fixture(autouse=True)
def _no_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_killed_postgres_comes_back_with_its_data(private_postgres: Postgres) -> None:
    keep_word(private_postgres.url())
    private_postgres.kill()
    private_postgres.start(preferred_port=private_postgres.port)
    assert rows(private_postgres.url()) == [("committed",)]


def test_a_note_with_a_reused_process_id_does_not_stop_postgres(private_postgres: Postgres) -> None:
    private_postgres.kill()
    note = private_postgres.home.data("postgres") / "18" / "postmaster.pid"
    stranger = subprocess.Popen(["sleep", "60"])
    note.write_text(note.read_text().replace(note.read_text().splitlines()[0], str(stranger.pid), 1))
    private_postgres.start()
    assert answers(private_postgres.port)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_forgotten_postgres_makes_way(private_postgres: Postgres, private_home: Home) -> None:
    keep_word(private_postgres.url())
    second = Postgres(private_home)
    second.start()
    assert not private_postgres.is_running()
    assert rows(second.url()) == [("committed",)]
    second.stop()


def test_postgres_listens_on_loopback_with_passwords_only(private_postgres: Postgres) -> None:
    with psycopg.connect(private_postgres.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(private_postgres.url(), password="wrong")


def test_the_site_role_is_no_superuser(private_postgres: Postgres) -> None:
    with psycopg.connect(private_postgres.url(APP)) as connection:
        row = connection.execute("SELECT usesuper, usecreatedb FROM pg_user WHERE usename = user").fetchone()
    assert row == (False, False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers to another account")
def test_root_does_not_run_the_servers_itself(private_postgres: Postgres, private_redis: Redis) -> None:
    for server in (private_postgres, private_redis):
        assert server._process is not None
        assert Path(f"/proc/{server._process.pid}").stat().st_uid != 0


def test_a_killed_redis_comes_back_empty_at_the_same_address(private_redis: Redis) -> None:
    with redis.Redis.from_url(private_redis.url()) as client:
        client.set("word", "lost")
        private_redis.kill()
        private_redis.start(preferred_port=private_redis.port)
        assert client.get("word") is None


def test_redis_asks_for_its_password(private_redis: Redis) -> None:
    with (
        redis.Redis(host="127.0.0.1", port=private_redis.port, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_two_homes_do_not_disturb_each_other(private_postgres: Postgres, tmp_path: Path) -> None:
    root = CHECKOUT / "var" / f"test-second-{os.getpid()}"
    root.mkdir()
    other = Postgres(Home(root), durable=False)
    other.start(preferred_port=private_postgres.port)
    keep_word(other.url())
    assert other.port != private_postgres.port
    with pytest.raises(psycopg.errors.UndefinedTable):
        rows(private_postgres.url())
    other.stop()
    assert answers(private_postgres.port)
    other.home.remove()


def test_users_of_a_home_share_and_the_last_one_ends_the_servers(private_home: Home) -> None:
    with use_servers(private_home, is_throwaway=True) as first:
        with use_servers(private_home, is_throwaway=True) as second:
            assert (first.database, first.redis) == (second.database, second.redis)
        assert answers(port_of(first.database))
    assert not answers(port_of(first.database))
    assert not answers(port_of(first.redis))


def test_a_killed_user_leaves_no_server_behind(private_home: Home) -> None:
    user = _start_user(private_home)
    assert user.stdout is not None
    port = port_of(user.stdout.readline().decode().strip())
    assert answers(port)
    user.kill()
    wait_until(lambda: not answers(port))
    wait_until(FileLock(private_home.root / "keeper.lock").try_take)
    user.wait()
    user.stdout.close()


def test_servers_end_with_their_keeper_and_are_revived(private_home: Home) -> None:
    with use_servers(private_home) as servers:
        keep_word(servers.owner_database)
        _kill_keeper_of(servers)
        servers.revive()
        assert rows(servers.owner_database) == [("committed",)]


def test_the_keeper_starts_a_dead_server_again(private_home: Home) -> None:
    with use_servers(private_home) as servers:
        keep_word(servers.owner_database)
        note = private_home.data("postgres") / "18" / "postmaster.pid"
        os.kill(int(note.read_text().splitlines()[0]), signal.SIGKILL)
        wait_until(lambda: not answers(port_of(servers.database)))
        wait_until(lambda: answers(port_of(servers.database)))
        wait_until(lambda: _can_read(servers))
        assert rows(servers.owner_database) == [("committed",)]


def test_given_servers_are_used_as_they_are(private_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    with use_servers(private_home) as servers:
        assert (servers.database, servers.owner_database) == (("postgresql://elsewhere/db",) * 2)
    assert not (private_home.root / "postgres").exists()


def test_the_mail_catcher_takes_mail_and_ends_when_asked(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "creditportal.embedded.mailbox", str(tmp_path), str(port)]
    catcher = subprocess.Popen(command, cwd=CHECKOUT)
    wait_until(lambda: answers(port))
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("a@example.test", ["b@example.test"], "Subject: Hello\n\nGood day.")
    catcher.terminate()
    assert catcher.wait(10) == 0
    assert "Good day." in (tmp_path / "00001.eml").read_text()


def _can_read(servers: Servers) -> bool:
    try:
        return rows(servers.owner_database) == [("committed",)]
    except psycopg.OperationalError:
        return False


def _start_user(home: Home) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home.root)], cwd=CHECKOUT, stdout=subprocess.PIPE
    )


def _kill_keeper_of(servers: Servers) -> None:
    """Kill whoever is called by this home's name on its command line, and see its servers end."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"creditportal.embedded.keeper" in words and str(servers.home.root).encode() in words:
            os.kill(int(folder.name), signal.SIGKILL)
    wait_until(lambda: not answers(port_of(servers.database)))
    wait_until(lambda: not answers(port_of(servers.redis)))
