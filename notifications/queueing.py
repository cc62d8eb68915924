"""Writing a message in the transaction of the change it tells about."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from accounts.models import User
from applicants.models import Applicant
from core.references import new_reference
from notifications.kinds import TERMS, Channel, Kind
from notifications.models import Delivery, DeliveryState, Message
from notifications.preferences import get_language
from notifications.rendering import render_text
from outbox.queueing import queue_work

DELIVER_MESSAGE = "DELIVER_MESSAGE"
_NOTHING: Mapping[str, object] = MappingProxyType({})


def queue_message(
    *,
    kind: Kind,
    applicant: Applicant | None = None,
    user: User | None = None,
    about: str,
    params: Mapping[str, object] = _NOTHING,
    now: datetime,
) -> Message:
    """Write a message in the reader's language, one delivery per channel, and the work of delivering it."""
    language = get_language(applicant=applicant, user=user)
    text = render_text(kind=kind, language=language, about=about, params=params)
    message = Message.objects.create(
        reference=new_reference("MS"), applicant=applicant, user=user, kind=kind, language=language,
        subject_text=text.subject, body_text=text.body, about=about, created_at=now,
    )  # fmt: skip
    Delivery.objects.bulk_create(_delivery(message, channel, now) for channel in TERMS[kind].channels)
    reference = message.reference
    queue_work(kind=DELIVER_MESSAGE, subject=reference, key=f"{DELIVER_MESSAGE}:{reference}", now=now)
    return message


def _delivery(message: Message, channel: Channel, now: datetime) -> Delivery:
    is_there = channel is Channel.IN_APP
    state = DeliveryState.SENT if is_there else DeliveryState.PENDING
    return Delivery(
        message=message, channel=channel, state=state, next_at=now, sent_at=now if is_there else None
    )
