"""The inbox of a person, and what staff see of deliveries."""

from datetime import datetime

from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from applicants.models import Applicant
from core.errors import NotFoundError
from core.references import normalise_reference
from notifications.kinds import TOPICS, Topic
from notifications.models import Delivery, DeliveryState, Message


class UnknownMessageError(NotFoundError):
    """There is no such message for this person."""

    code = "unknown-message"
    default_message = _("We could not find this message.")


def list_messages(
    *, user: User, topic: Topic | None = None, before: str | None = None, limit: int = 20
) -> list[Message]:
    """Return a person's messages, newest first, of one topic or all, continuing below this reference."""
    rows = _addressed_to(user.pk).order_by("-id")
    if topic is not None:
        rows = rows.filter(kind__in=sorted(TOPICS[topic]))
    if before:
        rows = rows.filter(pk__lt=_own(user.pk, before).pk)
    return list(rows[:limit])


def get_message_for(*, by: Actor, reference: str) -> Message:
    """Return one message of the person who asks; anybody else's is not found."""
    return _own(by.user_id, reference)


def count_unread(*, user: User) -> int:
    """Return how many messages a person has not opened."""
    return _addressed_to(user.pk).filter(read_at=None).count()


def mark_read(*, message: Message, by: Actor, now: datetime) -> None:
    """Note when a person first opened a message of their own."""
    _addressed_to(by.user_id).filter(pk=message.pk, read_at=None).update(read_at=now)


def list_messages_about(reference: str) -> list[Message]:
    """Return every message about one thing with its deliveries, oldest first; for staff."""
    rows = Message.objects.filter(about=reference).select_related("user").order_by("id")
    return list(rows.prefetch_related("deliveries"))


def list_failed_deliveries(*, before: int | None = None, limit: int = 50) -> list[Delivery]:
    """Return deliveries that could not be sent, newest first; for staff."""
    rows = Delivery.objects.filter(state=DeliveryState.FAILED).select_related("message").order_by("-id")
    return list(rows.filter(pk__lt=before)[:limit] if before else rows[:limit])


def _own(user_id: int | None, reference: str) -> Message:
    message = _addressed_to(user_id).filter(reference=normalise_reference(reference)).first()
    if message is None:
        raise UnknownMessageError
    return message


def _addressed_to(user_id: int | None) -> QuerySet[Message]:
    """Return the messages to a user, also those written to the applicant the user is; a machine has none."""
    if user_id is None:
        return Message.objects.none()
    # One key, looked up first: then each of the two ways has its index.
    applicant = Applicant.objects.filter(user_id=user_id).values("pk")[:1]
    return Message.objects.filter(Q(user_id=user_id) | Q(applicant_id=Subquery(applicant)))
