"""Two WSGI applications in processes of their own, asked in turn: instructions, statements, CPU time.

The bare side is a Django view that answers the same number of bytes behind the seven middlewares that
`startproject` gives and the one for languages; it logs nothing and never leaves its process. Instructions are
counted by callgrind, where valgrind is installed: they repeat where microseconds of a busy machine do not.
CPU time is taken behind the web server (`bench._served`), or here, without one, by `Worker.ask`.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

REQUESTS: Final = 60
WARM_UP: Final = 20
_CALLGRIND: Final = (
    "valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null",
)  # fmt: skip
_DEFAULT_MIDDLEWARE: Final = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
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
    instructions: float = 0
    tag: str = ""


class Worker:
    """One application in a process of its own; under callgrind its instructions are counted."""

    def __init__(self, kind: str, environment: Mapping[str, str], *, is_counted: bool = False) -> None:
        self._process = subprocess.Popen(
            [*(_CALLGRIND if is_counted else ()), sys.executable, "-m", "bench._web", kind],
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
def workers(
    *, database: str, kinds: Sequence[str] = ("site", "bare"), is_counted: bool = False
) -> Iterator[tuple[Worker, ...]]:
    """Our site on this database, the bare view, and whatever else is asked in turn."""
    made = [Worker(kind, environment_of(database), is_counted=is_counted) for kind in kinds]
    try:
        yield tuple(made)
    finally:
        for worker in made:
            worker.stop()


def environment_of(database: str) -> dict[str, str]:
    """How each side is set up: connections are kept, and what is logged is JSON, as behind a web server."""
    return {
        "DATABASE_URL": database, "PERSISTENT_CONNECTIONS": "True", "HTTPS": "False", "LOG_JSON": "True",
    }  # fmt: skip


def can_count() -> bool:
    """Whether valgrind is here to count instructions."""
    return all(map(shutil.which, ("valgrind", "callgrind_control")))


def main(kind: str) -> None:
    """Answer orders from standard input until it ends."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    application = _APPLICATIONS[kind]()
    for line in sys.stdin:
        order = json.loads(line)
        environ = _environ(order)
        status, length, tag, queries = _counted(application, environ, order["body"])

        def ask(count: int, environ: dict[str, Any] = environ, body: str = order["body"]) -> None:
            for _ in range(count):
                _call(application, dict(environ), body)

        instructions = _instructions(ask, order["count"]) if _is_under_callgrind() else 0
        started = time.process_time()
        ask(order["count"])
        cost = (time.process_time() - started) / order["count"] * 1e6
        answer = Answer(cost, status, length, queries, instructions, tag)
        print(json.dumps(asdict(answer)), file=out)


def _is_under_callgrind() -> bool:
    return "vgpreload" in os.environ.get("LD_PRELOAD", "")


def _instructions(ask: Callable[[int], None], count: int) -> float:
    """Instructions of one request, counted over many that follow uncounted ones."""
    ask(WARM_UP)
    _control("--instr=on")
    ask(2)
    _control("--zero")
    ask(count)
    told = _control("-e")
    _control("--instr=off")
    found = re.search(r"Th 1\s+([\d,]+)", told)
    assert found, told
    return int(found[1].replace(",", "")) / count


def _control(order: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    command = ["callgrind_control", order, str(os.getpid())]
    return subprocess.run(command, capture_output=True, text=True, env=clean, check=True).stdout


def _call(application: Any, environ: dict[str, Any], body: str) -> tuple[int, int, str]:
    seen: list[Any] = []
    environ["wsgi.input"] = io.BytesIO(body.encode())
    response = application(environ, lambda status, headers, *_rest: seen.extend((status, headers)))
    try:
        length = sum(map(len, response))
    finally:
        response.close()
    return int(seen[0].split()[0]), length, next((value for name, value in seen[1] if name == "ETag"), "")


def _counted(application: Any, environ: dict[str, Any], body: str) -> tuple[int, int, str, int]:
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
        status, length, tag = _call(application, dict(environ), body)
    return status, length, tag, seen


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


def _naive() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    from django.conf import settings

    from creditportal.wsgi import application

    settings.ROOT_URLCONF = "bench._naive"
    short = ("creditportal.machines.MachineMiddleware", "creditportal.visitors.VisitorMiddleware")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in short]
    application.load_middleware()
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


_APPLICATIONS: Final[Mapping[str, Callable[[], Any]]] = {"site": _site, "bare": _bare, "naive": _naive}


def make_application() -> Any:
    """The application that the environment asks for."""
    return _APPLICATIONS[os.environ["BENCH_SIDE"]]()


if __name__ == "__main__":
    main(sys.argv[1])
