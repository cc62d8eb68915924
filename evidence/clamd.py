"""A small client of the ClamAV daemon: one question per file, and no answer is never a clean answer."""

import socket
import struct
from contextlib import closing
from typing import IO, Final
from urllib.parse import urlsplit

_CHUNK: Final = 64 * 1024
_SECONDS: Final = 60
_ANSWER_BYTES: Final = 4096


class ScannerError(Exception):
    """The scanner could not be asked or did not answer clearly; the file stays unchecked."""


def is_infected(*, file: IO[bytes], url: str) -> bool:
    """Whether the daemon at `tcp://host:port` or `unix:///path` finds a virus in the file."""
    try:
        with closing(_connect(url)) as connection:
            connection.settimeout(_SECONDS)
            _send(connection, file)
            answer = _receive(connection)
    except OSError as error:
        raise ScannerError("no connection") from error
    if answer == "stream: OK":
        return False
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return True
    raise ScannerError("unclear answer")


def _connect(url: str) -> socket.socket:
    where = urlsplit(url)
    if where.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        connection.connect(where.path)
        return connection
    if where.scheme == "tcp" and where.hostname and where.port:
        return socket.create_connection((where.hostname, where.port), timeout=_SECONDS)
    raise ScannerError("the address must be tcp://host:port or unix:///path")


def _send(connection: socket.socket, file: IO[bytes]) -> None:
    connection.sendall(b"zINSTREAM\0")
    file.seek(0)
    while chunk := file.read(_CHUNK):
        connection.sendall(struct.pack("!L", len(chunk)) + chunk)
    connection.sendall(struct.pack("!L", 0))


def _receive(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES:
        piece = connection.recv(_ANSWER_BYTES)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace")
