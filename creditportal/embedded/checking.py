"""`bin/check`: everything that can be said about the code without running it as a site."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from creditportal.embedded.places import CHECKOUT

_TEMPLATE_FOLDERS = ("templates",)
_ENGINE_TESTS = "tests/unit/assessment"
# The engine is pure: its tests run without Django, and every branch of it must be taken by one of them.
_BRANCHES = (
    "-c", os.devnull, "--rootdir", str(CHECKOUT), "--noconftest", "-q", "-W", "error",
    *(flag for name in ("cacheprovider", "django", "xdist", "schemathesis") for flag in ("-p", f"no:{name}")),
    "--cov=assessment", "--cov-branch", "--cov-fail-under=100", "--cov-report=term-missing:skip-covered",
    # Named cases alone must reach every branch; what is drawn or solved a thousand times is not measured.
    "-m", "not hypothesis", f"--ignore={_ENGINE_TESTS}/test_exactness.py",
    _ENGINE_TESTS,
)  # fmt: skip


def _bin(name: str) -> str:
    return str(CHECKOUT / ".venv" / "bin" / name)


def _checks() -> dict[str, list[str]]:
    """Every check by its name."""
    manage = [sys.executable, "-W", "error", "manage.py"]
    return {
        "format": [_bin("ruff"), "format", "--check", "--output-format", "concise", "."],
        "lint": [_bin("ruff"), "check", "--output-format", "concise", "."],
        "types": [_bin("mypy"), "."],
        "imports": [_bin("lint-imports"), "--no-cache"],
        "templates": [_bin("djlint"), "--lint", "--quiet", *_TEMPLATE_FOLDERS],
        # Without a database it warns that it cannot compare what was applied.
        "migrations": [
            sys.executable,
            "manage.py",
            "makemigrations",
            "--check",
            "--dry-run",
            "--skip-checks",
        ],
        "deployment": [*manage, "check", "--deploy", "--fail-level", "INFO"],
        "static": [*manage, "collectstatic", "--no-input", "--verbosity", "0"],
        "branches": [sys.executable, "-m", "pytest", *_BRANCHES],
    }


def production_environment(static_root: str) -> dict[str, str]:
    """An environment like that of an installation, with throw-away secrets and no server behind it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "ENV_FILE": "",
        "DJANGO_SETTINGS_MODULE": "creditportal.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "FIELD_KEYS": f"k1:{_key()}",
        "BLIND_INDEX_KEY": _key(),
        "AUDIT_SIGNING_KEY": _key(),
        "DATABASE_URL": "postgresql://none:none@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp+tls://mail.example.test:587",
        "SITE_URL": "https://creditportal.example.test",
        "ALLOWED_HOSTS": "creditportal.example.test",
        "STATIC_ROOT": static_root,
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def main(arguments: Sequence[str]) -> int:
    """Run all checks, or those that are named; return how many failed."""
    checks = _checks()
    unknown = set(arguments) - set(checks)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(checks)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as static_root:
        environment = production_environment(static_root)
        failed = [name for name in arguments or checks if not _passes(name, checks[name], environment)]
    print(f"Failed: {', '.join(failed)}" if failed else "Everything passes.")
    return len(failed)


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    is_good = result.returncode == 0
    print(f"{'ok    ' if is_good else 'FAILED'} {name:<12}{time.monotonic() - started:6.1f} s", flush=True)
    if not is_good:
        print(result.stdout.rstrip(), flush=True)
    return is_good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
