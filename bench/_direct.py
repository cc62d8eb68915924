"""A Celery task that ends an event directly: the site's own settings, a queue of its own."""

import os
from typing import Final

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
django.setup()

import creditportal.celery  # noqa: E402, F401 - it looks after connections that are kept, here too

app: Final = Celery("direct", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_default_queue = "bench"


@app.task(name="end_event", ignore_result=True)
def end_event(key: str) -> None:
    """Note when the event's effect came about, as the outbox does."""
    from django.db import transaction

    from core.clock import now
    from outbox.models import Outbox, State

    with transaction.atomic():
        Outbox.objects.filter(key=key, state=State.PENDING).update(state=State.DONE, done_at=now())
