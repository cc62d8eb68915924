"""The processes behind a site, to be killed and started again at will."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from signal import SIGKILL, SIGTERM
from types import TracebackType
from typing import Self
from urllib.parse import quote

from django.db import connection

from audit.models import Event
from audit.verbs import Verb
from creditportal.embedded.places import CHECKOUT
from creditportal.embedded.processes import Process, kill_group, spawn, stop

WORKER = ["worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]


class Stack:
    """Named processes on the test's own database and broker, restarted when they end by themselves."""

    def __init__(self, *, broker: str, folder: Path, commands: dict[str, list[str]]) -> None:
        self._environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": broker}
        self._environment["AUDIT_CHECKPOINT_FILE"] = str(folder / "checkpoints.jsonl")
        self._folder = folder
        self._commands = commands
        self._processes: dict[str, Process] = {}
        self.kills = 0

    def __enter__(self) -> Self:
        for name in self._commands:
            self.start(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes.values():
            kill_group(process)

    def start(self, name: str) -> None:
        """Start a process of the stack."""
        self._processes[name] = spawn(
            [sys.executable, *self._commands[name]],
            cwd=CHECKOUT,
            env=self._environment,
            log=self._folder / f"{name}.log",
            dies_with_us=SIGKILL,
        )

    def kill(self, name: str) -> None:
        """End a process and all it started at once, as kill -9 or the end of a machine would."""
        kill_group(self._processes[name])
        self.kills += 1

    def stop(self, name: str) -> None:
        """End a process in good order."""
        stop(self._processes[name], by=SIGTERM)

    def supervise(self) -> None:
        """Start again what ended by itself, as any supervisor does."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                self.start(name)

    def wait_until(self, is_so: Callable[[], bool], *, within: float, what: str) -> None:
        """Wait for a condition, restarting what ends meanwhile; fail with the logs when it does not come."""
        deadline = time.monotonic() + within
        while not is_so():
            self.supervise()
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {within} s: {what}\n{self._logs()}")
            time.sleep(0.05)

    def _logs(self) -> str:
        logs = sorted(self._folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)


def site_processes(folder: Path) -> dict[str, list[str]]:
    """Dispatcher, worker and beat as a site runs them."""
    celery = ["-m", "celery", "-A", "tests.integration.fault_worker:app"]
    return {
        "dispatcher": ["manage.py", "run_dispatcher"],
        "worker": [*celery, *WORKER],
        "beat": [*celery, "beat", "--loglevel=WARNING", f"--schedule={folder / 'beat'}", "--pidfile="],
    }


def plain_processes() -> dict[str, list[str]]:
    """One worker of the plain application, with Celery's defaults."""
    return {"worker": ["-m", "celery", "-A", "tests.integration.fault_worker:plain", *WORKER]}


def database_url() -> str:
    """The address of the test database that this process uses."""
    chosen = connection.settings_dict
    user, password = quote(chosen["USER"]), quote(chosen["PASSWORD"], safe="")
    return f"postgresql://{user}:{password}@{chosen['HOST']}:{chosen['PORT']}/{chosen['NAME']}"


def count_marks() -> int:
    """Return how many effects there are."""
    return Event.objects.filter(verb=Verb.DECISION_MADE).count()


def count_lost_and_doubled(subjects: Iterable[str]) -> tuple[int, int]:
    """Return how many submissions have no effect, and how many have more than one."""
    marks = Counter(Event.objects.filter(verb=Verb.DECISION_MADE).values_list("subject", flat=True))
    found = [marks[subject] for subject in subjects]
    return found.count(0), sum(1 for number in found if number > 1)
