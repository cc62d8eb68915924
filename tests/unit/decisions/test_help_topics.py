"""Other ways are chosen by product, applicant, reason and place."""

import pytest

from decisions.help_topics import list_alternatives, list_glossary, list_hardship_steps, validate_help

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


def codes(**wanted: object) -> list[str]:
    given = {"product": "consumer_loan", "applicant": "personal", "place": "CN", "language": "en", **wanted}
    return [one.code for one in list_alternatives(**given)]  # type: ignore[arg-type]


def test_what_helps_with_a_reason_comes_alone() -> None:
    assert set(codes(reasons=["U04"])) == {"medical_aid", "repayment_plan", "debt_advice"}


@pytest.mark.parametrize("reason", ["U02", "S01"])
def test_a_smaller_amount_is_not_a_way_around_repayments_or_a_score(reason: str) -> None:
    assert "smaller_amount" in codes(reasons=["S05"])
    assert "smaller_amount" not in codes(reasons=[reason])


def test_ways_of_one_place_are_not_named_in_another() -> None:
    assert "housing_fund" in codes()
    assert "housing_fund" not in codes(place="UK")


def test_firms_get_ways_for_firms() -> None:
    found = codes(product="supply_chain_finance", applicant="enterprise", reasons=["E05"])
    assert found == ["buyer_confirms"]


def test_a_reason_without_a_way_of_its_own_still_gets_some() -> None:
    assert len(codes(reasons=["P04"])) > 3


def test_hardship_and_words_stand_in_both_languages() -> None:
    assert len(list_hardship_steps("en")) == len(list_hardship_steps("zh-hans")) >= 4
    assert [one.code for one in list_glossary("en")] == [one.code for one in list_glossary("zh-hans")]


def test_a_catalogue_without_a_part_is_refused() -> None:
    assert validate_help({"alternatives": []}) != []
    assert validate_help({"alternatives": [{"code": "x"}], "hardship": [], "glossary": []}) != []
