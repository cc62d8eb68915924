"""Catalogues are refused with the place and what is wrong; a bad file loads nothing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.catalogues import CatalogueError, read_yaml
from core.models import CatalogueVersion
from creditportal.catalogues import FOLDER, load_catalogues
from decisions.catalogue_check import check_words, has_narrow_punctuation, validate_reasons, validate_words
from decisions.catalogue_crosscheck import Catalogues, cross_check
from decisions.jurisdictions import get_profile, validate_jurisdictions
from decisions.policies import read_policy_file
from tests.factories.decisions import NOW

NAMES = ("reasons", "evidence", "characteristics", "vocabularies", "jurisdictions", "words", "products")


@pytest.fixture
def real() -> Catalogues:
    documents = {name: read_yaml(FOLDER / f"{name}.yaml") for name in NAMES}
    return Catalogues(**documents, policy=read_policy_file(FOLDER / "policy.yaml"))


def test_the_real_catalogues_fit_together(real: Catalogues) -> None:
    assert cross_check(real) == []
    assert validate_reasons(real.reasons) == []
    assert validate_words(real.words) == []
    assert len(real.reasons) == 30


BROKEN: list[tuple[str, Callable[[Any], Any], str]] = [
    ("reasons", lambda found: found[0]["inputs"].append("ghost"), "reason S01: ghost is no characteristic"),
    ("reasons", lambda found: found[0]["evidence"].append("V99"), "reason S01: V99 is no kind of evidence"),
    ("reasons", lambda found: found[10]["evidence"].clear(), "reason U01: no evidence can change"),
    ("reasons", lambda found: found[15]["inputs"].clear(), "reason U06: its inputs lack revolving_use_pct"),
    ("reasons", lambda found: found.pop(6), "S07 is no reason"),
    ("reasons", lambda found: found[6]["forms"]["unknown"].pop("title"), "S07.forms.unknown: has no title"),
    ("evidence", lambda found: found[0]["inputs"].append("ghost"), "V01: ghost is no characteristic"),
    ("characteristics", lambda found: found.pop("age"), "policy input age: is no characteristic"),
    ("characteristics", lambda found: found.pop("tax_grade"), "policy scorecard tax_grade"),
    ("words", lambda found: found["rules"].pop("R07"), "words.rules: R07 is missing"),
    ("vocabularies", lambda found: found["purposes"].pop("travel"), "purposes: travel is missing"),
    ("vocabularies", lambda found: found.pop("safety_flags"), "safety_flags is no vocabulary"),
    ("products", lambda found: found["products"].pop("consumer_loan"), "products: consumer_loan is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "breaks", "problem"), BROKEN)
def test_a_name_that_does_not_exist_is_named(
    real: Catalogues, name: str, breaks: Callable[[Any], Any], problem: str
) -> None:
    breaks(getattr(real, name))
    assert problem in "; ".join(cross_check(replace(real)))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"layer": "heaven"}, "S01.layer"),
        ({"contest": "never"}, "S01.contest"),
        ({"title": {"en": "x"}}, "S01.title: zh and en are expected"),
        ({"title": {"en": "{gate}", "zh": "x"}}, "S01.title: the braces differ: gate"),
        ({"title": {"en": "{ghost}", "zh": "{ghost}"}}, "{ghost} is not among the parameters"),
        ({"title": {"en": "We reject it", "zh": "x"}}, "avoid 'reject'"),
        ({"title": {"en": "x", "zh": "\u5206\u6570,\u95e8\u69db"}}, "ASCII punctuation"),
        ({"surprise": 1}, "S01: surprise is not known here"),
        ({"parameters": {"score": "colour"}}, "colour is no kind"),
    ],
)
def test_a_bad_reason_is_named(real: Catalogues, change: dict[str, Any], problem: str) -> None:
    document = [{**real.reasons[0], **change}, *real.reasons[1:]]
    assert problem in "; ".join(validate_reasons(document))


def test_a_reason_that_stands_twice_is_named(real: Catalogues) -> None:
    assert "S01: stands twice" in validate_reasons([*real.reasons, real.reasons[0]])


def test_words_are_checked_to_the_last_leaf() -> None:
    assert validate_words({"a": {"b": {"zh": "x"}}}) == ["words.a.b: zh and en are expected"]
    assert check_words("x", None) == ["x: zh and en are expected"]
    assert has_narrow_punctuation("\u5206\u6570:5")
    assert not has_narrow_punctuation("\u5206\u6570\uff1a5, 6")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["reasons", "characteristics", "sources", "jurisdictions", "policy", "words"]
)
@pytest.mark.parametrize("text", ["", "- [", "a: 1\na: 2\n", "just text"])
def test_a_broken_file_loads_nothing_at_all(tmp_path: Path, name: str, text: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogues(folder=folder, now=NOW)
    assert f"{name}.yaml" in str(caught.value)
    assert not CatalogueVersion.objects.exists()


@pytest.mark.django_db
def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"sources\.yaml"):
        load_catalogues(folder=tmp_path, now=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogues")
def test_profiles_differ_by_place() -> None:
    places = {code: get_profile(code) for code in ("CN", "US", "EU", "UK")}
    assert [places[code].appeal_window_days for code in places] == [60, 60, 60, 30]
    assert not places["EU"].connections_dimension
    assert places["US"].uses_us_reasons
    assert places["CN"].regulatory_cap("consumer_loan") == (200000, "consumer_online_loan_cap")
    assert places["EU"].regulatory_cap("consumer_loan") is None


def test_a_profile_with_an_unknown_zone_is_named() -> None:
    problems = validate_jurisdictions({"XX": {"time_zone": "Moon/Base"}})
    assert "XX.time_zone: Moon/Base is no time zone" in problems
    assert "XX.minors is missing" in problems
