"""Another engine in the place of ours: what it scored is marked, and its silence is never a no."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from accounts.actors import SITE
from creditportal.environment import service_url
from decisions.asking import FactsMovedError, ask_about
from decisions.deciding import decide
from decisions.engines import check_stored
from decisions.explaining import explain
from decisions.models import Decision
from decisions.replaying import replay
from decisions.rerunning import EngineUnavailableError, reassess
from decisions.routes import RoutesUnavailableError, find_routes_for
from tests.factories.decisions import NOW, application_of, sample_applicant, sample_decision
from tests.factories.engines import FakeEngine, running_engine
from tests.unit.assessment.samples import POLICY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeEngine]:
    with running_engine(POLICY) as engine:
        settings.SCORING_ENGINE_URL = engine.url
        settings.SCORING_ENGINE_NAME = "other"
        settings.SCORING_ENGINE_TIMEOUT_SECONDS = 20.0
        settings.SCORING_ENGINE_TRIES = 1
        yield engine


def test_the_points_of_the_other_engine_decide(fake: FakeEngine) -> None:
    fake.changes = {"settled_on_time": 0}
    decision = sample_decision("li_na")
    assert (decision.score, decision.engine_version) == (596, "other 7.1")
    assert decision.result["points"]["settled_on_time"]["points"] == 0
    assert next(row.code for row in decision.reasons.all()) == "S01"


def test_its_reasons_stand_in_its_order(fake: FakeEngine) -> None:
    fake.reasons = ["S04", "S05"]
    decision = sample_decision("chen_jing_before")
    assert [row.code for row in decision.reasons.all()] == ["S01", "S09", "S04", "S05"]
    assert replay(decision) == []


def test_without_reasons_of_its_own_ours_stand(fake: FakeEngine) -> None:
    decision = sample_decision("chen_jing_before")
    assert [row.code for row in decision.reasons.all()] == ["S01", "S09", "S05", "S04"]


@pytest.mark.parametrize("reply", [(500, b""), (200, b"nonsense"), (200, b'{"score": NaN}'), (403, b"")])
@pytest.mark.parametrize("person", ["chen_jing_before", "ordinary"])
def test_no_answer_goes_to_a_person(fake: FakeEngine, person: str, reply: tuple[int, bytes]) -> None:
    fake.replies = [reply]
    decision = sample_decision(person)
    assert decision.outcome == "refer"
    assert [(row.code, row.parameters) for row in decision.reasons.all()] == [("P04", {"form": "scorer"})]
    assert decision.line is None


def test_the_page_says_what_cannot_be_proved(fake: FakeEngine) -> None:
    decision = sample_decision("li_na")
    said = explain(decision=decision, language="en", now=NOW)["engine"]
    assert (said["name"], said["version"], said["state"]) == ("other", "7.1", "scored")
    assert said["sentence"].startswith("We cannot prove this part: it was scored by another engine.")
    assert len(said["unproven"]) == 5


def test_silence_is_worded_in_both_languages(fake: FakeEngine) -> None:
    fake.replies = [(503, b"")]
    decision = sample_decision("li_na")
    for language in ("en", "zh-hans"):
        document = explain(decision=decision, language=language, now=NOW)
        assert document["engine"]["state"] == "failed"
        assert "{" not in str(document["reasons"][0]["title"])


def test_our_own_engine_is_not_marked() -> None:
    decision = sample_decision("li_na")
    assert (explain(decision=decision, language="en", now=NOW)["engine"], decision.engine_version) == (
        None,
        "1.0",
    )


def test_no_routes_are_promised_on_its_points(fake: FakeEngine) -> None:
    with pytest.raises(RoutesUnavailableError):
        find_routes_for(decision=sample_decision("li_na"), now=NOW)


def test_replay_adds_up_and_says_so(fake: FakeEngine) -> None:
    sample_decision("li_na")
    out = StringIO()
    call_command("replay", all=True, stdout=out)
    assert "1 of them were scored by another engine" in out.getvalue()


def test_a_stored_answer_that_does_not_add_up_is_named() -> None:
    stored = {"score": 400, "points": {"one": {"points": 40}}}
    assert check_stored(stored, base=350, score=390) == [("result.score", 400, 390)]


def test_the_same_facts_give_the_same_answer_without_asking(fake: FakeEngine) -> None:
    fake.changes = {"settled_on_time": 0}
    decision = sample_decision("li_na")
    asked = len(fake.asked)
    again = reassess(decision=decision, facts=decision.facts)
    assert (again.score, again.outcome, len(fake.asked)) == (596, decision.outcome, asked)


def test_corrected_facts_are_asked_about(fake: FakeEngine) -> None:
    decision = sample_decision("li_na")
    facts = {**decision.facts, "active_lenders": {**decision.facts["active_lenders"], "value": 1}}
    assert reassess(decision=decision, facts=facts).score == 628
    fake.replies = [(503, b"")]
    with pytest.raises(EngineUnavailableError):
        reassess(decision=decision, facts=facts)


def test_what_it_answered_about_these_facts_earlier_counts_again(fake: FakeEngine) -> None:
    decision = sample_decision("li_na")
    facts = {**decision.facts, "active_lenders": {**decision.facts["active_lenders"], "value": 1}}
    fake.changes = {"settled_on_time": 0}
    seen = reassess(decision=decision, facts=facts).to_dict()
    asked, fake.replies = len(fake.asked), [(503, b"")]
    again = reassess(decision=decision, facts=facts, answered=seen)
    assert (again.to_dict(), len(fake.asked)) == (seen, asked)


def test_an_answer_about_other_facts_does_not_count(fake: FakeEngine) -> None:
    application = application_of(sample_applicant("li_na"))
    scored = ask_about(application=application, now=NOW)
    assert scored is not None
    stale = type(scored)(scored.engine, scored.key, {}, scored.answer)
    with pytest.raises(FactsMovedError):
        decide(application=application, by=SITE, now=NOW, scored=stale)
    assert not Decision.objects.exists()


def test_the_question_names_nobody(fake: FakeEngine) -> None:
    sample_decision("li_na")
    assert "Li Na" not in str(fake.asked)
    assert fake.keys[0].isalnum()


@pytest.mark.parametrize("url", ["http://example.com/", "ftp://127.0.0.1/", "score", "https://"])
def test_an_address_that_anybody_could_read_is_refused(monkeypatch: Any, url: str) -> None:
    monkeypatch.setenv("SCORING_ENGINE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="SCORING_ENGINE_URL"):
        service_url("SCORING_ENGINE_URL")
