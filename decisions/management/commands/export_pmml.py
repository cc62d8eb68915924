"""Write a scorecard of a policy version as PMML."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from decisions.files import explain_error, write_file
from decisions.pmml_exchange import export_card
from decisions.policy_lifecycle import get_policy_version


class Command(BaseCommand):
    help = "Write one scorecard of a policy version as a PMML 4.4 document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", help="the policy version, such as 2026.1; a draft will do")
        parser.add_argument("scorecard", help="personal or enterprise")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write here and not to the terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = export_card(
                policy_version=get_policy_version(options["version"]), scorecard=options["scorecard"]
            )
        except DomainError as error:
            raise CommandError(explain_error(error)) from error
        if options["output"] is None:
            self.stdout.write(text, ending="")
        else:
            write_file(options["output"], text)
