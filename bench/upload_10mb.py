"""Taking in a file of 10 MB, from its stream to the committed row, against writing and hashing it alone.

Ours also seals the file with its own key and looks at its first bytes. Both sides make a new file each
time and keep it: writing over an old one takes no fresh memory. The second figure is the memory that
each of several uploads at once takes at most.
"""

import hashlib
import itertools
import os
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import django

GOAL: Final = 1 / 0.55
SIZE: Final = 10_000_000
CHUNK: Final = 64 * 1024
AT_ONCE: Final = 8
MOST_BYTES: Final = 2 * 1024 * 1024
_HEAD: Final = bytes.fromhex("ffd8ffe000104a464946")
_serial = itertools.count(1)


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    django.setup()
    from django.conf import settings

    from bench._database import own_database

    with own_database("upload_10mb"), tempfile.TemporaryDirectory() as folder:
        settings.EVIDENCE_ROOT = Path(folder)
        return _measure(Path(folder))


def _measure(folder: Path) -> int:
    from bench._pairs import Comparison, compare, show
    from tests.factories.decisions import sample_applicant

    applicant = sample_applicant("li_na")

    def write_and_hash() -> float:
        started = time.process_time()
        digest = hashlib.sha256()
        with (folder / f"plain-{next(_serial)}").open("xb") as file:
            for chunk in stream():
                digest.update(chunk)
                file.write(chunk)
            os.fsync(file.fileno())
        return (time.process_time() - started) * 1000

    def ours() -> float:
        started = time.process_time()
        _take_in(applicant)
        return (time.process_time() - started) * 1000

    result = compare(name="upload_10mb", ours=ours, other=write_and_hash, unit="ms of CPU", goal=GOAL)
    failed = show(result, about=f"write and sha256 of {SIZE:,} bytes")
    most = _memory_each(applicant)
    ratio = most / MOST_BYTES
    memory = Comparison("upload_10mb_memory", most, MOST_BYTES, "bytes", ratio, 1.0, ratio <= 1, AT_ONCE)
    return failed | show(memory, about=f"the most that may be, each of {AT_ONCE} at once")


def _memory_each(applicant: Any) -> float:
    """The highest memory that several uploads hold together, by upload; all of them are half way at once."""
    meeting = threading.Barrier(AT_ONCE)
    _take_in(applicant)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    uploads = [threading.Thread(target=_take_in, args=(applicant, meeting)) for _ in range(AT_ONCE)]
    for upload in uploads:
        upload.start()
    for upload in uploads:
        upload.join()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (most - before) / AT_ONCE


def _take_in(applicant: Any, meeting: threading.Barrier | None = None) -> None:
    from django.db import connection

    from accounts.actors import SITE
    from core.clock import now
    from evidence.storing import store_document

    store_document(
        applicant=applicant, kind="V04", upload=stream(meeting), name="paper.jpg", declared_type="image/jpeg",
        by=SITE, now=now(),
    )  # fmt: skip
    if meeting is not None:
        connection.close()


def stream(meeting: threading.Barrier | None = None) -> Iterator[bytes]:
    """The chunks of a file that nobody sent before, each made when it is asked for."""
    yield _HEAD + next(_serial).to_bytes(8, "big")
    for place in range(SIZE // CHUNK):
        if meeting is not None and place == SIZE // CHUNK // 2:
            meeting.wait(60)
        yield place.to_bytes(8, "big") * (CHUNK // 8)


if __name__ == "__main__":
    sys.exit(main())
