"""manage.py drain_outbox: do the work that is due in this process, without a broker."""

from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from outbox.draining import drain


class Command(BaseCommand):
    """Drain until nothing is due."""

    help = "Do all queued work that is due, in this process."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Drain once."""
        result = drain(clock=clock.now, budget_seconds=600)
        self.stdout.write(f"done {result.done}, failed {result.failed}")
