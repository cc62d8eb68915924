"""A copy of all that the site holds, with a checksum of each file, and putting it back."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from creditportal.embedded.binaries import find_postgres
from creditportal.embedded.places import EmbeddedError

MANIFEST: Final = "manifest.json"
_DUMP, _EVIDENCE, _CHECKPOINTS = "database.dump", "evidence", "checkpoints.jsonl"
_PLAIN: Final = ("--no-owner", "--no-privileges")
_NAMES: Final = {
    "HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE",
}  # fmt: skip
_BLOCK: Final = 1024 * 1024


class BackupError(Exception):
    """A backup cannot be made, is not whole, or may not be put back here."""


@dataclass(frozen=True)
class Site:
    """What is copied: the database as in the settings, the folder of papers, the audit's outside copy."""

    database: Mapping[str, Any]
    evidence: Path
    checkpoints: Path


def make_backup(*, folder: Path, site: Site, now: datetime) -> int:
    """Copy everything into a new folder, the database first; how many files. Whole only with its manifest."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Name a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _run("pg_dump", site.database, "--format=custom", *_PLAIN, f"--file={folder / _DUMP}")
    (folder / _DUMP).chmod(0o600)
    _copy_folder(site.evidence, folder / _EVIDENCE)
    if site.checkpoints.is_file():
        _copy(site.checkpoints, folder / _CHECKPOINTS)
    files = {name: _describe(folder / name) for name in sorted(_names(folder))}
    unfinished = folder / f"{MANIFEST}.part"
    manifest = {"made_at": now.isoformat(), "files": files}
    unfinished.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    unfinished.rename(folder / MANIFEST)
    return len(files)


def check_backup(folder: Path) -> dict[str, Any]:
    """Return the manifest of a backup in which every file is there as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} has no manifest that can be read: it is no whole backup.") from error
    there, listed = set(_names(folder)) - {MANIFEST}, set(manifest["files"])
    if there != listed:
        raise BackupError(f"Missing or not listed in {folder}: {min(there ^ listed)}")
    for name, told in manifest["files"].items():
        if _describe(folder / name) != told:
            raise BackupError(f"{name} is not as it was written.")
    return manifest


def restore_backup(*, folder: Path, site: Site) -> int:
    """Put a whole backup back into an empty database and empty folders; how many files."""
    manifest = check_backup(folder)
    if site.evidence.exists() and any(site.evidence.iterdir()):
        raise BackupError(f"{site.evidence} is not empty. Nothing was changed.")
    if site.checkpoints.exists():
        raise BackupError(f"{site.checkpoints} is there already. Nothing was changed.")
    if _count_tables(site.database):
        raise BackupError("The database is not empty. Nothing was changed.")
    _run(
        "pg_restore", site.database, "--single-transaction", "--exit-on-error", *_PLAIN,
        f"--dbname={site.database['NAME']}", str(folder / _DUMP),
    )  # fmt: skip
    _copy_folder(folder / _EVIDENCE, site.evidence)
    if (folder / _CHECKPOINTS).is_file():
        site.checkpoints.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(folder / _CHECKPOINTS, site.checkpoints)
    return len(manifest["files"])


def _run(tool: str, database: Mapping[str, Any], *arguments: str) -> None:
    """Run a tool of PostgreSQL, with the password in its environment: no list of processes shows it."""
    told = {ours: str(database[name]) for name, ours in _NAMES.items() if database.get(name)}
    if mode := database.get("OPTIONS", {}).get("sslmode"):
        told["PGSSLMODE"] = mode
    done = subprocess.run(  # noqa: S603 - our own words
        [_find(tool), *arguments], env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        # What follows the first line may quote rows.
        raise BackupError(f"{tool} failed. {done.stderr.strip().partition(chr(10))[0]}")


def _find(tool: str) -> str:
    try:
        place = find_postgres() / tool
    except EmbeddedError:
        place = Path(tool)
    found = str(place) if place.is_file() else shutil.which(tool)
    if found is None:
        raise BackupError(f"No {tool} on this machine. Install the client programs of PostgreSQL.")
    return found


def _count_tables(database: Mapping[str, Any]) -> int:
    with psycopg.connect(
        host=database.get("HOST") or None, port=database.get("PORT") or None, user=database.get("USER"),
        password=database.get("PASSWORD"), dbname=database["NAME"],
    ) as connection:  # fmt: skip
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row is not None
    return int(row[0])


def _copy_folder(start: Path, to: Path) -> None:
    for name in _names(start):
        _copy(start / name, to / name)


def _copy(start: Path, to: Path) -> None:
    """Copy one file, for its owner alone; what was swept away meanwhile is not missed."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        shutil.copyfile(start, to)
    except FileNotFoundError:
        return
    to.chmod(0o600)


def _names(folder: Path) -> Iterator[str]:
    """The files below a folder by their place in it."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def _describe(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}
