"""The contract with another scoring engine, against a real server on this machine."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.remote import LARGEST_ANSWER
from decisions.engines import Answer, ScoringError, ask_engine, read_answer
from decisions.remote import RemoteEngine
from tests.factories.engines import FakeEngine, question_of, running_engine
from tests.unit.assessment.samples import POLICY, facts_of

CARD = POLICY.scorecards["personal"]
VALUES = {name: value for name, value in facts_of("li_na").items() if name in CARD.by_name}


@pytest.fixture
def fake() -> Iterator[FakeEngine]:
    with running_engine(POLICY) as engine:
        yield engine


def engine_at(fake: FakeEngine, **terms: Any) -> RemoteEngine:
    return RemoteEngine("other", fake.url, **{"pause": lambda _seconds: None, **terms})


def test_an_answer_has_score_points_reasons_and_version(fake: FakeEngine) -> None:
    fake.reasons = ["S05", "S09"]
    answer = read_answer(engine_at(fake, token="secret").ask(question_of(VALUES)), CARD)
    assert (answer.score, answer.reasons, answer.version) == (608, ("S05", "S09"), "7.1")
    assert sum(answer.points.values()) == 258
    assert fake.tokens == ["Bearer secret"]


def test_only_the_scorecard_leaves_the_house(fake: FakeEngine) -> None:
    facts = {name: {"value": value, "source": "declared"} for name, value in facts_of("li_na").items()}
    request = {"product": "consumer_loan", "context": {"connections_dimension": True}}
    ask_engine(engine_at(fake), policy=POLICY, facts=facts, request=request, key="k")
    assert set(fake.asked[0]) == {"scorecard", "policy_version", "characteristics"}
    assert set(fake.asked[0]["characteristics"]) == set(CARD.by_name)


def test_tries_again_with_the_same_key(fake: FakeEngine) -> None:
    good = fake.reply({"scorecard": "personal", "characteristics": VALUES})
    fake.replies = [(503, b""), (500, b"{}"), good]
    assert engine_at(fake).ask(question_of(VALUES))["score"] == 608
    assert fake.keys == ["k1", "k1", "k1"]


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 302])
def test_a_refusal_is_not_tried_again(fake: FakeEngine, status: int) -> None:
    fake.replies = [(status, b"{}")]
    with pytest.raises(ScoringError, match="REFUSED"):
        engine_at(fake).ask(question_of(VALUES))
    assert len(fake.keys) == 1


def test_a_silent_engine_costs_no_more_than_its_time(fake: FakeEngine) -> None:
    fake.hangs = True
    with pytest.raises(ScoringError, match="TIMEOUT"):
        engine_at(fake, timeout_seconds=0.5, tries=2).ask(question_of(VALUES))
    assert len(fake.keys) == 2


def test_nobody_there() -> None:
    with pytest.raises(ScoringError, match="UNREACHABLE"):
        RemoteEngine("other", "http://127.0.0.1:9/", tries=1).ask(question_of(VALUES))


def test_an_engine_that_stays_down(fake: FakeEngine) -> None:
    fake.replies = [(503, b"")]
    with pytest.raises(ScoringError, match="UNAVAILABLE"):
        engine_at(fake).ask(question_of(VALUES))


@pytest.mark.parametrize(
    "body", [b"", b"no JSON", b"[]", b"\xff", b"[" * 50_000, b" " * (LARGEST_ANSWER + 1)]
)
def test_what_cannot_be_read(fake: FakeEngine, body: bytes) -> None:
    fake.replies = [(200, body)]
    with pytest.raises(ScoringError, match="UNREADABLE"):
        engine_at(fake, tries=1).ask(question_of(VALUES))


def test_nan_is_no_number(fake: FakeEngine) -> None:
    fake.replies = [(200, b'{"score": NaN}')]
    with pytest.raises(ScoringError, match="NO_NUMBER"):
        engine_at(fake).ask(question_of(VALUES))


def answer_with(fake: FakeEngine, **changes: Any) -> Answer:
    _, body = fake.reply({"scorecard": "personal", "characteristics": VALUES})
    return read_answer({**json.loads(body), **changes}, CARD)


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("NO_NUMBER", {"score": 608.5}), ("NO_NUMBER", {"score": "608"}), ("NO_NUMBER", {"score": True}),
        ("SUM_DIFFERS", {"score": 609}), ("UNREADABLE", {"points": [1]}), ("UNREADABLE", {"reasons": None}),
        ("UNREADABLE", {"engine_version": 7}), ("OTHER_CHARACTERISTICS", {"points": {"shoe_size": 3}}),
        ("NO_NUMBER", {"points": {"shoe_size": -3}}), ("OTHER_REASONS", {"reasons": ["X99"]}),
        ("OTHER_REASONS", {"reasons": [["S05"]]}),
    ],
)  # fmt: skip
def test_an_answer_that_contradicts_itself_is_none(
    fake: FakeEngine, why: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(ScoringError, match=why):
        answer_with(fake, **changes)
