"""A worker keeps its connection to the database from task to task, and makes another one when it ended."""

import pytest
from celery.fixups.django import DjangoWorkerFixup  # type: ignore[attr-defined]  # stubs lack it
from django.db import connection
from psycopg import connect

from creditportal.celery import app
from outbox.models import Outbox
from outbox.tasks import drain
from tests.integration.fault_stack import database_url

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    """The server's process behind our connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections stay open, as the worker's do."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.close()


@pytest.mark.usefixtures("_kept")
def test_a_connection_serves_many_tasks() -> None:
    fixup, first = DjangoWorkerFixup(app), backend()
    for _task in range(5):
        fixup.on_task_prerun(sender=drain)
        drain.apply()
        fixup.on_task_postrun(sender=drain)
    assert backend() == first


@pytest.mark.usefixtures("_kept")
def test_a_connection_that_ended_is_made_again_before_the_next_task() -> None:
    first = backend()
    with connect(database_url(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [first])
    assert drain.apply().state == "SUCCESS"
    assert backend() != first
    assert not Outbox.objects.exists()
