"""A private Redis: it owns nothing, so it writes nothing to disk and starts empty."""

import contextlib
import signal
import subprocess
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from creditportal.embedded.binaries import find_redis
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

_PATIENCE_SECONDS = 20


class Redis:
    """One broker of one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.port = 0
        self._process: Process | None = None

    def start(self, *, preferred_port: int | None = None) -> None:
        """Start the server and wait until it answers."""
        folder = self.home.data("redis")
        note = self.home.root / "redis.pid"
        with contextlib.suppress(FileNotFoundError, ValueError):
            end_leftover(int(note.read_text()), folder=folder, by=signal.SIGTERM)
        self.port = free_port(preferred_port)
        self._process = spawn(
            [find_redis(), "-"],
            cwd=folder,
            env=plain_environment(),
            log=self.home.root / "redis.log",
            dies_with_us=signal.SIGTERM,
            account=account_of(folder),
            stdin=subprocess.PIPE,
        )
        note.write_text(str(self._process.pid))
        # Through the standard input, so that the password stands in no list of processes.
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
            stdin.write(self._configuration().encode())
        self._wait_until_ready()

    def is_running(self) -> bool:
        """Whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the server in good order."""
        if self._process is not None:
            stop(self._process)

    def kill(self) -> None:
        """End the server at once; for tests."""
        if self._process is not None:
            kill_group(self._process)

    def url(self) -> str:
        """The address of the broker."""
        return f"redis://:{read_secrets(self.home)['redis']}@127.0.0.1:{self.port}/0"

    def _configuration(self) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": read_secrets(self.home)["redis"],
            "save": '""',
            "appendonly": "no",
            "maxmemory": "128mb",
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        with contextlib.closing(redis.Redis.from_url(self.url(), retry=Retry(NoBackoff(), 0))) as client:
            while True:
                try:
                    client.ping()
                except redis.RedisError as error:
                    if not self.is_running() or time.monotonic() > deadline:
                        self.stop()
                        log = self.home.root / "redis.log"
                        raise EmbeddedError(f"Redis did not start; see {log}") from error
                    time.sleep(0.02)
                else:
                    return
