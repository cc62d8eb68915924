"""Asking a scoring engine over HTTP: one question, one key, a few tries, and never longer than said."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import structlog
from django.conf import settings

from core.remote import RemoteError, post
from decisions.engines import Engine, Question, ScoringError

_log = structlog.get_logger(__name__)
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
        try:
            status, body = post(
                self.url,
                question.to_dict(),
                token=self.token,
                timeout_seconds=self.timeout_seconds,
                key=question.key,
            )
        except RemoteError as error:
            if error.why == "TOO_LONG":
                raise ScoringError("UNREADABLE") from None
            raise _TryAgainError(error.why) from None
        if status in WORTH_ANOTHER_TRY:
            raise _TryAgainError("UNAVAILABLE")
        if status != 200:
            raise ScoringError("REFUSED")
        return _parse(body)


class _TryAgainError(Exception):
    """One try gave nothing; another may."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


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
