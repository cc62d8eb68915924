"""What a run tells many at once: the letter of each decision, and messages as each reader chose them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import User
from applicants.models import Applicant
from decisions.models import Decision, Run, RunChange, RunState
from decisions.notices import compose_notice
from notifications.batches import Notice, queue_notices
from notifications.kinds import Channel, Kind
from notifications.letters import is_untouched, read_letter
from notifications.models import Delivery, Digest, Letter, LetterKind, Message
from notifications.preferences import save_settings
from outbox.models import Outbox
from tests.factories.decisions import NOW
from tests.factories.runs import begun_run, released, small_book, worked

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""Half past eleven in the evening in China."""
MORNING = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


@pytest.fixture
def people(catalogues: None, ada: User, ben: User) -> list[Applicant]:
    """Two of a small book who have accounts: Ada wants to sleep and a daily digest, Ben chose nothing."""
    small_book()
    found = list(Applicant.objects.order_by("pk")[:2])
    for applicant, user in zip(found, (ada, ben), strict=True):
        applicant.user = user
        applicant.save(update_fields=["user"])
    save_settings(
        user=ada, digest=Digest.DAILY, quiet_from=time(22), quiet_until=time(7, 30),
        switched_off=[f"{Kind.RELATED_CHANGED}:{Channel.EMAIL}"], now=NOW,
    )  # fmt: skip
    return found


def told(people: list[Applicant], kind: Kind) -> list[Message]:
    notices = [Notice(applicant=one.pk, kind=kind, about="DE-0000-0001") for one in people]
    queue_notices(notices=notices, now=NIGHT)
    return list(Message.objects.order_by("applicant_id"))


def channels(message: Message) -> set[str]:
    return set(Delivery.objects.filter(message=message).values_list("channel", flat=True))


def due(message: Message) -> datetime:
    return Outbox.objects.get(subject=message.reference, kind="DELIVER_MESSAGE").next_at


def test_a_legal_notice_waits_for_the_end_of_quiet_hours(people: list[Applicant]) -> None:
    mine, other = told(people, Kind.DECISION_READY)
    assert (due(mine), due(other)) == (MORNING, NIGHT)
    mail = Delivery.objects.get(message=mine, channel=Channel.EMAIL)
    assert (mail.next_at, mail.in_digest) == (MORNING, False)


def test_what_was_switched_off_stays_in_the_inbox(people: list[Applicant]) -> None:
    mine, other = told(people, Kind.RELATED_CHANGED)
    assert (channels(mine), channels(other)) == ({"IN_APP"}, {"IN_APP", "EMAIL"})


def test_what_is_no_legal_notice_waits_for_the_digest(people: list[Applicant]) -> None:
    mine, other = told(people, Kind.APPLICATION_RECEIVED)
    assert Delivery.objects.get(message=mine, channel=Channel.EMAIL).in_digest
    assert not Delivery.objects.get(message=other, channel=Channel.EMAIL).in_digest
    assert (due(mine), due(other)) == (MORNING, NIGHT)


def test_whoever_has_no_account_finds_it_later(people: list[Applicant]) -> None:
    stranger = Applicant.objects.filter(user=None).order_by("pk").first()
    assert stranger is not None
    [message] = told([stranger], Kind.DECISION_READY)
    assert Delivery.objects.get(message=message, channel=Channel.EMAIL).state == "SKIPPED"
    assert not Outbox.objects.filter(subject=message.reference).exists()


def done_run(dev: User, pia: User) -> Run:
    braked = worked(begun_run(market="tight"))
    return worked(released(braked, dev, pia), now=NOW + timedelta(hours=1))


def test_each_decision_of_a_run_has_its_letter(people: list[Applicant], dev: User, pia: User) -> None:
    run = done_run(dev, pia)
    assert run.state == RunState.DONE
    decisions = Decision.objects.filter(run_change__run=run)
    letters = Letter.objects.filter(kind=LetterKind.DECISION_NOTICE)
    assert {letter.about for letter in letters} == {decision.reference for decision in decisions}
    letter, decision = letters[0], Decision.objects.get(reference=letters[0].about)
    assert is_untouched(letter)
    said = compose_notice(decision=decision, language="zh-hans", now=NOW + timedelta(hours=1))
    assert read_letter(letter, "zh-hans") == {**said, "verify_code": letter.verify_code}


def test_whoever_asked_for_a_person_is_left_to_one(people: list[Applicant], dev: User, pia: User) -> None:
    braked = worked(begun_run(market="tight"))
    chosen = Applicant.objects.filter(
        pk__in=Decision.objects.filter(outcome__in=["approve", "counter"]).values("applicant")
    )
    chosen.update(person_decides_since=NOW)
    run = worked(released(braked, dev, pia), now=NOW + timedelta(hours=1))
    assert run.counts["left"]["ASKED"] == RunChange.objects.filter(run=run, left="ASKED").count() > 0
    assert not Decision.objects.filter(run_change__run=run, applicant__in=chosen).exists()
