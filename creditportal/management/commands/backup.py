"""`manage.py backup DIR`: copies the database, the papers and the checkpoints into a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from creditportal.backups import BackupError, make_backup
from creditportal.management.commands.restore import this_site


class Command(BaseCommand):
    """Copies all that the site holds but its keys."""

    help = "Copy database, evidence files and checkpoints into a new folder, with checksums; no keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """The new folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Copy, and say how much."""
        try:
            count = make_backup(folder=options["folder"], site=this_site(), now=now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} files are in {options['folder']}. The keys are not: keep them elsewhere.")
