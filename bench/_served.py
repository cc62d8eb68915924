"""Applications behind the web server of production, each in processes of its own, asked over HTTP in turn.

What is counted is the CPU time of the server's processes and all their threads, HTTP included, to the
nanosecond as the kernel's scheduler knows it; neither the client's nor PostgreSQL's. Both sides have the same
server with the same settings, and answer one request after the other on a connection that is kept.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench._web import Answer, environment_of
from creditportal.embedded.processes import free_port

REQUESTS: Final = 100
PATIENCE_SECONDS: Final = 60.0
_GRANIAN: Final = (
    "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1",
    "--blocking-threads", "8", "--no-ws", "--factory", "--log-level", "error", "bench._web:make_application",
)  # fmt: skip


class Served:
    """One application behind the server."""

    def __init__(self, kind: str, environment: Mapping[str, str]) -> None:
        self._port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, *_GRANIAN, "--port", str(self._port)],
            env={**os.environ, **environment, "BENCH_SIDE": kind},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wire = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def wait(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.call("GET", "/healthz", {}, "")
            except OSError:
                self._wire.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def ask(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] = {}, body: str = "",
        count: int = REQUESTS,
    ) -> Answer:  # fmt: skip
        """Ask one address many times and return what it cost, and what the last answer was."""
        before = self._used_ns()
        for _ in range(count):
            status, length, tag = self.call(method, path, headers, body)
        return Answer((self._used_ns() - before) / count / 1000, status, length, 0, 0, tag)

    def call(self, method: str, path: str, headers: Mapping[str, str], body: str) -> tuple[int, int, str]:
        """One request: status, bytes and tag of its answer."""
        self._wire.request(method, path, body=body or None, headers=dict(headers))
        answer = self._wire.getresponse()
        return answer.status, len(answer.read()), answer.headers.get("ETag", "")

    def stop(self) -> None:
        """End the server."""
        self._wire.close()
        self._process.terminate()
        self._process.wait(30)

    def _used_ns(self) -> int:
        """CPU time of every thread of the server and of the workers that it started."""
        return sum(
            int((task / "schedstat").read_text().split()[0])
            for process in _family(self._process.pid)
            for task in Path(f"/proc/{process}/task").iterdir()
        )


@contextmanager
def served(*, database: str, kinds: Sequence[str] = ("site", "bare")) -> Iterator[tuple[Served, ...]]:
    """Our site on this database, the bare view, and whatever else is asked in turn."""
    made = [Served(kind, environment_of(database)) for kind in kinds]
    try:
        for one in made:
            one.wait()
        yield tuple(made)
    finally:
        for one in made:
            one.stop()


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in _family(int(child)))]
