"""What was decided, why, and what would change it is read within two minutes, and its gist at a glance."""

import pytest

from accounts.models import User
from core.clock import now
from creditportal.portal.explaining import arrange, reading_seconds
from decisions.explaining import explain
from decisions.models import Decision
from tests.factories.decisions import SAMPLES, sample_decision
from tests.unit.portal.browsing import address, signed_in, words
from tests.unit.portal.documents import li_na

pytestmark = pytest.mark.django_db
PERSONS = [key for key, sample in SAMPLES.items() if not sample.of and sample.expect.get("outcome")]
LONGEST = 120
GLANCE = 30


@pytest.mark.parametrize("key", PERSONS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_first_part_of_a_decision_is_short(catalogues: None, key: str, language: str) -> None:
    decision = sample_decision(key, now=now())
    document = explain(decision=decision, language=language, now=now())
    gist = [
        {**reason, "meaning": "", "action": "", "facts": reason["facts"][:1]}
        for reason in document["reasons"]
    ]
    seconds = reading_seconds(document)
    assert 5 < seconds <= LONGEST, f"{key} {language}: {seconds:.0f} s"
    assert reading_seconds({**document, "reasons": gist}) <= GLANCE


def test_more_words_take_longer() -> None:
    document = li_na()
    longer = {**document, "outcome": {**document["outcome"], "summary": "word " * 220}}
    assert reading_seconds(longer) > reading_seconds(document) + 30
    assert arrange(longer)["minutes"] > arrange(document)["minutes"]


def test_the_page_says_how_long_and_names_each_reason_first(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("decision", declined.reference)))
    first = page[: page.index('id="reasons"')]
    assert "to read</span>" in first
    assert [code for code in ("U02", "U01", "S07") if f'href="#{code}"' not in first] == []
    assert "58%" in first
    assert "55%" in first
