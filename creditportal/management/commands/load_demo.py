"""Load the sample site: accounts, persons in their situations, and rows of the public table."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from core.errors import DomainError
from creditportal.demo import CLIENT_ID, CLIENT_SECRET, PASSWORD, load_demo
from decisions.policies import PolicyChangedError

_EARLIER = "This sample site was made by an earlier version: delete its folder var/demo and start again."


class Command(BaseCommand):
    help = "Load catalogues, policy, sample persons, colleagues, a partner and rows of the public table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=2000, help="people of the public table, 0 for none")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("sample data belongs into a demo: set DEMO=true")
        try:
            accounts = load_demo(rows=options["rows"], now=now(), say=self.stdout.write)
        except PolicyChangedError as error:
            raise CommandError(f"{error} {_EARLIER}") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        for account in accounts:
            self.stdout.write(f"{account.email:<28} {account.about}")
        self.stdout.write(f"password of each account: {PASSWORD}")
        self.stdout.write(f"API client: {CLIENT_ID}, secret: {CLIENT_SECRET}")
