"""Doing a machine client's request once, and giving the same answer to every repetition."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import StoredAnswer
from core.errors import ConflictError

KEPT_FOR = timedelta(days=30)


class InFlightError(ConflictError):
    """The first request with this key has not been answered yet."""

    code = "idempotency-key-in-flight"
    default_message = _(
        "A request with this Idempotency-Key is still being handled. Please try again shortly."
    )


class KeyReusedError(ConflictError):
    """The key was used before for something else."""

    code = "idempotency-key-reused"
    status = 422
    default_message = _("This Idempotency-Key was used before with another request. Please use a new key.")


@dataclass(frozen=True)
class RequestKey:
    """An idempotency key and where it counts: one client, one method, one route."""

    client_id: str
    method: str
    route: str
    key: str

    @property
    def digest(self) -> bytes:
        """Return 32 bytes that stand for the key in its place."""
        place = f"{self.client_id}\x00{self.method}\x00{self.route}\x00{self.key}"
        return hashlib.sha256(place.encode()).digest()


@dataclass(frozen=True)
class Answer:
    """Status, body and those headers that a repetition gets again."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    is_replayed: bool = False


def fingerprint(content: bytes) -> bytes:
    """Return 32 bytes that are equal for equal requests and tell nothing without the key."""
    key = base64.b64decode(settings.BLIND_INDEX_KEY)
    return hmac.new(key, b"idempotency\x00" + content, hashlib.sha256).digest()


def answer_once(
    *, request_key: RequestKey, content: bytes, act: Callable[[], Answer], now: datetime
) -> Answer:
    """Act and keep the answer in one transaction, or give the one that was kept; a refusal keeps nothing."""
    with transaction.atomic():
        _take_turn(request_key)
        kept = StoredAnswer.objects.filter(scope=request_key.digest, created_at__gt=now - KEPT_FOR).first()
        if kept is not None:
            return _repeat(kept, fingerprint(content))
        answer = act()
        if answer.status < 500:
            _keep(request_key, fingerprint(content), answer, now)
        return answer


def forget_old_answers(*, now: datetime) -> int:
    """Delete the answers that are older than thirty days, and return how many there were."""
    return StoredAnswer.objects.filter(created_at__lte=now - KEPT_FOR).delete()[0]


def _take_turn(request_key: RequestKey) -> None:
    lock = int.from_bytes(request_key.digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise InFlightError


def _repeat(kept: StoredAnswer, mark: bytes) -> Answer:
    if not hmac.compare_digest(bytes(kept.fingerprint), mark):
        raise KeyReusedError
    return Answer(status=kept.status, body=kept.body, headers=kept.headers, is_replayed=True)


def _keep(request_key: RequestKey, mark: bytes, answer: Answer, now: datetime) -> None:
    StoredAnswer.objects.update_or_create(
        scope=request_key.digest,
        defaults={
            "fingerprint": mark, "status": answer.status, "headers": dict(answer.headers),
            "body": answer.body, "created_at": now,
        },
    )  # fmt: skip
