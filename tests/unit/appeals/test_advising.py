"""What papers could change is what the engine says: never more, never less, and never a promise."""

import pytest

from accounts.models import User
from appeals import advising
from appeals.advising import Chance, advise
from decisions.models import Decision
from decisions.rerunning import EngineUnavailableError, reassess
from tests.factories.appeals import corrections, decided, draft
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_the_points_are_those_of_the_engine(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    points = {row.characteristic: row.most_points for rows in advise(appeal).values() for row in rows}
    original = reassess(decision=appeal.decision, facts=appeal.decision.facts)
    lines = original.points
    # More income also lowers the share that repayments take of it.
    scored = {name for name in points if name in lines} - {"verified_income_month"}
    assert scored
    assert {name: points[name] for name in scored} == {
        name: lines[name]["max"] - lines[name]["points"] for name in scored
    }


def test_what_really_turned_the_decision_was_never_called_impossible(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    rows = {row.characteristic: row.chance for found in advise(appeal).values() for row in found}
    turned = {name for name in corrections("li_na") if name in rows}
    assert turned
    assert {rows[name] for name in turned} <= {Chance.YES, Chance.MAYBE}


def test_each_input_names_papers_that_count(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada), claims={"U02": "WRONG"})
    rows = advise(appeal)["U02"]
    assert rows[0].characteristic == "debt_service_pct"
    assert rows[0].is_named
    assert "V01" in rows[0].kinds
    assert all(row.kinds for row in rows)


def test_a_request_for_a_person_needs_no_papers(ada: User) -> None:
    appeal = draft(decided(user=ada), acting(ada), claims={"H01": "PERSON"})
    assert advise(appeal) == {"H01": []}


def test_another_engine_leaves_it_open(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    appeal = draft(decided(user=ada), acting(ada), claims={"U02": "WRONG"})

    def silent(**_given: object) -> None:
        raise EngineUnavailableError

    monkeypatch.setattr(advising, "reassess", silent)
    rows = advise(appeal)["U02"]
    assert {(row.chance, row.most_points) for row in rows} == {(Chance.MAYBE, None)}


def test_advice_writes_nothing(ada: User) -> None:
    decision: Decision = decided(user=ada)
    appeal = draft(decision, acting(ada))
    before = dict(decision.facts)
    advise(appeal)
    assert appeal.decision.facts == before
