"""Asking a service of others over HTTP: one try, never longer and never more than said."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import urlsplit

LARGEST_ANSWER: Final = 64 * 1024


class RemoteError(Exception):
    """There is no answer; `why` is TIMEOUT, UNREACHABLE or TOO_LONG."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def post(
    url: str, document: Mapping[str, Any], *, token: str, timeout_seconds: float, key: str = ""
) -> tuple[int, bytes]:
    """Status and body that the service answers to this JSON document; RemoteError when there is no answer."""
    deadline = time.monotonic() + timeout_seconds
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
    body = json.dumps(document, ensure_ascii=False, default=str).encode()
    try:
        connection.connect()
        with _until(deadline, connection.sock):
            connection.request("POST", parts.path or "/", body, _headers(token, key))
            response = connection.getresponse()
            answer = response.status, _read(response)
    except (OSError, http.client.HTTPException) as error:
        is_late = isinstance(error, TimeoutError) or time.monotonic() >= deadline
        raise RemoteError("TIMEOUT" if is_late else "UNREACHABLE") from None
    finally:
        connection.close()
    if time.monotonic() >= deadline:  # what came is perhaps not all
        raise RemoteError("TIMEOUT")
    return answer


@contextmanager
def _until(deadline: float, line: socket.socket) -> Iterator[None]:
    """End the connection at the deadline, however little and often the other side sends."""

    def end() -> None:
        with suppress(OSError):  # it has ended by itself
            line.shutdown(socket.SHUT_RDWR)

    guard = threading.Timer(deadline - time.monotonic(), end)
    guard.daemon = True
    guard.start()
    try:
        yield
    finally:
        guard.cancel()


def _headers(token: str, key: str) -> dict[str, str]:
    asked = {"Authorization": f"Bearer {token}" if token else "", "Idempotency-Key": key}
    return {"Content-Type": "application/json", **{name: value for name, value in asked.items() if value}}


def _read(response: http.client.HTTPResponse) -> bytes:
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise RemoteError("TOO_LONG")
    if response.length:  # said, and did not come
        raise http.client.IncompleteRead(body, response.length)
    return body
