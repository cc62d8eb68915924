"""E-mails that wait for each other: one mail a day or a week; each message stays as it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Delivery, DeliveryState
from outbox.queueing import queue_work

SEND_DIGEST: Final = "SEND_DIGEST"
_BATCH: Final = 500


def queue_digests(now: datetime) -> int:
    """Queue one piece of work for each person whose digest is due; return how many there are."""
    waiting = Delivery.objects.filter(state=DeliveryState.PENDING, in_digest=True, next_at__lte=now)
    pairs = waiting.values_list("message__applicant__user_id", "message__user_id").distinct()[:_BATCH]
    people = {first or second for first, second in pairs if first or second}
    with transaction.atomic():
        for person in sorted(people):
            key = f"{SEND_DIGEST}:{person}:{now:%Y-%m-%dT%H}"
            queue_work(kind=SEND_DIGEST, subject=f"user:{person}", key=key, now=now)
    return len(people)


def send_digest(*, subject: str, now: datetime) -> Callable[[], None] | None:
    """Send what waits for one person as one mail, and return what records it; nothing when nothing waits."""
    user = User.objects.filter(pk=int(subject.partition(":")[2]), is_active=True).first()
    if user is None:
        return None
    rows = list(_waiting(user, now).select_related("message").order_by("id"))
    if not rows:
        return None
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    with translation.override(user.language):
        words = {"rows": [row.message for row in rows], "link": f"{settings.SITE_URL}/messages/"}
        body = render_to_string("notifications/digest.txt", words).strip() + "\n"
        title = _("Your messages")
    EmailMessage(
        subject=title, body=body, to=[user.email],
        headers={
            "Message-ID": f"<digest-{rows[0].pk}-{rows[-1].pk}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": user.language,
        },
    ).send()  # fmt: skip
    sent = Delivery.objects.filter(pk__in=[row.pk for row in rows], state=DeliveryState.PENDING)

    def note() -> None:
        sent.update(state=DeliveryState.SENT, sent_at=now)

    return note


def _waiting(user: User, now: datetime) -> QuerySet[Delivery]:
    mine = Q(message__user=user) | Q(message__applicant__user=user)
    return Delivery.objects.filter(mine, state=DeliveryState.PENDING, in_digest=True, next_at__lte=now)
