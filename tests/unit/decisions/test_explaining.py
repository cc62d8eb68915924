"""The explanation: exact sizes, both languages with the same facts, stored once."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SITE
from accounts.models import User
from core.catalogues import content_hash
from core.models import CatalogueVersion
from decisions.explaining import UnknownLanguageError, explain
from decisions.explanation_material import get_material
from decisions.explanation_reasons import describe_reasons
from decisions.models import Decision, DecisionAccess, RenderedExplanation
from decisions.reading import Reading, read_explanation_as
from decisions.samples import play
from tests.factories.decisions import NOW, SAMPLES, sample_applicant, sample_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def li_na() -> Decision:
    return sample_decision("li_na")


def english(decision: Decision) -> dict[str, Any]:
    return explain(decision=decision, language="en", now=NOW)


def numbers_in(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d,]*%?", text))


def test_the_sizes_are_exact(li_na: Decision) -> None:
    reason = english(li_na)["reasons"][0]
    assert reason["meaning"] == (
        "You repay about \u00a54,176 a month, 58% of your verified income. The limit of this check is 55%."
    )
    assert reason["action"] == (
        "Lower repayments by \u00a5216 a month, or verify \u00a5393 more income, to pass this check."
    )
    assert reason["facts"][0]["value"] == "58%"
    assert (reason["facts"][0]["source_label"], reason["facts"][0]["observed_on"]) == (
        "credit report",
        "6 Nov 2026",
    )


def test_the_chinese_text_has_the_same_numbers(li_na: Decision) -> None:
    chinese = explain(decision=li_na, language="zh-hans", now=NOW)
    for one, other in zip(english(li_na)["reasons"], chinese["reasons"], strict=True):
        assert numbers_in(one["meaning"]) == numbers_in(other["meaning"])
    assert "216" in chinese["reasons"][0]["action"]
    assert "393" in chinese["reasons"][0]["action"]
    assert chinese["reasons"][0]["layer_label"] == "\u5173\u4e8e\u60a8\u7684\u8d22\u52a1"


def test_passing_the_score_is_shown_apart_from_the_outcome(li_na: Decision) -> None:
    document = english(li_na)
    assert document["outcome"]["title"] == "We did not approve the \u00a515,000 consumer loan this time"
    assert document["score"]["passed"]
    assert document["score"]["sentence"] == "608, Good; 8 above the consumer loan minimum"


def test_dimensions_and_waterfall_add_up_to_the_score(li_na: Decision) -> None:
    document = english(li_na)
    assert [row["points"] for row in document["dimensions"]] == [74, 31, 85, 56, 12]
    assert [row["max"] for row in document["dimensions"]] == [210, 150, 120, 90, 30]
    assert document["waterfall"][0]["running"] == 350
    assert document["waterfall"][-1]["running"] == 608
    assert sum(row["points"] for row in document["characteristics"]) == 608 - 350


def test_failed_checks_come_first_with_values_and_limits(li_na: Decision) -> None:
    rules = english(li_na)["rules"]
    assert [rule["passed"] for rule in rules[:3]] == [False, False, False]
    assert (rules[0]["id"], rules[0]["value"], rules[0]["limit"]) == ("R07", "58%", "55%")
    assert all(rule["passed"] for rule in rules[5:])


def test_a_check_shows_the_value_that_was_tested_and_then_the_limit() -> None:
    rules = {rule["id"]: rule for rule in english(sample_decision("loan_broker"))["rules"]}
    assert (rules["R04"]["value"], rules["R04"]["limit"]) == ("640", "600")
    assert (rules["R16"]["value"], rules["R16"]["limit"]) == ("\u00a58,000", "\u00a511,700")


def test_dates_that_follow(li_na: Decision) -> None:
    assert english(li_na)["next"] == {
        "reapply_on": "20 Dec 2026", "next_evaluation_on": "6 Dec 2026", "appeal_until": "19 Jan 2027",
        "offer_until": "",
    }  # fmt: skip


def test_a_closed_line_is_explained_with_old_and_new_rules(dev: User) -> None:
    applicant = sample_applicant("zhang_wei")
    decision = play(sample=SAMPLES["zhang_wei"], applicant=applicant, signer=dev, by=SITE, now=NOW)
    document = english(decision)
    assert document["outcome"]["title"] == "Your consumer loan line of \u00a530,000 was closed"
    assert [reason["code"] for reason in document["reasons"]] == ["S08", "S09", "P01"]
    assert "16 of 19" in document["reasons"][1]["meaning"]
    assert document["coverage"] == {"known": 16, "total": 19, "pct": "80"}
    assert document["comparison"]["predecessor_version"] == "2026.0"
    assert document["comparison"]["predecessor_outcome"] == "approved"
    assert document["line"]["before"]["state"] == "active"
    assert document["line"]["after"]["available"] == "\u00a50"


def test_law_dependent_lines_follow_the_profile() -> None:
    texts = str(english(sample_decision("zhao_ming"))["reasons"])
    assert "at most 5 years" in texts
    assert "within 30 days" in str(english(sample_decision("ruian"))["reasons"])


def test_is_rendered_once_per_language_and_catalogue(li_na: Decision) -> None:
    first = english(li_na)
    with CaptureQueriesContext(connection) as queries:
        assert english(li_na) == first
    assert len(queries) == 2
    english(li_na)
    explain(decision=li_na, language="zh-hans", now=NOW)
    assert RenderedExplanation.objects.count() == 2


def test_a_new_catalogue_words_anew_and_the_old_wording_stays(li_na: Decision) -> None:
    english(li_na)
    words = CatalogueVersion.objects.filter(name="words").first()
    assert words is not None
    document = json.loads(json.dumps(words.document))
    document["layers"]["user"]["en"] = "Your money"
    CatalogueVersion.objects.create(
        name="words", document=document, content_hash=content_hash(document), loaded_at=NOW
    )
    assert english(li_na)["reasons"][0]["layer_label"] == "Your money"
    assert RenderedExplanation.objects.count() == 2


def read(decision: Decision, language: str = "en", held: frozenset[str] = frozenset()) -> Reading:
    return read_explanation_as(by=SITE, reference=decision.reference, language=language, held=held, now=NOW)


def test_the_json_text_is_the_document_and_the_tag_stays(li_na: Decision) -> None:
    first = read(li_na)
    assert json.loads(first.body or b"") == english(li_na)
    assert read(li_na) == first
    assert read(li_na, "zh-hans").tag != first.tag
    assert read(li_na, held=frozenset({first.tag})) == Reading(first.tag, None)


def test_a_stored_explanation_is_read_in_few_statements_and_each_look_is_kept(
    li_na: Decision, django_assert_max_num_queries: Any
) -> None:
    read(li_na)
    with django_assert_max_num_queries(6):
        read(li_na)
    assert DecisionAccess.objects.filter(decision=li_na, actor="site").count() == 2


def test_a_new_catalogue_ends_the_tag_that_somebody_holds(li_na: Decision) -> None:
    held = read(li_na).tag
    words = CatalogueVersion.objects.filter(name="words").first()
    assert words is not None
    document = {**words.document, "added": "later"}
    CatalogueVersion.objects.create(
        name="words", document=document, content_hash=content_hash(document), loaded_at=NOW
    )
    again = read(li_na, held=frozenset({held}))
    assert again.tag != held
    assert again.body is not None


def test_a_reason_about_what_is_not_known_is_not_called_unchangeable(li_na: Decision) -> None:
    row = li_na.reasons.order_by("position").last()
    assert row is not None
    row.code, row.tag, row.parameters = "U10", "fixed", {"form": "unknown"}
    material = get_material(li_na, "en")
    li_na.__dict__["_prefetched_objects_cache"] = {"reasons": [row]}
    [told] = describe_reasons(li_na, material)
    assert (told["tag"], told["tag_label"]) == ("not_known", "not known yet")


def test_too_little_information_names_only_what_is_not_verified() -> None:
    decision = sample_decision("chen_jing_before")
    reason = next(one for one in english(decision)["reasons"] if one["code"] == "S09")
    points = decision.result["points"]
    assert {fact["characteristic"] for fact in reason["facts"]} == {
        name for name, line in points.items() if line["used"] and not line["known"]
    }


def test_an_unknown_language_is_refused(li_na: Decision) -> None:
    with pytest.raises(UnknownLanguageError):
        explain(decision=li_na, language="tlh", now=NOW)
    assert explain(decision=li_na, language="en-GB", now=NOW)["language"] == "en"


@pytest.mark.parametrize("key", ["chen_jing_before", "minor", "loan_broker", "ruian", "hengxin_after_shock"])
def test_no_word_is_used_that_the_copy_standard_avoids(key: str) -> None:
    decision = sample_decision(key)
    text = json.dumps(english(decision)).lower()
    assert not [
        word for word in ("reject", "adverse", "derogatory", "delinquent", "creditworth") if word in text
    ]
    chinese = json.dumps(explain(decision=decision, language="zh-hans", now=NOW), ensure_ascii=False)
    assert "\u62d2\u7edd" not in chinese
    assert "\u98ce\u63a7" not in chinese
