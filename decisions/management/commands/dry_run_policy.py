"""Show who would change from what to what under a policy version; nothing changes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import SITE
from core.clock import now
from core.errors import DomainError
from decisions.dry_run_showing import shown_counts, write_csv, write_table
from decisions.files import check_writable, write_file
from decisions.models import Market, PolicyVersion


class Command(BaseCommand):
    help = "Assess the whole book under a policy version and compare it with the version in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", help="the version to try, such as 2026.2; a draft will do")
        parser.add_argument("--market", choices=Market.values, help="another market condition than today's")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="write the counts as CSV")
        parser.add_argument("--svg", type=Path, metavar="FILE", help="write the matrix as a picture")
        parser.add_argument("--language", choices=["en", "zh-hans"], default="en", help="of the picture")

    def handle(self, *args: Any, **options: Any) -> None:
        # numpy is loaded by the commands that need it.
        from decisions.dry_run import dry_run
        from decisions.dry_run_svg import draw_matrix

        version = PolicyVersion.objects.filter(version=options["version"]).first()
        if version is None:
            known = ", ".join(PolicyVersion.objects.values_list("version", flat=True))
            raise CommandError(f"there is no policy version {options['version']}; there are: {known}")
        check_writable(options["csv"], options["svg"])
        try:
            made = dry_run(version=version, market=options["market"], by=SITE, now=now(), say=self._say)
        except DomainError as error:
            raise CommandError(str(error)) from error
        shown = shown_counts(made.counts)
        self.stdout.write(
            f"{made.policy} ({made.market}) against {made.base} ({made.base_market}): "
            f"{shown['changed']:,} of {shown['people']:,} people would have another result\n\n"
        )
        self.stdout.write(write_table(made.counts))
        if options["csv"]:
            write_file(options["csv"], write_csv(made.counts))
        if options["svg"]:
            write_file(options["svg"], draw_matrix(made, language=options["language"]))

    def _say(self, done: int, steps: int) -> None:
        self.stderr.write(f"{done} of {steps} parts of the book assessed")
