"""Mails about accounts: written in the transaction of the change, sent by the worker, then wiped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import AccountMail, User
from outbox.queueing import queue_work

SEND_ACCOUNT_MAIL = "SEND_ACCOUNT_MAIL"
KEPT_FOR = timedelta(days=30)


def queue_mail(
    *, user: User | None, recipient: str, language: str, subject: str, body: str, now: datetime
) -> AccountMail:
    """Keep a mail sealed and ask the worker to send it; the work names it by a random key only."""
    with transaction.atomic():
        mail = AccountMail.objects.create(
            user=user, recipient=recipient, language=language, subject=subject, body=body, created_at=now
        )
        key = str(mail.key)
        queue_work(kind=SEND_ACCOUNT_MAIL, subject=key, key=f"{SEND_ACCOUNT_MAIL}:{key}", now=now)
    return mail


def send_mail(*, key: str, now: datetime) -> Callable[[], None] | None:
    """Send one mail and return what records it; nothing when it was sent before or its account is gone."""
    mail = AccountMail.objects.filter(key=key, sent_at=None).first()
    if mail is None:
        return None
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    EmailMessage(
        subject=mail.subject, body=mail.body, to=[mail.recipient],
        headers={
            "Message-ID": f"<{mail.key}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    ).send()  # fmt: skip
    return lambda: _mark_sent(mail, now)


def forget_old_mails(*, now: datetime) -> int:
    """Delete what is left of mails older than thirty days, and return how many there were."""
    return AccountMail.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _mark_sent(mail: AccountMail, now: datetime) -> None:
    mail.recipient = mail.subject = mail.body = ""
    mail.sent_at = now
    mail.save(update_fields=["recipient", "subject", "body", "sent_at"])
