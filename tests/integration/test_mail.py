"""Messages from the transaction that queues them to a mail server that takes, refuses, fails or dies."""

import email
import email.message
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import IntegrityError, transaction

from accounts.actors import SITE, Actor
from accounts.models import User
from accounts.roles import Role
from applicants.models import Applicant
from notifications import channels
from notifications.alarms import tell_about_dead_work
from notifications.channels import SandboxSms
from notifications.kinds import Kind
from notifications.models import Delivery, DeliveryState, Message
from notifications.queries import (
    UnknownMessageError,
    count_unread,
    get_message_for,
    list_failed_deliveries,
    list_messages,
    list_messages_about,
    mark_read,
)
from notifications.queueing import queue_message
from notifications.retrying import retry_delivery
from outbox.draining import drain
from outbox.models import Outbox, State
from outbox.queueing import queue_work
from tests.factories.catalogues import load_catalogues
from tests.people import acting, person

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ABOUT = "AP-7K3Q-9XDM"

pytestmark = pytest.mark.django_db


class Mailbox:
    """A mail server's side of the conversation: keeps what it takes, answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[email.message.EmailMessage] = []
        self.answers: list[str] = []

    async def handle_RCPT(  # noqa: N802 - the name the server calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers[0] if self.answers and self.answers[0].startswith("550") else "250 OK"
        if answer != "250 OK":
            self.answers.pop(0)
        else:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250") or answer == "421 dies after taking it":
            content = envelope.content
            assert isinstance(content, bytes)
            parsed = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(parsed, email.message.EmailMessage)
            self.taken.append(parsed)
        return answer


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.SITE_URL = "https://portal.example.test"
    yield box
    server.stop()


@pytest.fixture(autouse=True)
def rules(db: None) -> None:
    """The profiles of jurisdictions, which know when it is night."""
    load_catalogues(NOW)


@pytest.fixture
def ada() -> Applicant:
    user = person("Ada", language="zh-hans")
    return Applicant.objects.create(
        reference="CU-AAAA-0001",
        kind="PERSON",
        name="张爱达",
        phone="+8618612341402",
        user=user,
        created_at=NOW,
    )


@pytest.fixture
def ben() -> Actor:
    return acting(person("Ben"))


@pytest.fixture
def dev() -> User:
    return person("Dev", Role.SUPERVISOR)


def actor_of(applicant: Applicant) -> Actor:
    assert applicant.user is not None
    return acting(applicant.user)


def tell(applicant: Applicant, kind: Kind = Kind.DECISION_READY, **params: Any) -> Message:
    with transaction.atomic():
        return queue_message(kind=kind, applicant=applicant, about=ABOUT, params=params, now=NOW)


def work_until(minutes: float = 0) -> None:
    drain(clock=lambda: NOW + timedelta(minutes=minutes))


def email_of(message: Message) -> Delivery:
    return message.deliveries.get(channel="EMAIL")


# Queueing


def test_a_message_has_one_delivery_per_channel_and_one_piece_of_work(ada: Applicant) -> None:
    message = tell(ada, Kind.APPEAL_INFO_REQUESTED, due_on=date(2026, 12, 7))
    states = dict(message.deliveries.values_list("channel", "state"))
    assert states == {"IN_APP": "SENT", "EMAIL": "PENDING", "SMS": "PENDING"}
    work = Outbox.objects.get()
    assert (work.kind, work.subject) == ("DELIVER_MESSAGE", message.reference)


def test_an_undone_change_tells_nobody(ada: Applicant) -> None:
    with transaction.atomic():
        tell(ada)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not Outbox.objects.exists()


def test_the_words_are_frozen_in_the_language_of_that_moment(ada: Applicant) -> None:
    first = tell(ada)
    User.objects.filter(applicant=ada).update(language="en")
    second = tell(Applicant.objects.get(pk=ada.pk))
    first.refresh_from_db()
    assert (first.language, second.language) == ("zh-hans", "en")
    assert second.subject_text == "The result of your application is ready"


def test_an_applicant_without_account_reads_in_the_language_registered() -> None:
    firm = Applicant.objects.create(
        reference="CU-AAAA-0002", kind="FIRM", name="H", language="en", created_at=NOW
    )
    assert tell(firm).language == "en"


def test_a_message_has_exactly_one_reader(ada: Applicant) -> None:
    message = tell(ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(user=ada.user)


# The conversation with the mail server


def test_a_mail_arrives_in_plain_text_and_html(ada: Applicant, mailbox: Mailbox) -> None:
    ada.user.language = "en"  # type: ignore[union-attr]
    message = tell(ada, Kind.APPEAL_RECEIVED, due_on=date(2026, 12, 7))
    work_until()
    mail = mailbox.taken[0]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    for part in (text.get_content(), html.get_content()):
        assert "You will have our answer by 7 Dec 2026 at the latest." in part
        assert f"https://portal.example.test/messages/{message.reference}/" in part
    assert mail["To"] == "ada@example.test"
    assert mail["Subject"] == "We received your appeal AP-7K3Q-9XDM"
    assert mail["Content-Language"] == "en"
    assert email_of(message).state == DeliveryState.SENT


def test_a_mail_holds_no_name_number_or_amount(ada: Applicant, mailbox: Mailbox) -> None:
    tell(ada)
    work_until()
    mail = mailbox.taken[0]
    whole = "".join(part.get_content() for part in mail.walk() if not part.is_multipart()) + mail["Subject"]
    for secret in ("张", "爱达", "1402", "ada@"):
        assert secret not in whole


def test_every_attempt_carries_the_same_message_id(ada: Applicant, mailbox: Mailbox) -> None:
    mailbox.answers = ["421 dies after taking it"]
    message = tell(ada)
    work_until()
    assert (email_of(message).state, email_of(message).attempts) == (DeliveryState.PENDING, 1)
    work_until(minutes=1)
    ids = [mail["Message-ID"] for mail in mailbox.taken]
    assert ids == [f"<{message.reference.lower()}@portal.example.test>"] * 2
    assert email_of(message).state == DeliveryState.SENT


def test_a_server_that_is_down_is_tried_again_and_the_problem_is_visible(
    ada: Applicant, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    message = tell(ada)
    work_until()
    delivery = email_of(message)
    assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, "ConnectionRefusedError")
    assert delivery.next_at > NOW
    assert Outbox.objects.get().last_error == "ConnectionRefusedError"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("answer", ["451 try later", "554 no"])
def test_a_mail_that_was_turned_away_is_tried_again(ada: Applicant, mailbox: Mailbox, answer: str) -> None:
    mailbox.answers = [answer]
    message = tell(ada)
    work_until()
    assert email_of(message).last_error == "SMTPDataError"
    work_until(minutes=1)
    assert len(mailbox.taken) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(ada: Applicant, mailbox: Mailbox) -> None:
    mailbox.answers = ["550 no such mailbox"]
    message = tell(ada)
    work_until()
    work_until(minutes=10)
    assert (email_of(message).state, email_of(message).attempts) == (DeliveryState.FAILED, 1)
    assert list_failed_deliveries() == [email_of(message)]
    assert Outbox.objects.get().state == State.DONE


def test_after_the_last_attempt_the_delivery_has_failed(ada: Applicant, mailbox: Mailbox) -> None:
    mailbox.answers = ["451 try later"] * 20
    message = tell(ada)
    for hour in range(20):
        work_until(minutes=hour * 120)
    assert (email_of(message).state, email_of(message).attempts) == (DeliveryState.FAILED, 12)
    assert Outbox.objects.get().state == State.DEAD


def test_only_the_channel_that_failed_is_tried_again(
    ada: Applicant, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = SandboxSms()
    monkeypatch.setattr(channels, "sms", sandbox)
    Applicant.objects.filter(pk=ada.pk).update(phone="+8618612340000")
    message = tell(ada, Kind.APPEAL_DECIDED)
    work_until()
    Applicant.objects.filter(pk=ada.pk).update(phone="+8618612341402")
    work_until(minutes=1)
    assert set(message.deliveries.values_list("state", flat=True)) == {"SENT"}
    assert len(mailbox.taken) == 1
    assert list(sandbox.taken) == [message.reference]


def test_a_channel_that_has_failed_waits_for_a_person(ada: Applicant, mailbox: Mailbox, dev: User) -> None:
    Applicant.objects.filter(pk=ada.pk).update(phone="+8618612340000")
    mailbox.answers = ["550 no such mailbox"]
    message = tell(ada, Kind.APPEAL_DECIDED)
    work_until()
    work_until(minutes=1)
    assert (email_of(message).state, email_of(message).attempts) == (DeliveryState.FAILED, 1)
    Applicant.objects.filter(pk=ada.pk).update(phone="+8618612341402")
    work_until(minutes=10)
    retry_delivery(delivery=email_of(message), by=acting(dev), now=NOW)
    work_until(minutes=11)
    assert (email_of(message).state, len(mailbox.taken)) == (DeliveryState.SENT, 1)


def test_without_an_address_a_channel_is_skipped(mailbox: Mailbox) -> None:
    applicant = Applicant.objects.create(reference="CU-AAAA-0003", kind="PERSON", name="B", created_at=NOW)
    message = tell(applicant)
    work_until()
    assert email_of(message).state == DeliveryState.SKIPPED
    assert Outbox.objects.get().state == State.DONE


# The inbox


def test_a_person_reads_and_the_count_falls(ada: Applicant) -> None:
    first, second = tell(ada), tell(ada, Kind.LINE_CHANGED)
    assert ada.user is not None
    assert list_messages(user=ada.user) == [second, first]
    mark_read(message=first, by=actor_of(ada), now=NOW)
    assert count_unread(user=ada.user) == 1
    assert get_message_for(by=actor_of(ada), reference=first.reference).read_at == NOW


def test_the_inbox_is_read_in_pages(ada: Applicant) -> None:
    messages = [tell(ada) for _ in range(5)]
    assert ada.user is not None
    page = list_messages(user=ada.user, before=messages[3].reference, limit=2)
    assert page == [messages[2], messages[1]]


def test_nobody_else_finds_a_message(ada: Applicant, ben: Actor) -> None:
    message = tell(ada)
    for stranger in (ben, SITE, Actor.for_client("lender", [])):
        with pytest.raises(UnknownMessageError):
            get_message_for(by=stranger, reference=message.reference)
    mark_read(message=message, by=ben, now=NOW)
    message.refresh_from_db()
    assert message.read_at is None


def test_staff_see_what_was_written_about_a_case(ada: Applicant, django_assert_num_queries: Any) -> None:
    messages = [tell(ada), tell(ada)]
    with django_assert_num_queries(2):
        found = list_messages_about(ABOUT)
        assert [len(message.deliveries.all()) for message in found] == [2, 2]
    assert found == messages


# The alarm


def dead_work(key: str = "dead", kind: str = "RERUN_APPEAL", subject: str = ABOUT) -> Outbox:
    with transaction.atomic():
        queue_work(kind=kind, subject=subject, key=key, now=NOW)
    Outbox.objects.filter(key=key).update(state=State.DEAD, done_at=NOW)
    return Outbox.objects.get(key=key)


def test_supervisors_are_told_once_about_dead_work(dev: User, ada: Applicant) -> None:
    dead_work()
    assert tell_about_dead_work(now=NOW) == 1
    assert tell_about_dead_work(now=NOW + timedelta(minutes=1)) == 0
    assert "RERUN_APPEAL for AP-7K3Q-9XDM" in Message.objects.get(user=dev).body_text


def test_a_second_death_is_told_again(dev: User) -> None:
    row = dead_work()
    tell_about_dead_work(now=NOW)
    Outbox.objects.filter(pk=row.pk).update(done_at=NOW + timedelta(hours=1))
    assert tell_about_dead_work(now=NOW + timedelta(hours=1)) == 1


def test_an_alarm_that_cannot_be_delivered_raises_no_alarm(dev: User) -> None:
    dead_work()
    tell_about_dead_work(now=NOW)
    alarm = Message.objects.get()
    Outbox.objects.filter(subject=alarm.reference).update(state=State.DEAD, done_at=NOW)
    assert tell_about_dead_work(now=NOW + timedelta(minutes=1)) == 0
