"""Mails about accounts."""

import pytest
from django.core import mail
from django.db import connection

from accounts.mailing import forget_old_mails, queue_mail, send_mail
from accounts.models import AccountMail, User
from outbox.models import Outbox
from tests.people import NOW


@pytest.fixture
def queued(ada: User) -> AccountMail:
    return queue_mail(
        user=ada, recipient="ada@example.test", language="en", subject="Code", body="canary-123456", now=NOW
    )


def test_the_work_names_the_mail_and_nobody(queued: AccountMail) -> None:
    row = Outbox.objects.get()
    assert (row.kind, row.subject) == ("SEND_ACCOUNT_MAIL", str(queued.key))


def test_words_and_address_are_sealed(queued: AccountMail) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, subject, body FROM accounts_accountmail")
        kept = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"canary" not in kept
    assert b"ada" not in kept


def test_once_sent_the_words_and_the_address_are_wiped(queued: AccountMail) -> None:
    conclude = send_mail(key=str(queued.key), now=NOW)
    (sent,) = mail.outbox
    assert (sent.to, sent.body) == (["ada@example.test"], "canary-123456")
    assert conclude is not None
    conclude()
    kept = AccountMail.objects.get()
    assert (kept.recipient, kept.subject, kept.body, kept.sent_at) == ("", "", "", NOW)


def test_it_is_sent_once_and_always_under_the_same_message_id(queued: AccountMail) -> None:
    send_mail(key=str(queued.key), now=NOW)
    conclude = send_mail(key=str(queued.key), now=NOW)
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 1
    assert conclude is not None
    conclude()
    assert send_mail(key=str(queued.key), now=NOW) is None


def test_its_head_names_its_language(queued: AccountMail) -> None:
    send_mail(key=str(queued.key), now=NOW)
    assert mail.outbox[0].extra_headers["Content-Language"] == "en"


def test_old_mails_are_forgotten(queued: AccountMail) -> None:
    assert forget_old_mails(now=NOW) == 0
    assert forget_old_mails(now=NOW.replace(year=2027)) == 1
