"""`manage.py secure_database`: gives the site's database role its rights; run it after each migration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection

from creditportal.database_rights import restrict_role


class Command(BaseCommand):
    help = "Give the site's database role its rights: it may not alter what is append-only."

    def handle(self, *args: Any, **options: Any) -> None:
        role = settings.RUNTIME_DATABASE_ROLE
        try:
            count = restrict_role(connection=connection, role=role)
        except ProgrammingError as error:
            raise CommandError(f"{str(error).strip()} (run it as the owner of the database)") from error
        self.stdout.write(f"{role} may write everywhere, but not alter or delete in {count} tables.")
