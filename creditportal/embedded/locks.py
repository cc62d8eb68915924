"""File locks: the kernel lets go of them when a process ends, however it ends."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """A lock on one file, taken shared by many or exclusively by one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def share(self) -> None:
        """Hold the lock together with others; waits while somebody holds it alone."""
        fcntl.flock(self._open(), fcntl.LOCK_SH)

    def try_share(self) -> bool:
        """Hold the lock together with others, unless somebody holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def take(self) -> None:
        """Hold the lock alone; waits until everybody else let go."""
        fcntl.flock(self._open(), fcntl.LOCK_EX)

    def try_take(self) -> bool:
        """Hold the lock alone, unless anybody else holds it."""
        return self._try(fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._descriptor

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._open(), operation | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True
