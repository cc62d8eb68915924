"""Sites in processes of their own, asked in turn: how long one answer takes, PostgreSQL's part included.

The asked side needs nothing but Django, so that a peer with an environment of its own can use it too.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_CHECKOUT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """What one order gave: milliseconds each, the last status, its length, SQL statements of one."""

    ms: float
    status: int
    length: int
    queries: int
    location: str


class Site:
    """One site in a process of its own."""

    def __init__(self, module: str, environment: Mapping[str, str], *, python: str = sys.executable) -> None:
        self._process = subprocess.Popen(
            [python, "-m", module],
            env={**os.environ, **environment, "PYTHONPATH": str(_CHECKOUT)},
            cwd=_CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, path: str, form: Mapping[str, Any] | None = None, *, count: int = 5) -> Answer:
        """Ask one address so many times."""
        return Answer(**self._order({"path": path, "form": form, "count": count}))

    def do(self, name: str, /, **given: Any) -> Any:
        """Have the site do something of its own that it offers by this name."""
        return self._order({"do": name, "given": given})

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _order(self, order: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def serve(client: Any, offers: Mapping[str, Callable[..., Any]]) -> None:
    """Follow orders from standard input until it ends; what else is printed goes to standard error."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        found = offers[order["do"]](**order["given"]) if "do" in order else _ask(client, order)
        print(json.dumps(found), file=out)


def _ask(client: Any, order: Mapping[str, Any]) -> dict[str, Any]:
    from django.db import connection

    seen = 0

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(sql, *rest)

    _call(client, order)
    with connection.execute_wrapper(count):
        response = _call(client, order)
    started = time.perf_counter()
    for _ in range(order["count"]):
        _call(client, order)
    cost = (time.perf_counter() - started) / order["count"] * 1000
    return {
        "ms": cost, "status": response.status_code, "length": len(response.content), "queries": seen,
        "location": response.headers.get("Location", ""),
    }  # fmt: skip


def _call(client: Any, order: Mapping[str, Any]) -> Any:
    if order["form"] is None:
        return client.get(order["path"])
    return client.post(order["path"], order["form"])
