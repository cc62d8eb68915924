"""`manage.py prepare_database`: everything a database needs before the site starts on it, in one go."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, make the cache table and give the site's database role its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("migrate", "createcachetable", "secure_database"):
            call_command(name, verbosity=options["verbosity"], stdout=self.stdout)
