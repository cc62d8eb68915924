"""The score over time: causes add up, gains are what one can do, steps carry their words."""

from datetime import timedelta

import pytest

from accounts.actors import SITE
from accounts.models import User
from applicants.facts import record_fact
from applicants.models import Applicant
from core.errors import NotFoundError
from decisions.attributes import list_attributes
from decisions.deciding import decide
from decisions.explaining import explain
from decisions.explanation_material import get_material
from decisions.models import Decision
from decisions.scores import biggest_gains, newest_scored, score_history, stale_since
from tests.factories.decisions import NOW, application_of, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
LATER = NOW + timedelta(days=40)


@pytest.fixture
def first(ada: User) -> Decision:
    """Li Na's first decision."""
    return sample_decision("li_na", user=ada)


@pytest.fixture
def second(first: Decision) -> Decision:
    """A second one, after her income was verified higher."""
    applicant = Applicant.objects.get(pk=first.applicant_id)
    record_fact(
        applicant=applicant, characteristic="verified_income_month", value=12000, source="bank_flows",
        observed_on=LATER.date(), by=SITE, now=LATER,
    )  # fmt: skip
    application = application_of(applicant, now=LATER, submission_key="two")
    return decide(application=application, by=SITE, now=LATER)


def test_there_is_no_score_before_the_first_decision(eve: User) -> None:
    assert newest_scored(by=acting(eve)) is None


def test_the_newest_decision_is_the_one_that_counts(ada: User, second: Decision) -> None:
    found = newest_scored(by=acting(ada))
    assert found is not None
    assert found.pk == second.pk


def test_a_change_names_its_causes(second: Decision) -> None:
    newest, oldest = score_history(decision=second, language="en")
    assert (oldest.change, oldest.causes) == (None, ())
    assert newest.change == newest.score - oldest.score
    assert "Verified monthly income" in [cause.label for cause in newest.causes]
    assert sum(cause.delta for cause in newest.causes) == newest.change


def test_gains_are_the_largest_that_can_change(first: Decision) -> None:
    document = explain(decision=first, language="en", now=NOW)
    gains = biggest_gains(document, first, "en")
    assert len(gains) == 3
    assert {gain.tag for gain in gains} == {"changeable"}
    assert [gain.left for gain in gains] == sorted((gain.left for gain in gains), reverse=True)


def test_a_score_grows_old(first: Decision) -> None:
    assert stale_since(first, now=NOW) is None
    assert str(stale_since(first, now=NOW + timedelta(days=36))) == "2026-12-25"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_step_of_each_scale_is_the_persons(first: Decision, language: str) -> None:
    material = get_material(first, language)
    for name, line in first.result["points"].items():
        steps = list_attributes(decision=first, name=name, material=material)
        assert [step.points for step in steps if step.is_own] == [line["points"]], name
        assert all(step.label for step in steps), name


def test_a_scale_reads_as_words(first: Decision) -> None:
    steps = list_attributes(decision=first, name="debt_service_pct", material=get_material(first, "en"))
    assert [step.label for step in steps][-3:] == [
        "over 34.99%, up to 49.99%",
        "over 49.99%, up to 69.99%",
        "over 69.99%",
    ]


def test_an_unknown_input_has_no_scale(first: Decision) -> None:
    with pytest.raises(NotFoundError):
        list_attributes(decision=first, name="age", material=get_material(first, "en"))
