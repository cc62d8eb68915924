"""Fit a draft scorecard on a table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessment.pmml import write_pmml
from core.errors import DomainError
from decisions.files import check_writable, explain_error, read_mapping_file, write_file
from decisions.fitting_inputs import check_inputs, place_of
from decisions.fitting_table import FitError, read_fit_table, read_names


class Command(BaseCommand):
    help = (
        "Fit a draft scorecard on a CSV table, monotone and in whole points; needs optbinning, no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path, help="CSV of numbers with names in the first line")
        parser.add_argument(
            "--target", required=True, metavar="COLUMN", help="1 for what must not happen, else 0"
        )
        parser.add_argument("--leave-out", nargs="*", default=[], metavar="COLUMN", help="columns not to use")
        parser.add_argument("--jurisdiction", default="CN", help="whose prohibited inputs are refused")
        parser.add_argument(
            "--mapping", type=Path, metavar="FILE", help="YAML: dimension, reason and changes by column"
        )
        parser.add_argument("--output", type=Path, metavar="FILE", default=Path("scorecard.pmml"))
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the report as Markdown")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="write the picture as SVG")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._fit(options)
        except FitError as error:
            raise CommandError(str(error)) from error
        except DomainError as error:
            raise CommandError(explain_error(error)) from error

    def _fit(self, options: dict[str, Any]) -> None:
        # numpy is loaded by the commands that need it.
        from decisions.fitting import fit, load_library, to_card
        from decisions.fitting_report import draw_scores, write_report

        check_writable(options["output"], options["report"], options["plot"])
        load_library("optbinning")
        table, target, left_out = options["table"], options["target"], options["leave_out"]
        used = [name for name in read_names(table) if name not in (target, *left_out)]
        check_inputs(used, jurisdiction=options["jurisdiction"], profiles=_catalogue("jurisdictions"))
        known = _catalogue("policy")["scorecards"]["personal"]["characteristics"]
        mapping = read_mapping_file(options["mapping"])
        places = {name: place_of(name, mapping=mapping, known=known) for name in used}
        fitted = fit(read_fit_table(table, target=target, leave_out=left_out), places)
        write_file(options["output"], write_pmml(to_card(fitted, name=table.stem, target=target)))
        plot = options["plot"]
        report = write_report(fitted, table=table.name, target=target, plot=plot.name if plot else None)
        if plot:
            write_file(plot, draw_scores(fitted))
        if options["report"]:
            write_file(options["report"], f"# Fitted scorecard\n\n{report}")
        self.stdout.write(report)
        self.stdout.write(f"Draft scorecard: {options['output']}")


def _catalogue(name: str) -> Any:
    return yaml.safe_load((settings.BASE_DIR / "catalogue" / f"{name}.yaml").read_text(encoding="utf-8"))
