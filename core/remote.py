"""Asking a service of others over HTTP: one try, never longer and never more than said."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

LARGEST_ANSWER: Final = 64 * 1024
_PART: Final = 4096


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
        connection.request("POST", parts.path or "/", body, _headers(token, key))
        response = connection.getresponse()
        return response.status, _read(response, connection, deadline)
    except TimeoutError:
        raise RemoteError("TIMEOUT") from None
    except (OSError, http.client.HTTPException):
        raise RemoteError("UNREACHABLE") from None
    finally:
        connection.close()


def _headers(token: str, key: str) -> dict[str, str]:
    asked = {"Authorization": f"Bearer {token}" if token else "", "Idempotency-Key": key}
    return {"Content-Type": "application/json", **{name: value for name, value in asked.items() if value}}


def _read(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
) -> bytes:
    """The whole body, in small parts, so that a slow sender cannot hold us beyond the deadline."""
    body = b""
    while part := response.read1(_PART):
        body += part
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if len(body) > LARGEST_ANSWER:
            raise RemoteError("TOO_LONG")
        if connection.sock is not None:
            connection.sock.settimeout(left)
    return body
