"""django-helpdesk as it comes, in an environment and databases of its own, with many open tickets."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench._answering import Site
from creditportal.embedded.places import CHECKOUT

TICKETS: Final = 100_000
MANY_TICKETS: Final = 1_000_000
_LOCK: Final = CHECKOUT / "requirements" / "helpdesk.txt"
_PLACE: Final = CHECKOUT / "var" / "helpdesk"
EDITION: Final = "1"


@contextmanager
def helpdesk(tickets: int = TICKETS) -> Iterator[Site]:
    """The peer with so many tickets, on the server that the environment names; made once and kept."""
    database = f"bench_helpdesk_{tickets}"
    site = Site("bench._helpdesk_site", {"HELPDESK_DATABASE": _address(database)}, python=_python())
    try:
        if _mark(database) != EDITION:
            site.do("fill", count=tickets)
            _admin(f"COMMENT ON DATABASE {database} IS '{EDITION}'")
        yield site
    finally:
        site.stop()


def _python() -> str:
    """The interpreter of the peer's environment, with the locked packages in it."""
    python = _PLACE / "bin" / "python"
    digest, marker = hashlib.sha256(_LOCK.read_bytes()).hexdigest(), _PLACE / ".installed"
    if marker.exists() and marker.read_text() == digest:
        return str(python)
    print("Installing django-helpdesk ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(_PLACE)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(_LOCK)], check=True)
    Path(marker).write_text(digest)
    return str(python)


def _address(database: str) -> str:
    """How the peer connects; its database is made here when it is not there or unfinished."""
    from django.conf import settings

    if _mark(database) != EDITION:
        _admin(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        _admin(f"CREATE DATABASE {database}")
    usual = settings.DATABASES["default"]
    wanted = {name: usual[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    return json.dumps({**wanted, "NAME": database})


def _mark(database: str) -> str | None:
    sql = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    found: list[tuple[str | None]] = _admin(sql, [database])
    return found[0][0] if found else None


def _admin(sql: str, params: list[str] | None = None) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def set_up() -> None:
    """Make Django ready in this process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
