"""How and when somebody is told: legal notices always, the rest as chosen; nothing is ever lost."""

from datetime import UTC, datetime, time

import pytest
from django.core import mail

from accounts.models import User
from notifications.channels import SandboxSms
from notifications.kinds import Kind
from notifications.models import Delivery, Message
from notifications.preferences import save_settings, timing_of, zone_of
from notifications.queueing import queue_message
from notifications.tasks import gather_digests
from outbox.draining import drain
from tests.factories.decisions import NOW, sample_applicant

# 22:30 and 06:30 in Shanghai
LATE, EARLY = datetime(2026, 11, 20, 14, 30, tzinfo=UTC), datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


def choose(
    user: User,
    digest: str = "NEVER",
    off: tuple[str, ...] = (),
    on: tuple[str, ...] = (),
    *,
    quiet: bool = False,
) -> None:
    start, end = (time(22, 0), time(7, 0)) if quiet else (None, None)
    save_settings(
        user=user, digest=digest, quiet_from=start, quiet_until=end, switched_off=off, switched_on=on, now=NOW
    )


def send(user: User, kind: Kind, now: datetime = NOW) -> Message:
    params = {"until": "x"} if kind is Kind.DATA_READY else {}
    return queue_message(kind=kind, applicant=user.applicant, about="DE-0000-0000", params=params, now=now)


def states(message: Message) -> dict[str, str]:
    return dict(message.deliveries.values_list("channel", "state"))


@pytest.fixture
def li_na(catalogues: None, ada: User) -> User:
    sample_applicant("li_na", user=ada)
    drain(clock=lambda: NOW)
    mail.outbox.clear()
    return ada


def test_a_legal_notice_cannot_be_switched_off(li_na: User) -> None:
    choose(li_na, off=("DECISION_READY:EMAIL", "DATA_READY:EMAIL"))
    assert set(states(send(li_na, Kind.DECISION_READY))) == {"IN_APP", "EMAIL"}
    assert states(send(li_na, Kind.DATA_READY)) == {"IN_APP": "SENT"}


@pytest.mark.parametrize("kind", [Kind.DECISION_READY, Kind.DATA_READY])
@pytest.mark.parametrize("now", [LATE, EARLY])
def test_in_quiet_hours_only_the_inbox_speaks(li_na: User, kind: Kind, now: datetime) -> None:
    choose(li_na, quiet=True)
    message = send(li_na, kind, now)
    drain(clock=lambda: now)
    assert states(message) == {"IN_APP": "SENT", "EMAIL": "PENDING"}
    drain(clock=lambda: MORNING)
    assert states(message) == {"IN_APP": "SENT", "EMAIL": "SENT"}


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the service of text messages took, by key."""
    service = SandboxSms()
    monkeypatch.setattr("notifications.channels.sms", service)
    return service.taken


def test_a_text_comes_only_for_what_was_switched_on(li_na: User, texts: dict[str, str]) -> None:
    drain(clock=lambda: NOW)
    send(li_na, Kind.DATA_READY)
    choose(li_na, on=("DATA_READY:SMS", "DECISION_READY:SMS", "APPEAL_RECEIVED:SMS", "WORK_DEAD:SMS"))
    assert li_na.message_settings.switched_on == ["DATA_READY:SMS", "DECISION_READY:SMS"]
    wanted = [send(li_na, Kind.DATA_READY), send(li_na, Kind.DECISION_READY)]
    send(li_na, Kind.APPLICATION_RECEIVED)
    drain(clock=lambda: NOW)
    assert texts.keys() == {message.reference for message in wanted}
    assert [states(message)["SMS"] for message in wanted] == ["SENT", "SENT"]
    said = " ".join(texts.values())
    assert [told for told in (li_na.applicant.name, li_na.applicant.phone, "¥") if told in said] == []


def test_a_text_waits_for_quiet_hours_and_for_no_digest(li_na: User, texts: dict[str, str]) -> None:
    choose(li_na, "WEEKLY", on=("DATA_READY:SMS",), quiet=True)
    message = send(li_na, Kind.DATA_READY, LATE)
    drain(clock=lambda: LATE)
    assert not texts
    drain(clock=lambda: MORNING)
    assert texts.keys() == {message.reference}
    assert states(message) == {"IN_APP": "SENT", "EMAIL": "PENDING", "SMS": "SENT"}


def test_by_day_nothing_waits(li_na: User) -> None:
    choose(li_na, quiet=True)
    message = send(li_na, Kind.DATA_READY)
    drain(clock=lambda: NOW)
    assert states(message)["EMAIL"] == "SENT"


def test_a_digest_brings_them_together_and_legal_notices_come_alone(li_na: User) -> None:
    choose(li_na, "DAILY")
    waiting = [send(li_na, Kind.DATA_READY), send(li_na, Kind.APPLICATION_RECEIVED)]
    send(li_na, Kind.DECISION_READY)
    drain(clock=lambda: NOW)
    assert len(mail.outbox) == 1
    morning = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    gather_digests(morning)
    gather_digests(morning)
    drain(clock=lambda: morning)
    assert len(mail.outbox) == 2
    digest = mail.outbox[1]
    assert all(f"- {one.subject_text}\n\n{one.body_text}\n" in str(digest.body) for one in waiting)
    assert digest.extra_headers["Content-Language"] == li_na.language
    assert Delivery.objects.filter(state="PENDING").count() == 0


def test_the_weekly_digest_leaves_on_monday(li_na: User) -> None:
    choose(li_na, "WEEKLY")
    timing = timing_of(Kind.DATA_READY, li_na.message_settings, zone_of(li_na.applicant), NOW)
    assert timing.digest_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert timing.digest_at.astimezone(zone_of(None)).weekday() == 0


def test_who_chose_nothing_is_told_at_once(li_na: User) -> None:
    message = send(li_na, Kind.DATA_READY, LATE)
    drain(clock=lambda: LATE)
    assert states(message) == {"IN_APP": "SENT", "EMAIL": "SENT"}


def test_a_digest_waits_for_the_end_of_quiet_hours(li_na: User) -> None:
    save_settings(
        user=li_na, digest="DAILY", quiet_from=time(22, 0), quiet_until=time(9, 30), switched_off=(), now=NOW
    )
    timing = timing_of(Kind.DATA_READY, li_na.message_settings, zone_of(li_na.applicant), NOW)
    # Half past nine in Shanghai, not eight.
    assert timing.digest_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
