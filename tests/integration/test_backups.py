"""A backup is put back elsewhere, whole: rows, papers, the audit and what the database refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from creditportal.backups import BackupError, Site, check_backup, make_backup, restore_backup
from tests.factories.decisions import NOW, sample_decision
from tests.factories.evidence import send
from tests.people import acting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]
ELSEWHERE = "test_creditportal_restored"


@pytest.fixture
def here(ada: User) -> Site:
    """A site with a decision, a paper and an outside copy of the audit."""
    decision = sample_decision("li_na", user=ada)
    send(decision.applicant, by=acting(ada))
    settings.AUDIT_CHECKPOINT_FILE.write_text('{"size": 1}\n')
    return Site(connection.settings_dict, settings.EVIDENCE_ROOT, settings.AUDIT_CHECKPOINT_FILE)


@pytest.fixture
def elsewhere(here: Site, tmp_path: Path) -> Iterator[Site]:
    """An empty database of the same server and empty folders."""
    name = f"{ELSEWHERE}_{here.database['NAME'].rpartition('_')[2]}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield Site(
        {**here.database, "NAME": name}, tmp_path / "new" / "evidence", tmp_path / "new" / "copy.jsonl"
    )
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def ask(site: Site, sql: str) -> list[Any]:
    """What a database answers."""
    told: dict[str, Any] = {key: site.database[key.upper()] or None for key in ("host", "port", "user")}
    with psycopg.connect(**told, password=site.database["PASSWORD"], dbname=site.database["NAME"]) as other:
        return other.execute(sql).fetchall()


def rows_of(site: Site) -> dict[str, int]:
    """How many rows are in each table."""
    tables = ask(site, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {name: ask(site, f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in tables}


def files_of(folder: Path) -> dict[str, bytes]:
    """What stands in each file."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_copied_comes_back_whole(here: Site, elsewhere: Site, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    count = make_backup(folder=folder, site=here, now=NOW)
    assert count == len(check_backup(folder)["files"]) == 3
    assert restore_backup(folder=folder, site=elsewhere) == count
    before = rows_of(here)
    assert before["decisions_decision"] == before["evidence_document"] == 1
    assert rows_of(elsewhere) == before
    assert files_of(elsewhere.evidence) == files_of(here.evidence) != {}
    assert elsewhere.checkpoints.read_text() == here.checkpoints.read_text()
    with pytest.raises(psycopg.Error, match="Cannot"):
        ask(elsewhere, "DELETE FROM audit_event RETURNING 1")


@pytest.mark.parametrize("spoil", ["altered", "missing", "added", "unfinished"])
def test_a_backup_that_is_not_whole_is_not_put_back(
    here: Site, elsewhere: Site, tmp_path: Path, spoil: str
) -> None:
    folder = tmp_path / "backup"
    make_backup(folder=folder, site=here, now=NOW)
    paper = next(path for path in (folder / "evidence").rglob("*") if path.is_file())
    if spoil == "altered":
        paper.write_bytes(paper.read_bytes()[:-1] + b"\0")
    elif spoil == "missing":
        paper.unlink()
    elif spoil == "added":
        (folder / "evidence" / "more").write_bytes(b"x")
    else:
        (folder / "manifest.json").unlink()
    with pytest.raises(BackupError):
        restore_backup(folder=folder, site=elsewhere)
    assert rows_of(elsewhere) == {}
    assert not elsewhere.evidence.exists()


def test_nothing_is_written_over(here: Site, elsewhere: Site, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    make_backup(folder=folder, site=here, now=NOW)
    with pytest.raises(BackupError, match="not empty"):
        make_backup(folder=folder, site=here, now=NOW)
    empty = Site(here.database, elsewhere.evidence, elsewhere.checkpoints)
    for taken in (here, empty):
        with pytest.raises(BackupError, match="Nothing was changed"):
            restore_backup(folder=folder, site=taken)
    assert not elsewhere.evidence.exists()


def test_the_commands_say_what_was_done_and_hold_no_secret(
    here: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.EVIDENCE_ROOT = environ.Path(str(settings.EVIDENCE_ROOT))
    settings.DATABASES["default"]["NAME"], name = here.database["NAME"], settings.DATABASES["default"]["NAME"]
    try:
        call_command("backup", str(tmp_path / "backup"))
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("restore", str(tmp_path / "backup"))
    finally:
        settings.DATABASES["default"]["NAME"] = name
    said = capsys.readouterr().out + json.dumps(check_backup(tmp_path / "backup"))
    assert "3 files are in" in said
    assert str(here.database["PASSWORD"]) not in said
