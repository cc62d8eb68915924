"""Bringing a message to its reader: each channel by itself, each attempt counted before it is made."""

from datetime import datetime
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F

from core.killpoints import killpoint
from notifications.channels import NoAddressError, RefusedError, send
from notifications.kinds import Channel
from notifications.models import Delivery, DeliveryState, Message
from outbox.claiming import backoff

MAX_ATTEMPTS: Final = 12
_OPEN: Final = (DeliveryState.PENDING, DeliveryState.FAILED)
_log = structlog.get_logger(__name__)


def deliver(*, reference: str, attempt: int, now: datetime) -> None:
    """Send a message on every channel that is still open; raises the first problem, to be tried again.

    Channels that have failed are tried again only in a first attempt, which is one that a person asked for.
    """
    message = Message.objects.select_related("applicant__user", "user").get(reference=reference)
    states = _OPEN if attempt == 1 else [DeliveryState.PENDING]
    problems = [
        problem
        for delivery in message.deliveries.filter(state__in=states, in_digest=False).order_by("channel")
        if (problem := _attempt(delivery, message, is_last=attempt >= MAX_ATTEMPTS, now=now)) is not None
    ]
    if problems:
        raise problems[0]


def _attempt(delivery: Delivery, message: Message, *, is_last: bool, now: datetime) -> Exception | None:
    """Try one channel once; return the problem when trying again may help."""
    attempts = delivery.attempts + 1
    _note(delivery, attempts=F("attempts") + 1, next_at=now + backoff(attempts))
    try:
        send(channel=Channel(delivery.channel), message=message)
    except NoAddressError:
        _note(delivery, state=DeliveryState.SKIPPED, last_error="NoAddressError")
    except RefusedError:
        _note(delivery, state=DeliveryState.FAILED, last_error="RefusedError")
    except Exception as error:  # noqa: BLE001 - whatever a channel raises is shown to staff and tried again
        state = DeliveryState.FAILED if is_last else DeliveryState.PENDING
        _note(delivery, state=state, last_error=type(error).__name__)
        _log.warning("delivery_failed", message=message.reference, channel=delivery.channel, attempt=attempts)
        return error
    else:
        killpoint("delivery.sent_before_noted")
        _note(delivery, state=DeliveryState.SENT, last_error="", sent_at=now)
    return None


def _note(delivery: Delivery, **changes: object) -> None:
    """Write what is known of an open delivery at once: what was sent is sent, whoever holds the lease."""
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk, state__in=_OPEN).update(**changes)
