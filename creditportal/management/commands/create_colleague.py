"""Open the account of a colleague: the first one of an installation, before anybody can do it on a page."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.actors import SITE
from accounts.opening import open_account
from accounts.roles import STAFF_ROLES, Role
from core.clock import now
from core.errors import DomainError


class Command(BaseCommand):
    help = 'Open the account of a colleague, who then sets a password through "Forgot your password?".'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="name shown to colleagues")
        parser.add_argument("--role", required=True, choices=sorted(role.value for role in STAFF_ROLES))
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            open_account(
                email=options["email"], password=None, role=Role(options["role"]),
                display_name=options["name"], language=options["language"], by=SITE, now=now(),
            )  # fmt: skip
        except (DomainError, ValidationError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The account is open.")
