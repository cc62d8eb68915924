"""The documentation tells all there is, leads nowhere else than it says, and names no particular machine."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from accounts.roles import Scope
from appeals.states import Status
from audit.verbs import Verb
from core.errors import DomainError
from notifications.kinds import Kind

ROOT = Path(settings.BASE_DIR)
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = ["accounts", "appeals", "applicants", "audit", "core", "creditportal", "decisions", "evidence"]
OURS += ["notifications", "outbox"]
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")
READERS = {"required", "secret", "key", "key_ring", "service_url"}
# Spelled in pieces, so that this file does not name what it looks for.
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w}/])/" + "work/",
            r"(?<![\w}/])/" + "root/",
            r"(?<![\w}])/home/\w+/",
            "/opt/" + "pypi",
            r"index-url\s*=",
        ]
    )
)
MACHINE_FREE = (".py", ".md", ".yaml", ".toml", ".in", ".txt", ".html", ".css", ".js", ".po", ".sh", "")


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def variables() -> Iterator[str]:
    """The names that the settings and what reads the environment for them ask for."""
    for path in [ROOT / "creditportal/settings.py", ROOT / "creditportal/environment.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called in READERS | {"os.environ.get"} or re.fullmatch(r"env\.\w+", called):
                    yield str(node.args[0].value)


def commands() -> list[str]:
    return sorted(path.stem for app in OURS for path in (ROOT / app).glob("management/commands/[!_]*.py"))


def problem_codes() -> set[str]:
    for app in OURS:
        for path in (ROOT / app).rglob("*.py"):
            if "class" in path.read_text() and "Error" in path.read_text() and "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                if not {"management", "embedded", "tour"} & set(parts):
                    importlib.import_module(".".join(parts).removesuffix(".__init__"))
    return {error.code for error in _below(DomainError) if _reaches_partners(error.__module__)}


def _reaches_partners(module: str) -> bool:
    """The other two doors have errors of their own, which the API never shows."""
    others = ("creditportal.portal.", "creditportal.staff.")
    return module.partition(".")[0] in OURS and not module.startswith(others)


def _below(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for below in error.__subclasses__():
        yield below
        yield from _below(below)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in MACHINE_FREE and path.is_file()]


def test_every_variable_of_the_environment_is_documented() -> None:
    names = set(variables())
    assert {"SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "LOG_LEVEL", "ENV_FILE"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in text_of("operations.md")] == []


@pytest.mark.parametrize("listed", [Verb, Kind, Scope, Status])
def test_every_list_is_documented(listed: type[Verb | Kind | Scope | Status]) -> None:
    assert [one.value for one in listed if f"`{one.value}`" not in text_of("reference.md")] == []


def test_every_command_is_documented() -> None:
    assert "replay" in commands()
    assert [name for name in commands() if f"`{name}`" not in text_of("reference.md")] == []


def test_every_scope_is_explained_to_partners() -> None:
    assert [scope.value for scope in Scope if f"| `{scope.value}` |" not in text_of("api.md")] == []


def test_every_code_of_a_problem_is_documented() -> None:
    codes = problem_codes()
    assert "already-open" in codes
    assert [code for code in sorted(codes) if f"`{code}`" not in text_of("api.md")] == []


def test_every_address_of_the_api_is_documented() -> None:
    from creditportal.api.urls import urlpatterns

    routes = [str(one.pattern) for one in urlpatterns if str(one.pattern).startswith("v1/")]
    sample = {"applicants": "CU-KX0W-WACN", "applications": "LA-ND9Y-ZZQ4", "decisions": "DE-680G-FZKM"}
    sample["appeals"] = "AP-S8ND-X5D5"
    sample["promises"] = "PR-2T9C-41HV"
    addresses = [route.replace("<str:reference>", sample[route.split("/")[1]]) for route in routes]
    below = {"<str:asked>": "RQ-5T1M-0D2H", "<int:position>": "1"}
    for gap, example in below.items():
        addresses = [route.replace(gap, example) for route in addresses]
    assert [one for one in addresses if f"/api/{one}" not in text_of("api.md")] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_room_is_there_and_says_its_purpose() -> None:
    rooms = re.findall(r"^\| `([\w/]+)/` \|", text_of("architecture.md"), re.MULTILINE)
    assert len(rooms) > 10
    for room in set(rooms) - {"catalogue"}:
        assert ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text())), room
    assert (ROOT / "catalogue").is_dir()


def test_nothing_names_a_particular_machine() -> None:
    named = [path for path in tracked() if MACHINE.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in named] == []


def test_no_shared_folder_is_named() -> None:
    folder = re.compile(r"(?<!\w)/?" + "sha" + r"red/(?:design|catalogue|notes|data)\b")
    named = [path for path in tracked() if folder.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in named] == []
