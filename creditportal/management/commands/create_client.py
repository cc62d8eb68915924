"""Register a partner that may use the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import SITE
from accounts.clients import create_client
from accounts.roles import Scope
from core.clock import now
from core.errors import DomainError


class Command(BaseCommand):
    help = "Register a machine client for the API and print its secret, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who the partner is")
        parser.add_argument("--id", default="", help="the client's id; a random one without it")
        parser.add_argument(
            "--scope", action="append", choices=[scope.value for scope in Scope], help="one or more; else all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [Scope(scope) for scope in options["scope"] or Scope]
        try:
            made = create_client(
                name=options["name"], scopes=scopes, client_id=options["id"], by=SITE, now=now()
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"id: {made.client_id}\nsecret: {made.secret}\nscopes: {' '.join(scopes)}")
