"""The keeper: one process per home that runs its servers for as long as any command uses them.

A user is whoever holds the lock `users` together with others. The keeper ends when it gets that lock alone,
which the kernel grants once the last user let go or died.
"""

import argparse
import contextlib
import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from creditportal.embedded.locks import FileLock
from creditportal.embedded.places import EmbeddedError, Home
from creditportal.embedded.postgres import Postgres
from creditportal.embedded.redis import Redis

_POLL_SECONDS = 0.1
_RESTART_PAUSE_SECONDS = 1.0


class Server(Protocol):
    """What the keeper needs to know about a server."""

    port: int

    def start(self, *, preferred_port: int | None = None) -> None:
        """Start and wait until it answers."""

    def stop(self) -> None:
        """End in good order."""

    def is_running(self) -> bool:
        """Whether it lives."""


class Keeper:
    """Runs the servers of one home."""

    def __init__(self, home: Home, servers: dict[str, Server]) -> None:
        self.home = home
        self.servers = servers
        self.is_asked_to_end = False

    def run(self) -> None:
        """Run the servers until nobody uses them; another keeper of the same home makes this one leave."""
        mine, users = FileLock(self.home.root / "keeper.lock"), FileLock(self.home.root / "users.lock")
        if not mine.try_take():
            return
        signal.signal(signal.SIGTERM, self._ask_to_end)
        try:
            self._start_all()
            while not self.is_asked_to_end and not users.try_take():
                self._restart_dead()
                time.sleep(_POLL_SECONDS)
        finally:
            ready_file(self.home).unlink(missing_ok=True)
            for server in self.servers.values():
                server.stop()
            # In this order: whoever then shares `users` must find the keeper's place free.
            mine.release()
            users.release()

    def _ask_to_end(self, *_: object) -> None:
        self.is_asked_to_end = True

    def _start_all(self) -> None:
        remembered = _read_ports(self.home)
        for name, server in self.servers.items():
            server.start(preferred_port=remembered.get(name))
        ports = {**remembered, **{name: server.port for name, server in self.servers.items()}}
        _write_json(self.home.root / "ports.json", ports)
        _write_json(ready_file(self.home), {name: server.port for name, server in self.servers.items()})

    def _restart_dead(self) -> None:
        for server in self.servers.values():
            if not server.is_running():
                time.sleep(_RESTART_PAUSE_SECONDS)
                with contextlib.suppress(EmbeddedError):
                    server.start(preferred_port=server.port)


def ready_file(home: Home) -> Path:
    """The file that exists while the servers answer; it holds their ports."""
    return home.root / "ready.json"


def _read_ports(home: Home) -> dict[str, int]:
    try:
        ports: dict[str, int] = json.loads((home.root / "ports.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return ports


def _write_json(path: Path, value: dict[str, int]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(value))
    draft.rename(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Keep the servers that were asked for."""
    parser = argparse.ArgumentParser(description="Runs the servers of one home.")
    parser.add_argument("root", type=Path)
    parser.add_argument("servers", nargs="+", choices=["postgres", "redis"])
    parser.add_argument("--throwaway", action="store_true")
    options = parser.parse_args(arguments)
    home = Home(options.root)
    makers: dict[str, Server] = {
        "postgres": Postgres(home, durable=not options.throwaway),
        "redis": Redis(home),
    }
    Keeper(home, {name: makers[name] for name in options.servers}).run()


if __name__ == "__main__":
    main()
