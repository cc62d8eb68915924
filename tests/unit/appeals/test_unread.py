"""Messages of one person are found by that person's keys, however many others have some."""

from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from appeals.decision_pages import look_at_decision
from applicants.models import Applicant
from notifications.kinds import Kind
from notifications.queries import count_unread, list_messages
from notifications.queueing import queue_message
from tests.factories.appeals import NOW, decided
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_messages_to_the_user_and_to_the_applicant_are_both_ones_own(ada: User, ben: User) -> None:
    decided(user=ada)
    decided(user=ben)
    before = count_unread(user=ada)
    applicants = {user.pk: Applicant.objects.get(user=user) for user in (ada, ben)}
    said: dict[str, Any] = {"kind": Kind.APPEAL_RECEIVED, "params": {"due_on": NOW.date()}, "now": NOW}
    queue_message(user=ada, about="AP-1", **said)
    for applicant in applicants.values():
        queue_message(applicant=applicant, about="AP-2", **said)
    assert count_unread(user=ada) == before + 2
    assert {row.about for row in list_messages(user=ada)} >= {"AP-1", "AP-2"}


def test_nobody_reads_the_messages_of_all(ada: User) -> None:
    reference = decided(user=ada).reference
    seen: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "notifications_message" in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                seen.append(" ".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        # A small table is always read whole; what is asked is whether there is another way.
        cursor.execute("SET LOCAL enable_seqscan = off")
    with connection.execute_wrapper(explain):
        count_unread(user=ada)
        look_at_decision(by=acting(ada), reference=reference, language="en", release="1", now=NOW)
    assert len(seen) == 2
    for plan in seen:
        assert "notifications_user" in plan
        assert "notifications_applicant" in plan
