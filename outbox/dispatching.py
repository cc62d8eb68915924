"""The process between database and broker: it listens, sweeps, and says "drain"."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from django.db import DatabaseError, connection

from outbox.claiming import has_due_work
from outbox.heartbeat import INTERVAL_SECONDS, send_heartbeat
from outbox.queueing import CHANNEL

COALESCE_SECONDS: Final = 0.005
BURST: Final = 4
"""So many words are said at once; after them one in each COALESCE_SECONDS, however much comes."""
RECONNECT_SECONDS: Final = 1.0
_log = structlog.get_logger(__name__)


class Dispatcher:
    """Publishes one word whenever work is due; it carries nothing and may be killed at any moment."""

    def __init__(
        self, *, publish: Callable[[], None], clock: Callable[[], datetime], sweep_seconds: float
    ) -> None:
        self._publish = publish
        self._clock = clock
        self._sweep_seconds = sweep_seconds
        self._stop = threading.Event()
        self._next_heartbeat = 0.0
        self._spared, self._said_at = float(BURST), 0.0

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stop.set()

    def run(self) -> None:
        """Listen and sweep until stopped, through any loss of the database or the broker."""
        while not self._stop.is_set():
            try:
                self._listen()
                while not self._stop.is_set():
                    self.turn()
            except DatabaseError as error:
                _log.warning("dispatcher_database_lost", error=type(error).__name__)
                self._stop.wait(RECONNECT_SECONDS)
            finally:
                connection.close()

    def turn(self) -> bool:
        """Wait for a notification or the next sweep, publish when work is due; return whether it did."""
        self._beat()
        if not self._is_notified() and not has_due_work(now=self._clock()):
            return False
        self._say_drain()
        self._rest()
        return True

    def _rest(self) -> None:
        """Let many notifications become one word; whoever comes alone does not wait for it."""
        moment = time.monotonic()
        self._spared = min(BURST, self._spared + (moment - self._said_at) / COALESCE_SECONDS)
        self._said_at = moment
        if self._spared >= 1:
            self._spared -= 1
        else:
            self._stop.wait(COALESCE_SECONDS)
            self._spared, self._said_at = 0.0, time.monotonic()

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self._say_drain()

    def _is_notified(self) -> bool:
        """Wait at most one sweep for a notification, then take all others that are already here."""
        with connection.wrap_database_errors:
            wire = connection.connection
            heard = list(wire.notifies(timeout=self._sweep_seconds, stop_after=1))
            heard += wire.notifies(timeout=0)
        return bool(heard)

    def _beat(self) -> None:
        if time.monotonic() >= self._next_heartbeat:
            self._next_heartbeat = time.monotonic() + INTERVAL_SECONDS
            send_heartbeat(now=self._clock())

    def _say_drain(self) -> None:
        """Publish; a broken broker costs a log line, the next sweep says it again."""
        try:
            self._publish()
        except Exception as error:  # noqa: BLE001 - any client error means the same: not said
            _log.warning("dispatcher_broker_lost", error=type(error).__name__)
