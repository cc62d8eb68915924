"""The copy of the checkpoints outside the database: one JSON line each, only ever appended."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from audit.models import Checkpoint


class BrokenLineError(Exception):
    """A line of the outside file cannot be read; `number` counts from one."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Line:
    """One checkpoint as it stands outside."""

    size: int
    root: str
    at: str
    key_id: str
    signature: str

    @property
    def instant(self) -> datetime:
        """Return when the checkpoint was made."""
        return datetime.fromisoformat(self.at)


def read_lines() -> Iterator[Line]:
    """Yield the checkpoints of the outside file; a broken line raises with its number."""
    path = _path()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            try:
                yield Line(**json.loads(text))
            except (ValueError, TypeError) as error:
                raise BrokenLineError(number) from error


def export_checkpoints() -> int:
    """Append every checkpoint that is not outside yet, and make sure it is on disk."""
    written = _last_size()
    missing = list(Checkpoint.objects.filter(size__gt=written).order_by("size"))
    if not missing:
        return 0
    text = "".join(json.dumps(asdict(as_line(row)), sort_keys=True) + "\n" for row in missing)
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return len(missing)


def as_line(row: Checkpoint) -> Line:
    """Return a stored checkpoint in its outside form."""
    return Line(
        size=row.size, root=bytes(row.root).hex(), at=row.at.isoformat(), key_id=row.key_id,
        signature=bytes(row.signature).hex(),
    )  # fmt: skip


def _last_size() -> int:
    """Return the size of the last whole line, reading only the file's end."""
    path = _path()
    if not path.exists():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        lines = [line for line in file.read().splitlines() if line.strip()]
    return int(json.loads(lines[-1])["size"]) if lines else 0


def _path() -> Path:
    return Path(settings.AUDIT_CHECKPOINT_FILE)
