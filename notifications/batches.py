"""Many messages at once: rendered once per kind and language, written set by set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from django.db import connection, transaction

from applicants.models import Applicant
from core.references import new_bulk_reference
from notifications.kinds import Channel, Kind
from notifications.models import Delivery, DeliveryState, Message, MessageSettings
from notifications.preferences import Timing, channels_for, get_language, timing_of, zone_of
from notifications.queueing import DELIVER_MESSAGE, make_delivery
from notifications.rendering import Text, render_text
from outbox.queueing import CHANNEL

_Wording: TypeAlias = tuple[Kind, str, tuple[tuple[str, date], ...]]
_PLACE: Final = "\u2983about\u2984"
_QUEUE: Final = """
WITH added AS (
    INSERT INTO outbox_outbox (kind, subject, key, state, attempts, next_at, last_error, created_at)
    SELECT %(kind)s, subject, %(kind)s || ':' || subject, 'PENDING', 0, due_at, '', %(now)s
    FROM unnest(%(subjects)s::text[], %(dues)s::timestamptz[]) AS new (subject, due_at)
    ON CONFLICT (subject, key) DO NOTHING RETURNING id
)
SELECT pg_notify(%(channel)s, '') FROM added LIMIT 1
"""


@dataclass(frozen=True)
class Notice:
    """One message to write: to whom, of which kind, about what."""

    applicant: int
    kind: Kind
    about: str
    params: Mapping[str, date] = field(default_factory=dict)


def queue_notices(*, notices: Sequence[Notice], now: datetime) -> int:
    """Write one message each, in the reader's language, in the caller's transaction; return how many.

    Channels, digest and quiet hours are each reader's own, as for a single message. Of values, only
    days. Whoever has no account finds the message when there is one.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("queue_notices must run inside the change's transaction")
    people = (
        Applicant.objects.select_related("user")
        .defer("name", "id_number", "birth_date", "phone", "bank_card")
        .in_bulk([one.applicant for one in notices])
    )
    chosen = {
        row.user_id: row
        for row in MessageSettings.objects.filter(user__in=[one.user_id for one in people.values()])
    }
    texts: dict[_Wording, Text] = {}
    messages = [_message(notice, people, texts, now) for notice in notices]
    Message.objects.bulk_create(messages)
    sent = [
        _Sent(message, person, settings, timing_of(notice.kind, settings, zone_of(person), now))
        for message, notice in zip(messages, notices, strict=True)
        for person in [people[notice.applicant]]
        for settings in [chosen.get(person.user_id or 0)]
    ]
    Delivery.objects.bulk_create(delivery for one in sent for delivery in _deliveries(one, now))
    _queue([one for one in sent if one.person.user_id is not None], now)
    return len(messages)


@dataclass(frozen=True)
class _Sent:
    """One message with its reader, what the reader chose, and when it leaves."""

    message: Message
    person: Applicant
    settings: MessageSettings | None
    timing: Timing


def _message(
    notice: Notice,
    people: Mapping[int, Applicant],
    texts: dict[_Wording, Text],
    now: datetime,
) -> Message:
    language = get_language(applicant=people[notice.applicant])
    key = (notice.kind, language, tuple(notice.params.items()))
    text = texts.get(key)
    if text is None:
        text = render_text(kind=notice.kind, language=language, about=_PLACE, params=notice.params)
        texts[key] = text
    return Message(
        reference=new_bulk_reference("MS"), applicant_id=notice.applicant, kind=notice.kind,
        language=language, subject_text=text.subject.replace(_PLACE, notice.about),
        body_text=text.body.replace(_PLACE, notice.about), about=notice.about, created_at=now,
    )  # fmt: skip


def _deliveries(one: _Sent, now: datetime) -> Iterator[Delivery]:
    for channel in channels_for(Kind(one.message.kind), one.settings):
        delivery = make_delivery(one.message, channel, one.timing, now)
        if one.person.user_id is None and channel is not Channel.IN_APP:
            delivery.state, delivery.last_error = DeliveryState.SKIPPED, "NoAddressError"
        yield delivery


def _queue(sent: Sequence[_Sent], now: datetime) -> None:
    """The work of delivering, in one statement."""
    dues = [one.timing.due_at for one in sent]
    named: dict[str, Any] = {
        "kind": DELIVER_MESSAGE, "subjects": [one.message.reference for one in sent], "dues": dues,
        "now": now, "channel": CHANNEL,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, named)
