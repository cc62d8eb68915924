"""Making the safe copy of a file in a process of its own, with limits on memory, time and output."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from evidence import vault
from evidence.cleaning import EXIT_PASSWORD, MAX_OUTPUT
from evidence.problems import FailedError, PasswordError
from evidence.sniffing import HEIC, JPEG, OPAQUE, PDF, PNG, XML

WALL_SECONDS: Final = 10
_PROGRAM: Final = str(Path(__file__).with_name("cleaning.py"))
_TASKS: Final = {PDF: "pdf", JPEG: "jpeg", PNG: "png", HEIC: "heic", XML: "xml"}
_BECOMES: Final = {PDF: PDF, JPEG: JPEG, PNG: PNG, HEIC: JPEG}


def make_safe_copy(*, source: IO[bytes], media_type: str) -> tuple[IO[bytes], str] | None:
    """The clean copy and its type, None for an opaque file; PasswordError or FailedError if it fails."""
    task = _TASKS.get(media_type)
    if task is None:
        return None
    output = run_task(task=task, source=source)
    if media_type in OPAQUE:
        output.close()
        return None
    if not 0 < os.fstat(output.fileno()).st_size <= MAX_OUTPUT:
        output.close()
        raise FailedError
    return output, _BECOMES[media_type]


def check_unlocked(source: IO[bytes]) -> None:
    """Raise PasswordError when a PDF needs a password; any other trouble is left to the full check."""
    try:
        run_task(task="pdf-check", source=source).close()
    except FailedError:
        return


def draw(*, source: IO[bytes], media_type: str) -> list[bytes]:
    """The pages of a checked file as JPEGs, drawn in the limited process; nothing for what has no pages."""
    task = {PDF: "pages", JPEG: "picture", PNG: "picture"}.get(media_type)
    if task is None:
        return []
    with run_task(task=task, source=source) as output:
        return list(_read_pages(output))


def _read_pages(output: IO[bytes]) -> Iterator[bytes]:
    while head := output.read(4):
        page = output.read(int.from_bytes(head, "big"))
        if len(head) < 4 or not page.startswith(b"\xff\xd8"):
            raise FailedError
        yield page


def run_task(*, task: str, source: IO[bytes]) -> IO[bytes]:
    """Run the cleaning program over the source and give what it wrote, ready to be read."""
    output = _anonymous_file()
    with _anonymous_file() as plain:
        source.seek(0)
        while chunk := source.read(vault.CHUNK):
            plain.write(chunk)
        plain.flush()
        plain.seek(0)
        code = _run(task, plain, output)
    if code != 0:
        output.close()
        raise PasswordError if code == EXIT_PASSWORD else FailedError
    output.seek(0)
    return output


def _run(task: str, plain: IO[bytes], output: IO[bytes]) -> int:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, a fixed list of arguments
            [sys.executable, "-I", _PROGRAM, task],
            stdin=plain, stdout=output, stderr=subprocess.DEVNULL,
            env={}, cwd="/", timeout=WALL_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return -1
    return done.returncode


def _anonymous_file() -> IO[bytes]:
    # Memory without a name where the system has it: plain content never touches the disk.
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("evidence"), "w+b")
    return tempfile.TemporaryFile(dir=vault.root())
