"""`manage.py restore DIR`: puts a backup back into an empty database and empty folders."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from creditportal.backups import BackupError, Site, restore_backup


def this_site() -> Site:
    """The database and folders of this installation."""
    database, papers, copy = (
        settings.DATABASES["default"],
        settings.EVIDENCE_ROOT,
        settings.AUDIT_CHECKPOINT_FILE,
    )
    # What the environment names comes as a kind of path of its own.
    return Site(database, Path(str(papers)), Path(str(copy)))


class Command(BaseCommand):
    """Puts everything back; whatever is there already stays as it is, and nothing is done."""

    help = "Put a backup back into an empty database and empty folders, once every checksum agrees."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder of the backup."""
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Put it back, and say what to run next."""
        try:
            count = restore_backup(folder=options["folder"], site=this_site())
        except BackupError as error:
            raise CommandError(str(error)) from error
        following = "migrate, secure_database, verify_audit, replay --all"
        self.stdout.write(f"{count} files are back. Now run {following}.")
