"""Replaying finds every difference, and there is none."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from decisions.models import Decision
from decisions.replaying import replay, replay_all
from tests.factories.decisions import sample_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def li_na() -> Decision:
    return sample_decision("li_na")


def tamper(decision: Decision, assignment: str, *values: Any) -> Decision:
    """Change a stored decision behind the triggers, as an intruder with the owner's rights would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE decisions_decision SET {assignment} WHERE id = %s", [*values, decision.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    return Decision.objects.get(pk=decision.pk)


def test_all_decisions_replay_without_a_difference(li_na: Decision) -> None:
    sample_decision("ordinary")
    assert [(decision.pk > 0, differences) for decision, differences in replay_all()] == [(True, [])] * 2
    out = StringIO()
    call_command("replay", "--all", stdout=out)
    assert "2 decisions recomputed, 0 differ" in out.getvalue()


def test_a_changed_fact_is_found(li_na: Decision) -> None:
    changed = tamper(li_na, "facts = jsonb_set(facts, '{active_lenders,value}', '1')")
    places = {difference.place for difference in replay(changed)}
    assert "score" in places
    assert "result.points.active_lenders.value" in places


def test_a_changed_score_is_found(li_na: Decision) -> None:
    (difference,) = replay(tamper(li_na, "score = %s", 700))
    assert (difference.place, difference.stored, difference.recomputed) == ("score", 700, 608)


def test_a_changed_reason_is_found(li_na: Decision) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE decisions_decisionreason SET parameters = jsonb_set(parameters, '{extra}', '1')"
            " WHERE code = 'U02'"
        )
    (difference,) = replay(Decision.objects.get(pk=li_na.pk))
    assert (difference.place, difference.recomputed) == ("reasons[1].parameters.extra", 393)


def test_facts_that_are_gone_are_a_difference_and_no_crash(li_na: Decision) -> None:
    (difference,) = replay(tamper(li_na, "facts = '{}'"))
    assert difference.place == "assessment"


def test_the_command_names_the_decision_and_fails(li_na: Decision) -> None:
    tamper(li_na, "score = %s", 700)
    out = StringIO()
    with pytest.raises(CommandError, match="1 decisions differ"):
        call_command("replay", li_na.reference, stdout=out)
    assert f"{li_na.reference} score: stored 700, recomputed 608" in out.getvalue()
    with pytest.raises(CommandError, match="there is no decision"):
        call_command("replay", "nonsense")
