"""Starting, recognising and stopping our own processes, and none of anybody else's."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from creditportal.embedded.places import Account

Process = subprocess.Popen[bytes]

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT_BYTES = 5_000_000


def spawn(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path | None,
    dies_with_us: signal.Signals,
    account: Account | None = None,
    stdin: int | None = subprocess.DEVNULL,
) -> Process:
    """Start a process in a session of its own; it gets the signal when this one dies, however it dies."""
    as_other: dict[str, Any] = {}
    if account is not None:
        as_other = {"user": account.uid, "group": account.gid, "extra_groups": []}
    with open_log(log) if log else contextlib.nullcontext() as output:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(dies_with_us),  # noqa: PLW1509 - it calls the kernel and nothing else
            **as_other,
        )


def open_log(path: Path) -> IO[bytes]:
    """Open a log to append to; one that has grown too long starts anew."""
    is_long = path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES
    return path.open("wb" if is_long else "ab")


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child calls to get this signal when its parent dies; None where the kernel cannot do that."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask_for_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return ask_for_signal


def stop(process: Process, *, by: signal.Signals = signal.SIGTERM, patience: float = 20) -> None:
    """Ask a process to end, and end it and its whole group when it does not listen."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process)


def kill_group(process: Process) -> None:
    """End at once what is left of a process and of those that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_leftover(pid: int, *, folder: Path, by: signal.Signals, patience: float = 30) -> None:
    """End a server that an earlier run left behind, if this process id is still that server's."""
    if not _works_in(pid, folder):
        return
    os.kill(pid, by)
    deadline = time.monotonic() + patience
    while _works_in(pid, folder):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _works_in(pid: int, folder: Path) -> bool:
    """Whether this process lives and has the folder as its own; a reused process id has not."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def free_port(preferred: int | None = None) -> int:
    """A free port of the loopback address, the preferred one if it is free."""
    if preferred is not None and _is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def plain_environment() -> dict[str, str]:
    """The few variables that a server needs, and nothing of the person's own."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
