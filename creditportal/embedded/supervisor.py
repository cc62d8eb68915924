"""Runs the processes of the site: starts them, starts those again that died, and ends every one of them."""

import contextlib
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from creditportal.embedded.places import CHECKOUT
from creditportal.embedded.processes import Process, kill_group, spawn, stop

_LONGEST_PAUSE_SECONDS = 10.0
_STEADY_SECONDS = 60.0


@dataclass
class Child:
    """One process to keep alive, and when it may be started next."""

    name: str
    command: Sequence[str | Path]
    process: Process | None = None
    started_at: float = 0
    next_at: float = 0
    pause: float = field(default=0.5)


class Supervisor:
    """Keeps its children alive until it is told to end."""

    def __init__(
        self, *, env: Mapping[str, str], logs: Path, tell: Callable[[str], None], clock: Callable[[], float]
    ) -> None:
        self.children: list[Child] = []
        self._env = env
        self._logs = logs
        self._tell = tell
        self._clock = clock
        logs.mkdir(mode=0o700, exist_ok=True)

    def add(self, name: str, command: Sequence[str | Path]) -> None:
        """Start one more process and keep it alive."""
        child = Child(name, command)
        self.children.append(child)
        self._start(child)

    def look_after(self) -> None:
        """Start again those that died; one that dies at once again waits longer each time."""
        for child in self.children:
            if child.process is None:
                if self._clock() >= child.next_at:
                    self._start(child)
            elif child.process.poll() is not None:
                self._bury(child)

    def stop_all(self) -> None:
        """Ask all of them to end, wait, and end what is left of their groups."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 20
        for process in running:
            stop(process, patience=max(0.1, deadline - time.monotonic()))

    def _start(self, child: Child) -> None:
        child.started_at = self._clock()
        child.process = spawn(
            child.command,
            cwd=CHECKOUT,
            env=self._env,
            log=self._logs / f"{child.name}.log",
            dies_with_us=signal.SIGTERM,
        )

    def _bury(self, child: Child) -> None:
        assert child.process is not None
        kill_group(child.process)
        was_steady = self._clock() - child.started_at > _STEADY_SECONDS
        child.pause = 0.5 if was_steady else min(child.pause * 2, _LONGEST_PAUSE_SECONDS)
        child.next_at = self._clock() + child.pause
        log = self._logs / f"{child.name}.log"
        self._tell(f"{child.name} ended ({child.process.returncode}) and starts again; see {log}")
        child.process = None
