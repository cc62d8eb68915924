"""Many messages at once: rendered once per kind and language, written set by set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from applicants.models import Applicant
from core.references import new_bulk_reference
from notifications.kinds import TERMS, Channel, Kind
from notifications.models import Delivery, DeliveryState, Message
from notifications.preferences import get_language
from notifications.queueing import DELIVER_MESSAGE
from notifications.rendering import Text, render_text
from outbox.queueing import CHANNEL

_PLACE: Final = "\u2983about\u2984"
_QUEUE: Final = """
WITH added AS (
    INSERT INTO outbox_outbox (kind, subject, key, state, attempts, next_at, last_error, created_at)
    SELECT %(kind)s, subject, %(kind)s || ':' || subject, 'PENDING', 0, %(now)s, '', %(now)s
    FROM unnest(%(subjects)s::text[]) AS new (subject) ON CONFLICT (key) DO NOTHING RETURNING id
)
SELECT pg_notify(%(channel)s, '') FROM added LIMIT 1
"""


@dataclass(frozen=True)
class Notice:
    """One message to write: to whom, of which kind, about what."""

    applicant: int
    kind: Kind
    about: str


def queue_notices(*, notices: Sequence[Notice], now: datetime) -> int:
    """Write one message each, in the reader's language, in the caller's transaction; return how many.

    Only kinds that need no values of their own. Whoever has no account finds the message when there is one.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("queue_notices must run inside the change's transaction")
    people = (
        Applicant.objects.select_related("user")
        .defer("name", "id_number", "birth_date", "phone", "bank_card")
        .in_bulk([one.applicant for one in notices])
    )
    texts: dict[tuple[Kind, str], Text] = {}
    messages = [_message(notice, people, texts, now) for notice in notices]
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create(
        _delivery(message, channel, people, now)
        for message in messages
        for channel in TERMS[Kind(message.kind)].channels
    )
    reached = [one.reference for one in messages if _has_account(one, people)]
    named: dict[str, Any] = {"kind": DELIVER_MESSAGE, "subjects": reached, "now": now, "channel": CHANNEL}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, named)
    return len(messages)


def _message(
    notice: Notice,
    people: Mapping[int, Applicant],
    texts: dict[tuple[Kind, str], Text],
    now: datetime,
) -> Message:
    language = get_language(applicant=people[notice.applicant])
    text = texts.get((notice.kind, language))
    if text is None:
        text = render_text(kind=notice.kind, language=language, about=_PLACE, params={})
        texts[notice.kind, language] = text
    return Message(
        reference=new_bulk_reference("MS"), applicant_id=notice.applicant, kind=notice.kind,
        language=language, subject_text=text.subject.replace(_PLACE, notice.about),
        body_text=text.body.replace(_PLACE, notice.about), about=notice.about, created_at=now,
    )  # fmt: skip


def _has_account(message: Message, people: Mapping[int, Applicant]) -> bool:
    return people[message.applicant_id or 0].user_id is not None


def _delivery(message: Message, channel: Channel, people: Mapping[int, Applicant], now: datetime) -> Delivery:
    is_there = channel is Channel.IN_APP
    state = DeliveryState.SENT if is_there else DeliveryState.PENDING
    if not is_there and not _has_account(message, people):
        state = DeliveryState.SKIPPED
    return Delivery(
        message=message, channel=channel, state=state, next_at=now, sent_at=now if is_there else None,
        last_error="NoAddressError" if state == DeliveryState.SKIPPED else "",
    )  # fmt: skip
