"""Make a draft of the policy from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from core.errors import DomainError
from decisions.files import explain_error, read_file
from decisions.policy_acting import get_colleague
from decisions.policy_drafting import draft_from_text


class Command(BaseCommand):
    help = "Store a draft of a policy from a YAML file; a bad file is refused with line, path and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the policy as YAML")
        parser.add_argument("--as", required=True, dest="email", help="e-mail address of the policy manager")
        parser.add_argument("--note", default="", help="why this version; colleagues read it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = read_file(options["file"]).decode()
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['file']}: no UTF-8 text at byte {error.start}") from error
        try:
            by = get_colleague(options["email"])
            row = draft_from_text(text=text, note=options["note"], by=by, now=now())
        except DomainError as error:
            raise CommandError(explain_error(error)) from error
        self.stdout.write(f"policy {row.version} is a draft, {row.content_hash}")
