"""A private PostgreSQL: made once, started on a free loopback port; its data survives its death."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

import psycopg
from psycopg import sql

from creditportal.embedded.binaries import find_postgres
from creditportal.embedded.keys import read_secrets
from creditportal.embedded.places import EmbeddedError, Home, account_of
from creditportal.embedded.processes import (
    Process,
    end_leftover,
    free_port,
    kill_group,
    plain_environment,
    spawn,
    stop,
)

OWNER = "creditportal_owner"
APP = "creditportal_app"
DATABASE = "creditportal"

_RETRY_SECONDS = 20
_RECOVERY_SECONDS = 120
_COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    # Memory is taken when pages come, so that a small database takes little.
    "shared_buffers": "512MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement in the log would carry personal data.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server of one home; `durable=False` trades safety for speed where data may be lost."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.port = 0
        self._settings = _COMMON if durable else {**_COMMON, **_THROWAWAY}
        self._process: Process | None = None
        self._log = home.root / "postgres.log"

    def start(self, *, preferred_port: int | None = None) -> None:
        """Start the server, recovering from a crash if need be, and make the roles and the database."""
        binaries = find_postgres()
        data = self.home.data("postgres") / "18"
        if not data.exists():
            self._initialise(binaries, data)
        _end_earlier(data)
        deadline = time.monotonic() + _RETRY_SECONDS
        # After a kill the old sessions hold the memory for a moment, and a port may be taken meanwhile.
        while not self._try_start(binaries, data, free_port(preferred_port)):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start; see {self._log}")
            time.sleep(0.2)

    def _try_start(self, binaries: Path, data: Path, port: int) -> bool:
        self.port = port
        settings = {**self._settings, "port": str(port)}
        self._process = spawn(
            [binaries / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            cwd=data.parent,
            env=plain_environment(),
            log=self._log,
            dies_with_us=signal.SIGINT,
            account=account_of(data.parent),
        )
        return self._wait_until_ready()

    def is_running(self) -> bool:
        """Whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the server in good order: sessions are cut, nothing committed is lost."""
        if self._process is not None:
            stop(self._process, by=signal.SIGINT)

    def kill(self) -> None:
        """End the server at once, as a power cut would; for tests."""
        if self._process is not None:
            kill_group(self._process)

    def url(self, role: str = OWNER, *, database: str = DATABASE) -> str:
        """The address of a database for one of the two roles."""
        password = read_secrets(self.home)[f"postgres_{'owner' if role == OWNER else 'app'}"]
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def _initialise(self, binaries: Path, data: Path) -> None:
        """Make the cluster beside its place and move it there when it is whole."""
        account = account_of(data.parent)
        unfinished = data.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = data.with_name("password")
        password_file.unlink(missing_ok=True)
        with open(password_file, "x", opener=_private) as file:
            file.write(read_secrets(self.home)["postgres_owner"])
        if account is not None:
            os.chown(password_file, account.uid, account.gid)
        maker = spawn(
            [
                *(binaries / "initdb", "-D", unfinished, "-U", OWNER, f"--pwfile={password_file}", "-A"),
                *("scram-sha-256", "-E", "UTF8", "--locale=C", "--locale-provider=builtin"),
                *("--builtin-locale=C.UTF-8", "--no-instructions", "--no-sync"),
            ],
            cwd=data.parent,
            env=plain_environment(),
            log=self._log,
            dies_with_us=signal.SIGKILL,
            account=account,
        )
        code = maker.wait(_RECOVERY_SECONDS)
        password_file.unlink()
        if code != 0:
            raise EmbeddedError(f"PostgreSQL could not be set up; see {self._log}")
        unfinished.rename(data)

    def _wait_until_ready(self) -> bool:
        """Wait until the server answers; False when it ended instead."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while True:
            try:
                with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
                    _make_roles(connection, app_password=read_secrets(self.home)["postgres_app"])
                    return True
            except psycopg.OperationalError as error:
                if not self.is_running():
                    return False
                if time.monotonic() > deadline:
                    self.stop()
                    raise EmbeddedError(f"PostgreSQL does not answer; see {self._log}") from error
                time.sleep(0.05)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _end_earlier(data: Path) -> None:
    """End a server that still works on this data, and drop the note of one that does not."""
    note = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        end_leftover(int(note.read_text().splitlines()[0]), folder=data, by=signal.SIGINT)
        # PostgreSQL trusts the note if any process of the account has that id by now.
        note.unlink()


def _make_roles(connection: "psycopg.Connection[tuple[object, ...]]", *, app_password: str) -> None:
    """Make the run-time role and the database, once; the password is set each time."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP)))
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APP), app_password))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
        )
