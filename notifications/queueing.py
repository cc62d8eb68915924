"""Writing a message in the transaction of the change it tells about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, LiteralString

from accounts.models import User
from applicants.models import Applicant
from core.at_once import Part, as_rows
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
from outbox.queueing import Work, queue_all

DELIVER_MESSAGE = "DELIVER_MESSAGE"
_NOTHING: Mapping[str, object] = MappingProxyType({})
_PART: Final[LiteralString] = """
told AS (
    INSERT INTO notifications_message
        (reference, applicant_id, kind, language, subject_text, body_text, about, created_at)
    SELECT %s::text, %s::bigint, %s::text, %s::text, %s::text, %s::text, %s::text, %s::timestamptz FROM made
    RETURNING id
), brought AS (
    INSERT INTO notifications_delivery
        (message_id, channel, state, attempts, next_at, last_error, sent_at, in_digest)
    SELECT told.id, d.channel, d.state, 0, d.next_at, '', d.sent_at, d.in_digest
    FROM told, json_to_recordset(%s::json)
        AS d (channel text, state text, next_at timestamptz, sent_at timestamptz, in_digest boolean)
)"""


@dataclass(frozen=True)
class Composed:
    """A message with its deliveries and the work of bringing it, not stored yet."""

    message: Message
    deliveries: list[Delivery]
    work: Work

    def as_part(self) -> Part:
        """The message of an applicant, without its work, as a part of the statement that makes the change."""
        message = self.message
        values = [
            message.reference, message.applicant_id, message.kind, message.language, message.subject_text,
            message.body_text, message.about, message.created_at,
        ]  # fmt: skip
        rows = [
            {
                "channel": row.channel, "state": row.state, "next_at": row.next_at, "sent_at": row.sent_at,
                "in_digest": row.in_digest,
            }
            for row in self.deliveries
        ]  # fmt: skip
        return Part(_PART, [*values, as_rows(rows)])


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
    composed = compose_message(kind=kind, applicant=applicant, user=user, about=about, params=params, now=now)
    composed.message.save(force_insert=True)
    Delivery.objects.bulk_create(composed.deliveries)
    queue_all([composed.work], now=now)
    return composed.message


def compose_message(
    *,
    kind: Kind,
    applicant: Applicant | None = None,
    user: User | None = None,
    about: str,
    params: Mapping[str, object] = _NOTHING,
    now: datetime,
) -> Composed:
    """The same, not stored."""
    language = get_language(applicant=applicant, user=user)
    text = render_text(kind=kind, language=language, about=about, params=params)
    message = Message(
        reference=new_reference("MS"), applicant=applicant, user=user, kind=kind, language=language,
        subject_text=text.subject, body_text=text.body, about=about, created_at=now,
    )  # fmt: skip
    settings = get_settings(user or (applicant.user if applicant is not None else None))
    timing = timing_of(kind, settings, zone_of(applicant), now)
    deliveries = [make_delivery(message, channel, timing, now) for channel in channels_for(kind, settings)]
    reference = message.reference
    work = Work(DELIVER_MESSAGE, reference, f"{DELIVER_MESSAGE}:{reference}", timing.due_at)
    return Composed(message, deliveries, work)


def make_delivery(message: Message, channel: Channel, timing: Timing, now: datetime) -> Delivery:
    """The delivery of one channel, not stored: in the inbox at once; a text message waits for no digest."""
    if channel is Channel.IN_APP:
        return Delivery(message=message, channel=channel, state=DeliveryState.SENT, next_at=now, sent_at=now)
    waits_until = timing.digest_at if channel is Channel.EMAIL else None
    return Delivery(
        message=message, channel=channel, state=DeliveryState.PENDING,
        next_at=waits_until or timing.due_at, in_digest=waits_until is not None,
    )  # fmt: skip
