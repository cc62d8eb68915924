"""The sample persons come out exactly as the policy's table says, through the database."""

import pytest

from decisions.explaining import explain
from decisions.replaying import replay
from tests.factories.decisions import NOW, SAMPLES, sample_decision
from tests.factories.policies import set_market

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.mark.parametrize("key", SAMPLES)
def test_comes_out_as_expected_and_replays(key: str) -> None:
    sample = SAMPLES[key]
    if sample.document.get("market"):
        set_market(sample.document["market"])
    decision = sample_decision(key)
    expect = sample.expect
    limit = decision.result["limit"]
    assert decision.score == expect["score"]
    assert decision.outcome == expect["outcome"]
    assert [row.code for row in decision.reasons.all()] == expect["reasons"]
    assert (limit and limit["high"]) == expect["limit"]
    assert (limit and limit["low"]) == expect["range_low"]
    assert replay(decision) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("key", SAMPLES)
def test_is_explained_in_both_languages(key: str, language: str) -> None:
    decision = sample_decision(key)
    document = explain(decision=decision, language=language, now=NOW)
    assert "{" not in "".join(
        str(part) for reason in document["reasons"] for part in reason.values() if isinstance(part, str)
    )
    assert len(document["reasons"]) == decision.reasons.count()
    assert "{" not in document["outcome"]["title"]
