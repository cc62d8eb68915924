"""Load every catalogue and the policy; the same content again changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from core.errors import DomainError
from creditportal.catalogues import FOLDER, load_catalogues


class Command(BaseCommand):
    help = "Load every catalogue and the policy; a bad file loads nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the YAML files are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalogues, policy = load_catalogues(folder=options["folder"], now=now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        for catalogue in catalogues:
            self.stdout.write(f"{catalogue.name:<16} {catalogue.content_hash[:12]}")
        self.stdout.write(f"{'policy ' + policy.version:<16} {policy.content_hash[:12]}")
