"""Draft a policy version with the scorecard of a PMML card."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import SITE
from core.clock import now
from core.errors import DomainError
from decisions.files import explain_error, read_file, read_mapping_file
from decisions.pmml_exchange import import_card


class Command(BaseCommand):
    help = "Draft a policy version: the one in force with a scorecard read from a PMML card."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("card", type=Path, help="the PMML document")
        parser.add_argument("--scorecard", default="personal", help="which one it replaces")
        parser.add_argument("--version-name", required=True, metavar="NAME", help="such as 2026.2")
        parser.add_argument(
            "--mapping", type=Path, metavar="FILE",
            help="YAML: input, dimension, reason and changes by characteristic, where the card has none",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        mapping = read_mapping_file(options["mapping"])
        try:
            drafted = import_card(
                source=read_file(options["card"]), scorecard=options["scorecard"],
                version=options["version_name"], mapping=mapping, by=SITE, now=now(),
            )  # fmt: skip
        except DomainError as error:
            raise CommandError(f"{options['card']}: {explain_error(error)}") from error
        self.stdout.write(f"Policy {drafted.version} is a draft ({drafted.content_hash[:12]}).")
