"""What was written about a case, and to a colleague; trying again."""

import pytest
from django.utils import timezone

from accounts.models import User
from appeals.models import Appeal
from notifications.kinds import Kind
from notifications.models import Delivery, DeliveryState, Message
from notifications.queueing import queue_message
from outbox.models import Outbox, State
from tests.factories.decisions import NOW
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(held: Appeal) -> Delivery:
    """An e-mail about the case that the server refused."""
    delivery = Delivery.objects.get(message__about=held.reference, channel="EMAIL")
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED, attempts=3, last_error="RefusedError"
    )
    Outbox.objects.filter(subject=delivery.message.reference).update(state=State.DONE, done_at=NOW)
    return delivery


def test_deliveries_are_visible_on_the_case(
    failed: Delivery, held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{held.reference}/"))
    for text in (
        failed.message.reference,
        "by e-mail could not be sent (3)",
        "RefusedError",
        "on the site sent",
    ):
        assert text in " ".join(page.split())
    assert "Try again" not in page


def test_a_supervisor_has_a_failed_delivery_tried_again(
    failed: Delivery, dev: User, sit_down: SitDown
) -> None:
    client = sit_down(dev)
    assert "Try again" in text_of(client.get(f"/staff/notifications/delivery/{failed.pk}/change/"))
    assert client.post(f"/staff/deliveries/{failed.pk}/retry/").status_code == 302
    work = Outbox.objects.filter(subject=failed.message.reference, state=State.PENDING)
    assert work.count() == 1


def test_trying_again_twice_is_trying_once(failed: Delivery, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    client.post(f"/staff/deliveries/{failed.pk}/retry/")
    assert client.post(f"/staff/deliveries/{failed.pk}/retry/").status_code == 409
    assert Outbox.objects.filter(subject=failed.message.reference, state=State.PENDING).count() == 1


def test_dead_deliveries_are_revived(failed: Delivery, dev: User, sit_down: SitDown) -> None:
    Outbox.objects.filter(subject=failed.message.reference).update(state=State.DEAD, done_at=None)
    sit_down(dev).post(f"/staff/deliveries/{failed.pk}/retry/")
    assert Outbox.objects.get(subject=failed.message.reference).state == State.PENDING


def test_dead_work_is_shown_on_its_case(held: Appeal, dev: User, sit_down: SitDown) -> None:
    work = Outbox.objects.create(
        kind="RERUN_APPEAL", subject=held.reference, key="k", state=State.DEAD, next_at=NOW, created_at=NOW,
        last_error="ValueError",
    )  # fmt: skip
    client = sit_down(dev)
    assert "RERUN_APPEAL</code> (ValueError)" in text_of(client.get(f"/staff/cases/{held.reference}/"))
    answer = client.post(f"/staff/work/{work.pk}/retry/", {"back": held.reference})
    assert answer.headers["Location"] == f"/staff/cases/{held.reference}/"


def test_a_colleagues_message_leads_to_its_case(
    held: Appeal, dev: User, cleo: User, sit_down: SitDown
) -> None:
    due_on = timezone.now().date()
    letter = queue_message(
        kind=Kind.APPEAL_WAITING, user=dev, about=held.reference, params={"due_on": due_on}, now=NOW
    )
    client = sit_down(dev)
    assert letter.subject_text in text_of(client.get("/staff/messages/"))
    page = text_of(client.get(f"/staff/messages/{letter.reference}/"))
    assert f"/staff/cases/{held.reference}/" in page
    assert Message.objects.get(pk=letter.pk).read_at is not None
    assert sit_down(cleo).get(f"/staff/messages/{letter.reference}/").status_code == 404


def test_a_sign_of_life_keeps_the_session(cleo: User, sit_down: SitDown) -> None:
    assert sit_down(cleo).get("/staff/stay/").status_code == 204
