"""Asking a scoring engine over HTTP: one question, one key, a few tries, and never longer than said."""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from decisions.engines import Engine, Question, ScoringError

_log = structlog.get_logger(__name__)
LARGEST_ANSWER: Final = 64 * 1024
WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True)
class RemoteEngine:
    """An engine behind an address; every try of one question carries the same idempotency key."""

    name: str
    url: str
    token: str = field(default="", repr=False)
    timeout_seconds: float = 3.0
    tries: int = 3
    pause: Callable[[float], None] = time.sleep

    def ask(self, question: Question) -> Mapping[str, Any]:
        """The answer as JSON; ScoringError says why there is none."""
        why = "UNREACHABLE"
        for attempt in range(self.tries):
            if attempt:
                self.pause(PAUSE_SECONDS * attempt)
            try:
                return self._try(question)
            except _TryAgainError as error:
                why = error.why
                _log.warning("scoring_engine_failed", engine=self.name, why=why, attempt=attempt + 1)
        raise ScoringError(why)

    def _try(self, question: Question) -> Mapping[str, Any]:
        deadline = time.monotonic() + self.timeout_seconds
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout_seconds)
        try:
            connection.request("POST", parts.path or "/", self._body(question), self._headers(question))
            response = connection.getresponse()
            body = _read(response, connection, deadline)
        except TimeoutError:
            raise _TryAgainError("TIMEOUT") from None
        except (OSError, http.client.HTTPException):
            raise _TryAgainError("UNREACHABLE") from None
        finally:
            connection.close()
        if response.status in WORTH_ANOTHER_TRY:
            raise _TryAgainError("UNAVAILABLE")
        if response.status != 200:
            raise ScoringError("REFUSED")
        return _parse(body)

    def _body(self, question: Question) -> bytes:
        return json.dumps(question.to_dict(), ensure_ascii=False, default=str).encode()

    def _headers(self, question: Question) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": question.key}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers


class _TryAgainError(Exception):
    """One try gave nothing; another may."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def _read(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
) -> bytes:
    """The whole body, in small parts, so that a slow sender cannot hold us beyond the deadline."""
    body = b""
    while part := response.read1(4096):
        body += part
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if len(body) > LARGEST_ANSWER:
            raise ScoringError("UNREADABLE")
        if connection.sock is not None:
            connection.sock.settimeout(left)
    return body


def _parse(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ScoringError("UNREADABLE") from None
    if not isinstance(document, dict):
        raise ScoringError("UNREADABLE")
    return document


def _refuse_constant(_name: str) -> float:
    raise ScoringError("NO_NUMBER")


def get_engine() -> Engine | None:
    """The engine that the settings name; None where our own scores."""
    if not settings.SCORING_ENGINE_URL:
        return None
    return _engine(
        settings.SCORING_ENGINE_NAME, settings.SCORING_ENGINE_URL, settings.SCORING_ENGINE_TOKEN,
        settings.SCORING_ENGINE_TIMEOUT_SECONDS, settings.SCORING_ENGINE_TRIES,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _engine(name: str, url: str, token: str, timeout_seconds: float, tries: int) -> RemoteEngine:
    return RemoteEngine(name, url, token, timeout_seconds, tries)
