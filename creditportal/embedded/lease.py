"""Using the servers of a home: the first user starts them, the last one ends them."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from creditportal.embedded.keeper import ready_file
from creditportal.embedded.keys import read_secrets
from creditportal.embedded.locks import FileLock
from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home
from creditportal.embedded.postgres import APP, OWNER, Postgres
from creditportal.embedded.processes import open_log
from creditportal.embedded.redis import Redis

_PATIENCE_SECONDS = 180
_POLL_SECONDS = 0.02
# The keeper of a home may outlive the block that started it.
_keepers: "dict[Path, subprocess.Popen[bytes]]" = {}


@dataclass(frozen=True)
class Servers:
    """Where the servers are, for the site, for the owner of the database, and for the worker."""

    home: Home
    started: list[str]
    is_throwaway: bool
    database: str
    owner_database: str
    redis: str

    def revive(self) -> None:
        """Start the servers again if their keeper was killed; quick when it lives."""
        if self.started:
            _wait_for_keeper(self.home, self.started, is_throwaway=self.is_throwaway)


@contextlib.contextmanager
def use_servers(home: Home, *, is_throwaway: bool = False) -> Iterator[Servers]:
    """Running servers for as long as the block lasts; those that the environment names are left alone."""
    database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    owner_database = os.environ.get("MIGRATE_DATABASE_URL", "") or database
    wanted = [name for name, given in (("postgres", database), ("redis", redis)) if not given]
    home.prepare()
    with _keeper_of(home, wanted, is_throwaway=is_throwaway) as ports:
        if "postgres" in ports:
            server = Postgres(home)
            server.port = ports["postgres"]
            database, owner_database = server.url(APP), server.url(OWNER)
        if "redis" in ports:
            broker = Redis(home)
            broker.port = ports["redis"]
            redis = broker.url()
        yield Servers(
            home=home,
            started=wanted,
            is_throwaway=is_throwaway,
            database=database,
            owner_database=owner_database,
            redis=redis,
        )


def site_environment(servers: Servers) -> dict[str, str]:
    """The environment of a site with these servers: their home's secrets, plain HTTP on loopback."""
    keys = {name: value for name, value in read_secrets(servers.home).items() if name.isupper()}
    return {
        **keys,
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "EMAIL_URL": "dummymail://",
        "EVIDENCE_ROOT": str(servers.home.root / "evidence"),
        "AUDIT_CHECKPOINT_FILE": str(servers.home.root / "audit" / "checkpoints.jsonl"),
        "HTTPS": "False",
        "LOG_JSON": "False",
        "STATIC_IS_COLLECTED": "False",
        "STATIC_ROOT": str(servers.home.root / "static"),
        "ENV_FILE": "",
        "DJANGO_SETTINGS_MODULE": "creditportal.settings",
        **os.environ,
        "DATABASE_URL": servers.database,
        "MIGRATE_DATABASE_URL": servers.owner_database,
        "REDIS_URL": servers.redis,
        # The folder must be found by those who are started from elsewhere.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")])),
    }


@contextlib.contextmanager
def _keeper_of(home: Home, wanted: list[str], *, is_throwaway: bool) -> Iterator[dict[str, int]]:
    if not wanted:
        yield {}
        return
    users = FileLock(home.root / "users.lock")
    users.share()
    try:
        yield _wait_for_keeper(home, wanted, is_throwaway=is_throwaway)
    finally:
        users.release()
        _wait_for_end(home)


def _wait_for_keeper(home: Home, wanted: list[str], *, is_throwaway: bool) -> dict[str, int]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    keeper: subprocess.Popen[bytes] | None = None
    place = FileLock(home.root / "keeper.lock")
    while time.monotonic() < deadline:
        if (keeper is None or keeper.poll() is not None) and place.try_take():
            # A killed keeper left its note behind; no other can write one while the place is ours.
            ready_file(home).unlink(missing_ok=True)
            place.release()
            if keeper is not None and keeper.returncode:
                break
            keeper = _start_keeper(home, wanted, is_throwaway=is_throwaway)
        with contextlib.suppress(FileNotFoundError):
            ports: dict[str, int] = json.loads(ready_file(home).read_text())
            if set(wanted) <= set(ports):
                return {name: ports[name] for name in wanted}
            raise EmbeddedError(f"The servers in {home.root} run for another command without {wanted}.")
        time.sleep(_POLL_SECONDS)
    raise EmbeddedError(f"The servers did not start; see {home.root / 'keeper.log'}")


def _start_keeper(home: Home, wanted: list[str], *, is_throwaway: bool) -> "subprocess.Popen[bytes]":
    _reap(home)
    command = [sys.executable, "-m", "creditportal.embedded.keeper", str(home.root), *wanted]
    with open_log(home.root / "keeper.log") as log:
        keeper = subprocess.Popen(
            [*command, *(["--throwaway"] if is_throwaway else [])],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _keepers[home.root] = keeper
    return keeper


def _wait_for_end(home: Home) -> None:
    """Wait until the keeper ended, unless somebody else still uses it."""
    place, users = FileLock(home.root / "keeper.lock"), FileLock(home.root / "users.lock")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not place.try_take():
        if users.try_take():
            # Nobody uses it; the keeper is about to notice.
            users.release()
        elif users.try_share():
            users.release()
            return
        time.sleep(_POLL_SECONDS)
    place.release()
    _reap(home)


def _reap(home: Home) -> None:
    """Take note of the end of a keeper that we started."""
    if home.root in _keepers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            _keepers.pop(home.root).wait(10)
