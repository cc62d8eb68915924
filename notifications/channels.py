"""The ways out: e-mail over SMTP and text messages through an adapter; each takes an idempotency key."""

import smtplib
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from notifications.kinds import Channel, Kind
from notifications.models import Message
from notifications.rendering import link_to

_log = structlog.get_logger(__name__)


class NoAddressError(Exception):
    """The reader cannot be reached on this channel."""


class RefusedError(Exception):
    """The other side will never take this message; trying again is of no use."""


class ServiceUnavailableError(Exception):
    """The other side cannot take the message now."""


def send(*, channel: Channel, message: Message) -> None:
    """Send a message on one channel; raises NoAddressError, RefusedError, or whatever went wrong for now."""
    _SENDERS[channel](message)


def message_id(reference: str) -> str:
    """Return the Message-ID: the same for every attempt, so that a doubled mail can be known as one."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{reference.lower()}@{host}>"


def _send_email(message: Message) -> None:
    address = _email_of(message)
    if not address:
        raise NoAddressError
    mail = compose_email(message, address)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if codes and all(code >= 500 for code in codes):
            raise RefusedError from error
        raise


def compose_email(message: Message, address: str) -> EmailMultiAlternatives:
    """Return the mail in the message's language: plain text, and the same as simple HTML."""
    link = link_to(kind=Kind(message.kind), reference=message.reference)
    context = {
        "subject": message.subject_text,
        "body": message.body_text,
        "link": link,
        "language": message.language,
    }
    with translation.override(message.language):
        text = render_to_string("notifications/mail.txt", context).strip() + "\n"
        html = render_to_string("notifications/mail.html", context)
    headers = {
        "Message-ID": message_id(message.reference),
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    mail = EmailMultiAlternatives(subject=message.subject_text, body=text, to=[address], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


class SmsAdapter(Protocol):
    """A service that sends text messages and takes the same key only once."""

    def send(self, *, phone: str, text: str, key: str) -> None: ...


class SandboxSms:
    """Takes text messages without sending them; numbers ending in 0000 find the service unavailable."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Take the text once per key."""
        if phone.endswith("0000"):
            raise ServiceUnavailableError
        self.taken.setdefault(key, text)
        _log.info("sms_taken_by_sandbox", key=key)


sms: SmsAdapter = SandboxSms()


def _send_sms(message: Message) -> None:
    phone = message.applicant.phone if message.applicant is not None else ""
    if not phone:
        raise NoAddressError
    with translation.override(message.language):
        text = gettext("creditportal: %(words)s") % {"words": message.subject_text}
    sms.send(phone=phone, text=text, key=message.reference)


def _show_in_app(message: Message) -> None:
    """Do nothing: the message is in the inbox from the moment it is written."""


def _email_of(message: Message) -> str:
    if message.user is not None:
        return message.user.email
    account = message.applicant.user if message.applicant is not None else None
    return account.email if account is not None else ""


_SENDERS: Final[dict[Channel, Callable[[Message], None]]] = {
    Channel.IN_APP: _show_in_app,
    Channel.EMAIL: _send_email,
    Channel.SMS: _send_sms,
}
