"""Giving a message that could not be delivered another chance, because a person asked for it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError, ForbiddenError
from notifications.models import Delivery, DeliveryState
from notifications.queueing import DELIVER_MESSAGE
from outbox.models import Outbox, State
from outbox.queueing import queue_work
from outbox.retrying import retry_work


class NothingToRetryError(ConflictError):
    """The delivery did not fail, or is already being tried again."""

    code = "nothing-to-retry"
    default_message = _("This delivery did not fail, or is already being tried again.")


def retry_delivery(*, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Try the open channels of the message once more, audited."""
    if not by.can(Permission.RETRY_WORK):
        raise ForbiddenError
    reference = delivery.message.reference
    with transaction.atomic():
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        work = Outbox.objects.filter(kind=DELIVER_MESSAGE, subject=reference)
        if (
            current.state != DeliveryState.FAILED
            or work.filter(state__in=[State.PENDING, State.LEASED]).exists()
        ):
            raise NothingToRetryError
        dead = list(work.filter(state=State.DEAD).values_list("pk", flat=True))
        if dead:
            retry_work(ids=dead, by=by.code, now=now)
            return
        record(
            verb=Verb.WORK_RETRIED, subject=reference, actor=by.code, now=now,
            codes={"work": DELIVER_MESSAGE, "last_error": current.last_error},
        )  # fmt: skip
        key = f"{DELIVER_MESSAGE}:{reference}:retry:{current.attempts}"
        queue_work(kind=DELIVER_MESSAGE, subject=reference, key=key, now=now)
