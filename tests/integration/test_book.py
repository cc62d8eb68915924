"""The bulk path writes what the single path writes, once."""

from datetime import UTC, datetime

import pytest

from applicants.models import Applicant, Fact, Sheet
from decisions.book import load_book
from decisions.explaining import explain
from decisions.models import BookRow, Decision
from decisions.replaying import replay

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ROWS = 60


@pytest.fixture
def said(catalogues: None) -> list[str]:
    """Load the first rows and return what was said."""
    said: list[str] = []
    load_book(rows=ROWS, now=NOW, say=said.append)
    return said


def test_every_row_is_an_applicant_with_a_decision(said: list[str]) -> None:
    """Sixty lines give sixty people, each decided once."""
    assert said == [f"{ROWS} people loaded and decided"]
    assert BookRow.objects.count() == ROWS
    assert Decision.objects.filter(applicant__is_sample=True).count() == ROWS


def test_loading_again_changes_nothing(said: list[str]) -> None:
    """What is there already is not loaded twice; what is missing is."""
    again = load_book(rows=ROWS + 5, now=NOW, say=said.append)
    assert (again.known, again.loaded) == (ROWS, 5)
    assert Applicant.objects.filter(is_sample=True).count() == ROWS + 5


@pytest.mark.usefixtures("said")
def test_the_sheet_holds_the_facts() -> None:
    """Each entry of a sheet is the fact it names."""
    sheet = Sheet.objects.first()
    assert sheet is not None
    facts = {fact.pk: fact for fact in Fact.objects.filter(applicant=sheet.applicant)}
    assert {entry["fact"] for entry in sheet.facts.values()} == set(facts)
    assert all(facts[entry["fact"]].value == entry["value"] for entry in sheet.facts.values())


@pytest.mark.usefixtures("said")
def test_every_bulk_decision_replays_without_a_difference() -> None:
    """The single path comes to the same result."""
    assert [replay(decision) for decision in Decision.objects.all()] == [[]] * ROWS


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_bulk_decision_can_be_explained(language: str) -> None:
    """No brace stays empty, though the table knows no lender and no month."""
    for decision in Decision.objects.all():
        document = explain(decision=decision, language=language, now=NOW)
        assert "{" not in str([reason["meaning"] for reason in document["reasons"]])
        assert document["score"]["value"] == decision.score


@pytest.mark.usefixtures("said")
def test_nobody_is_declined_without_a_reason() -> None:
    """Whoever did not get what was asked for is told why."""
    silent = Decision.objects.exclude(outcome="approve").filter(reasons=None)
    assert silent.count() == 0
