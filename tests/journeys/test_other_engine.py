"""Another engine scored, or gave nothing: the page says calmly what we cannot prove."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from core.clock import now
from tests.factories.appeals import queued
from tests.factories.decisions import sample_decision
from tests.factories.engines import FakeEngine, running_engine
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import acting
from tests.unit.assessment.samples import POLICY

pytestmark = [pytest.mark.journey, pytest.mark.slow]
UNPROVEN = {
    "en": "We cannot prove this part: it was scored by another engine.",
    "zh-hans": "这一部分我们无法证明",
}
MAINTENANCE = {"en": "We are doing maintenance", "zh-hans": "正在维护"}
SILENT = {"en": "The other scoring engine gave no answer.", "zh-hans": "\u6ca1\u6709\u7b54\u590d"}
NO_ANSWER = {"en": "so a person decides", "zh-hans": "由工作人员处理"}


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeEngine]:
    with running_engine(POLICY) as engine:
        settings.SCORING_ENGINE_URL = engine.url
        settings.SCORING_ENGINE_NAME = "other"
        settings.SCORING_ENGINE_TRIES = 1
        yield engine


@pytest.mark.parametrize(("language", "width"), [("en", DESK), ("zh-hans", PHONE)])
def test_the_page_of_a_score_from_elsewhere(
    *, visit: Visit, ada: User, fake: FakeEngine, language: str, width: int
) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    visitor = visit(ada, language=language, width=width)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.shows(UNPROVEN[language], "other 7.1")
    assert visitor.page.locator('a[href$="/routes/"]').count() == 0
    visitor.keep(f"engine_decision.{language}.{width}")
    visitor.page.locator("section[aria-labelledby=score] a[href='#engine']").click()
    assert visitor.page.locator("#engine li").count() == 5
    visitor.go(reverse("portal:score"))
    visitor.shows(UNPROVEN[language]).keep(f"engine_score.{language}.{width}")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", PHONE)])
def test_the_desk_marks_a_score_from_elsewhere(
    *, visit: Visit, ada: User, colleague: Callable[..., User], fake: FakeEngine, language: str, width: int
) -> None:
    cleo = colleague("Cleo")
    appeal = queued(sample_decision("li_na", user=ada, now=now()), acting(ada), claims={"U01": "PERSON"})
    fake.replies = [(503, b"")]
    referred = sample_decision("ordinary", now=now())
    desk = visit(cleo, language=language, width=width)
    desk.go(reverse("admin:case", args=[appeal.reference])).shows(UNPROVEN[language])
    assert desk.page.locator("#engine li").count() == 5
    desk.keep(f"engine_case.{language}.{width}")
    desk.go(reverse("admin:referral", args=[referred.reference])).shows(SILENT[language])
    desk.keep(f"engine_referral.{language}.{width}")


@pytest.mark.parametrize(("language", "width"), [("en", PHONE), ("zh-hans", DESK)])
def test_the_page_of_a_silent_engine(
    *, visit: Visit, ada: User, fake: FakeEngine, language: str, width: int
) -> None:
    fake.replies = [(503, b"")]
    decision = sample_decision("chen_jing_before", user=ada, now=now())
    visitor = visit(ada, language=language, width=width)
    visitor.go(reverse("portal:decision", args=[decision.reference]))
    visitor.shows(NO_ANSWER[language])
    assert "{" not in visitor.text
    assert MAINTENANCE[language] not in visitor.text
