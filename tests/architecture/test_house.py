"""The shape of the house, where import-linter cannot see it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from creditportal.database_rights import refused_operations

ROOT = Path(settings.BASE_DIR)
CHAIN = [
    "core",
    "audit",
    "outbox",
    "accounts",
    "applicants",
    "notifications",
    "evidence",
    "decisions",
    "appeals",
]
SIBLINGS = {"evidence", "decisions"}
OURS = [*CHAIN, "assessment", "creditportal"]
HTTP_CLIENTS = {"http.client", "urllib.request", "socket", "smtplib"}
MAY_CALL_OUT = {"notifications/channels.py", "core/remote.py"}
BAD_NAMES = {"utils", "common", "helpers", "services", "signals", "misc"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def foreign_keys() -> Iterator[tuple[type[Model], type[Model]]]:
    for model in apps.get_models():
        if model._meta.app_label in CHAIN:
            for field in model._meta.get_fields():
                target: Any = field.related_model
                if field.concrete and target in apps.get_models() and target._meta.app_label in CHAIN:
                    yield model, target


@pytest.mark.parametrize("app", ["evidence", "decisions", "appeals", "applicants"])
def test_foreign_keys_point_down_the_chain(app: str) -> None:
    mine = [(m, t) for m, t in foreign_keys() if m._meta.app_label == app]
    targets = {target._meta.app_label for _, target in mine} - {app}
    assert mine
    assert all(CHAIN.index(target) < CHAIN.index(app) for target in targets)
    assert app not in SIBLINGS or not targets & SIBLINGS


def test_no_table_belongs_to_a_door() -> None:
    doors = {"portal", "staff", "api", "creditportal"}
    assert [model for model in apps.get_models() if model._meta.app_label in doors] == []


@pytest.mark.parametrize("app", OURS)
def test_every_package_says_its_purpose_in_a_sentence(app: str) -> None:
    for path in [file for file in sources(app) if file.name == "__init__.py"]:
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
        assert docstring.endswith("."), name_of(path)


def test_the_domain_knows_nothing_of_http() -> None:
    forbidden = {"django.http", "django.shortcuts"}
    assert {name_of(p): imports(p) & forbidden for p in sources(*CHAIN) if imports(p) & forbidden} == {}


def test_only_two_modules_call_out() -> None:
    callers = {name_of(path) for path in sources(*OURS) if imports(path) & HTTP_CLIENTS}
    # The demonstration and its tour talk to the site itself; the scanner is a server of our own.
    inward = ("creditportal/embedded/", "creditportal/tour/", "evidence/clamd")
    known = {name for name in callers if name.startswith(inward)}
    assert callers - known <= MAY_CALL_OUT


def test_no_room_for_odds_and_ends() -> None:
    names = {part for path in sources(*OURS) for part in [path.stem, path.parent.name]}
    assert names & BAD_NAMES == set()


def test_signals_are_not_used() -> None:
    users = {"django.dispatch", "django.db.models.signals", "django.core.signals"}
    assert [name_of(path) for path in sources(*OURS) if imports(path) & users] == []


def test_only_doors_and_tasks_read_the_clock() -> None:
    readers = {name_of(path) for path in sources(*CHAIN) if _reads_clock(path)}
    allowed = {name for name in readers if name.endswith("tasks.py") or "/management/" in name}
    # allauth calls its adapter, and Django its sessions, as a door would, and tell them no time.
    assert readers - allowed == {"core/clock.py", "accounts/adapters.py", "accounts/sessions.py"}


def test_files_stay_short() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in sources(*OURS, "tests", "bench")}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_functions_stay_short() -> None:
    long = [
        f"{name_of(path)}:{function.name}"
        for path in sources(*OURS)
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= 50
    ]
    assert long == []


def test_history_is_out_of_the_sites_reach() -> None:
    both = {table for table, operations in refused_operations().items() if len(operations) == 2}
    assert {"audit_event", "audit_checkpoint", "applicants_fact", "decisions_decision"} <= both
    assert "UPDATE" not in refused_operations().get("decisions_application", [])


def _reads_clock(path: Path) -> bool:
    """Whether the module asks for the present instant rather than being told."""
    if {"core.clock.now", "core.clock"} & imports(path):
        return True
    calls = {
        ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    }
    return bool(calls & {"datetime.now", "datetime.utcnow", "timezone.now", "date.today", "time.time"})
