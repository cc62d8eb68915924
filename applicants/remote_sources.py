"""Asking about a record over HTTP: one try, never longer than said; no answer is silence."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

import structlog
from django.conf import settings

from applicants.models import SourceReply
from applicants.record_sources import Question, RecordSource, Reply, Sandbox
from core.remote import RemoteError, post

_log = structlog.get_logger(__name__)
_ANSWERS: Final = {"confirmed": SourceReply.CONFIRMED, "corrected": SourceReply.CORRECTED}


class _SilentError(Exception):
    """There is no answer, and why."""


@dataclass(frozen=True)
class RemoteSources:
    """A service that passes our question on to the source of a record."""

    url: str
    token: str = field(default="", repr=False)
    timeout_seconds: float = 5.0
    name: str = "remote"

    def ask(self, question: Question) -> Reply:
        """Ask once; whatever goes wrong is silence, and is asked again another day."""
        try:
            return _read_reply(self._post(question))
        except _SilentError as error:
            _log.warning("record_source_silent", source=question.source, why=str(error))
            return Reply(SourceReply.SILENT)

    def _post(self, question: Question) -> bytes:
        try:
            status, answer = post(
                self.url, asdict(question), token=self.token, timeout_seconds=self.timeout_seconds
            )
        except RemoteError as error:
            raise _SilentError(error.why) from None
        if status != 200:
            raise _SilentError(f"status {status}")
        return answer


def _read_reply(body: bytes) -> Reply:
    """The reply that a body describes; one that cannot be read is none."""
    try:
        document = json.loads(body)
        kind = _ANSWERS[document["answer"]]
        if kind == SourceReply.CONFIRMED:
            return Reply(kind)
        since = document.get("observed_on")
        observed_on = date.fromisoformat(since) if since is not None else None
        return Reply(kind, document["value"], _mapping(document.get("detail", {})), observed_on)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _SilentError("unreadable") from None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def get_record_source() -> RecordSource:
    """The service that the settings name; the sandbox without an address."""
    if not settings.RECORD_SOURCE_URL:
        return Sandbox()
    return _service(
        settings.RECORD_SOURCE_URL, settings.RECORD_SOURCE_TOKEN, settings.RECORD_SOURCE_TIMEOUT_SECONDS
    )


@lru_cache(maxsize=4)
def _service(url: str, token: str, timeout_seconds: float) -> RemoteSources:
    return RemoteSources(url, token, timeout_seconds)
