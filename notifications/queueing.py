"""Writing a message in the transaction of the change it tells about."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from accounts.models import User
from applicants.models import Applicant
from core.references import new_reference
from notifications.kinds import Channel, Kind
from notifications.models import Delivery, DeliveryState, Message
from notifications.preferences import (
    Timing,
    channels_for,
    get_language,
    get_settings,
    timing_of,
    zone_of,
)
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
    message = Message(
        reference=new_reference("MS"), applicant=applicant, user=user, kind=kind, language=language,
        subject_text=text.subject, body_text=text.body, about=about, created_at=now,
    )  # fmt: skip
    settings = get_settings(user or (applicant.user if applicant is not None else None))
    timing = timing_of(kind, settings, zone_of(applicant), now)
    message.save(force_insert=True)
    Delivery.objects.bulk_create(
        make_delivery(message, channel, timing, now) for channel in channels_for(kind, settings)
    )
    reference = message.reference
    queue_work(
        kind=DELIVER_MESSAGE, subject=reference, key=f"{DELIVER_MESSAGE}:{reference}", now=now,
        due_at=timing.due_at,
    )  # fmt: skip
    return message


def make_delivery(message: Message, channel: Channel, timing: Timing, now: datetime) -> Delivery:
    """The delivery of one channel, not stored: in the inbox at once; a text message waits for no digest."""
    if channel is Channel.IN_APP:
        return Delivery(message=message, channel=channel, state=DeliveryState.SENT, next_at=now, sent_at=now)
    waits_until = timing.digest_at if channel is Channel.EMAIL else None
    return Delivery(
        message=message, channel=channel, state=DeliveryState.PENDING,
        next_at=waits_until or timing.due_at, in_digest=waits_until is not None,
    )  # fmt: skip
