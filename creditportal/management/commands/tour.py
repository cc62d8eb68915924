"""Walk through the whole loop of a running site over HTTP."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from creditportal.demo import CLIENT_ID, CLIENT_SECRET, PASSWORD
from creditportal.tour.stops import StopError
from creditportal.tour.walk import Site, walk


class Command(BaseCommand):
    help = "Walk through the whole loop of a running sample site; ends at the first stop that does not hold."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", required=True, help="where the site answers")
        parser.add_argument("--mail", required=True, type=Path, help="folder of the mail catcher")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site(
            url=options["url"].rstrip("/"),
            password=PASSWORD,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            mail=options["mail"],
        )
        try:
            walk(site, today=now().date(), say=self.stdout.write)
        except StopError as error:
            raise CommandError(f"The tour ends here: {error}") from error
        self.stdout.write("\nEvery stop held.")
