"""Two WSGI applications in processes of their own, asked in turn: the CPU time that one request takes.

Only the server's own CPU is counted, neither the client's nor PostgreSQL's. The bare side is a Django view
that answers the same number of bytes behind the middleware that `startproject` gives.
"""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

REQUESTS: Final = 60
_DEFAULT_MIDDLEWARE: Final = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


@dataclass(frozen=True)
class Answer:
    """What one round of requests gave: microseconds of CPU each, status, bytes, SQL statements of one."""

    cpu_us: float
    status: int
    length: int
    queries: int


class Worker:
    """One application in a process of its own."""

    def __init__(self, kind: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench._web", kind],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] = {}, body: str = "",
        count: int = REQUESTS,
    ) -> Answer:  # fmt: skip
        """Ask one address many times and return what it cost."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"path": path, "method": method, "headers": dict(headers), "body": body, "count": count}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Answer(**json.loads(self._process.stdout.readline()))

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def workers(*, database: str) -> Iterator[tuple[Worker, Worker]]:
    """Our site on this database, and the bare view."""
    usual = {"PERSISTENT_CONNECTIONS": "True", "HTTPS": "False", "LOG_JSON": "True"}
    site = Worker("site", {"DATABASE_URL": database, **usual})
    bare = Worker("bare", {})
    try:
        yield site, bare
    finally:
        site.stop()
        bare.stop()


def main(kind: str) -> None:
    """Answer orders from standard input until it ends."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    application = _site() if kind == "site" else _bare()
    for line in sys.stdin:
        order = json.loads(line)
        environ = _environ(order)
        status, length, queries = _counted(application, environ, order["body"])
        started = time.process_time()
        for _ in range(order["count"]):
            _call(application, dict(environ), order["body"])
        cost = (time.process_time() - started) / order["count"] * 1e6
        print(json.dumps({"cpu_us": cost, "status": status, "length": length, "queries": queries}), file=out)


def _call(application: Any, environ: dict[str, Any], body: str) -> tuple[int, int]:
    seen: list[str] = []
    environ["wsgi.input"] = io.BytesIO(body.encode())
    response = application(environ, lambda status, _headers, *_rest: seen.append(status))
    try:
        length = sum(map(len, response))
    finally:
        response.close()
    return int(seen[0].split()[0]), length


def _counted(application: Any, environ: dict[str, Any], body: str) -> tuple[int, int, int]:
    from django.conf import settings
    from django.db import connection

    if not settings.DATABASES.get("default", {}).get("NAME"):
        return (*_call(application, dict(environ), body), 0)
    _call(application, dict(environ), body)
    seen = 0

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        status, length = _call(application, dict(environ), body)
    return status, length, seen


def _environ(order: Mapping[str, Any]) -> dict[str, Any]:
    path, _, query = order["path"].partition("?")
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in order["headers"].items()}
    return {
        "REQUEST_METHOD": order["method"],
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": named.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(order["body"].encode())),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **named,
    }


def _site() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    from django.conf import settings

    from creditportal.wsgi import application

    # One client asks more here in a second than anybody may in a minute; it is counted all the same.
    settings.API_RATES = dict.fromkeys(settings.API_RATES, (10**9, 60))
    return application


def _bare() -> Any:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(b"x" * int(request.GET["bytes"]))

    settings.configure(
        ALLOWED_HOSTS=["*"], SECRET_KEY="bare", ROOT_URLCONF=__name__, MIDDLEWARE=_DEFAULT_MIDDLEWARE,
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
            "django.contrib.messages",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )  # fmt: skip
    globals()["urlpatterns"] = [path("", answer)]
    return get_wsgi_application()


if __name__ == "__main__":
    main(sys.argv[1])
