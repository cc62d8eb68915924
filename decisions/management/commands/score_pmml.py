"""Score rows with a PMML card."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.pmml import PmmlError, read_pmml, read_rows, score_rows
from decisions.files import read_file


class Command(BaseCommand):
    help = "Score a JSON list of rows with a PMML scorecard; prints one JSON object a row. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("card", type=Path, help="the PMML document")
        parser.add_argument(
            "rows", type=Path, help="a JSON list of objects by field; null or absent is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            card = read_pmml(read_file(options["card"]))
        except PmmlError as error:
            raise CommandError(f"{options['card']}: {error}") from error
        try:
            rows = read_rows(read_file(options["rows"]))
        except PmmlError as error:
            raise CommandError(f"{options['rows']}: {error}") from error
        for line in score_rows(card, rows):
            self.stdout.write(json.dumps(line, ensure_ascii=False))
