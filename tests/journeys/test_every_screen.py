"""Every screen in every state is sound: axe in light and dark, wide and narrow, and by keyboard."""

from typing import Any

import pytest

from accounts.models import User
from tests.journeys.scenes import SCENES
from tests.journeys.scenes.walking import stage_for, walk
from tests.journeys.visitor import Visit

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scene", SCENES)
def test_every_screen_is_sound(
    *, visit: Visit, ada: User, ben: User, cleo: User, dev: User, settings: Any, scene: str, language: str
) -> None:
    settings.DEMO = True
    stage = stage_for(ada=ada, ben=ben, cleo=cleo, dev=dev, language=language)
    seen = dict(walk(SCENES[scene], stage, visit))
    assert len(seen) >= 4
    assert {name: wrong for name, wrong in seen.items() if wrong} == {}
