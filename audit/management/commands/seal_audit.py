"""manage.py seal_audit: seal the settled events now."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.sealing import seal
from core import clock


class Command(BaseCommand):
    """Seal once; beat does the same every few seconds."""

    help = "Seal settled audit events into a signed checkpoint."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Seal and report."""
        self.stdout.write(f"{seal(now=clock.now())} events sealed")
