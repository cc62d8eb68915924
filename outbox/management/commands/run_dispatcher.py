"""manage.py run_dispatcher: the process that turns committed rows into the word "drain"."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core import clock
from outbox.dispatching import Dispatcher
from outbox.tasks import publish_drain


class Command(BaseCommand):
    """Run until a termination signal."""

    help = "Listen for queued work and tell the workers to drain it."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the dispatcher."""
        sweep = getattr(settings, "OUTBOX_SWEEP_SECONDS", 2.0)
        dispatcher = Dispatcher(publish=publish_drain, clock=clock.now, sweep_seconds=sweep)

        def end(_number: int, _frame: FrameType | None) -> None:
            dispatcher.stop()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        dispatcher.run()
