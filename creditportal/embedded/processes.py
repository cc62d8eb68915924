"""Starting, recognising and stopping our own processes, and none of anybody else's."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from creditportal.embedded.places import Account

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT_BYTES = 5_000_000


def spawn(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    log: Path,
    env: dict[str, str],
    death_signal: signal.Signals,
    account: Account | None = None,
    stdin: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own; it gets the signal when this one dies, however it dies."""
    with _open_log(log) as output:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_signal_on_parent_death(death_signal),  # noqa: PLW1509 - no threads here
        )


def _open_log(log: Path) -> "contextlib.AbstractContextManager[int]":
    too_long = log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES
    return _closing(
        os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0), 0o600)
    )


@contextlib.contextmanager
def _closing(descriptor: int) -> "contextlib.Generator[int]":
    try:
        yield descriptor
    finally:
        os.close(descriptor)
