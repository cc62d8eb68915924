"""What changes with the law of a place."""

from datetime import date

import pytest

from accounts.actors import SITE
from applicants.models import Applicant
from decisions.deciding import decide
from decisions.explaining import explain
from decisions.freezing import next_evaluation
from decisions.models import Decision
from tests.factories.decisions import NOW, application_of, sample_applicant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


def decided_in(place: str, key: str) -> Decision:
    applicant = sample_applicant(key)
    Applicant.objects.filter(pk=applicant.pk).update(jurisdiction=place)
    return decide(application=application_of(applicant), by=SITE, now=NOW)


def test_where_connections_are_not_used_everybody_has_the_full_points() -> None:
    decision = decided_in("EU", "li_na")
    document = explain(decision=decision, language="en", now=NOW)
    connections = document["dimensions"][-1]
    assert (connections["points"], connections["max"], connections["note"]) == (30, 30, "not used here")
    assert decision.score == 608 + 18


def test_in_the_us_a_low_score_gives_way_to_its_characteristics() -> None:
    codes = [row.code for row in decided_in("US", "chen_jing_before").reasons.all()]
    assert "S01" not in codes
    assert codes


def test_no_sentence_of_chinese_law_is_said_elsewhere() -> None:
    document = explain(decision=decided_in("US", "zhao_ming"), language="en", now=NOW)
    assert "at most 7 years" in str(document["reasons"])
    assert "5 years" not in str(document["reasons"])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 5), date(2026, 11, 6)),
        (date(2026, 11, 6), date(2026, 12, 6)),
        (date(2026, 12, 31), date(2027, 1, 6)),
    ],
)
def test_the_next_evaluation_is_on_the_sixth(day: date, expected: date) -> None:
    assert next_evaluation(day, 6) == expected
