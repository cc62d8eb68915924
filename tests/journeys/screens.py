"""Pictures of every page in both languages, on desk and phone: `bin/test tests/journeys/screens.py`."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from core.clock import now
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import DESK, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FOLDER = Path(os.environ.get("SCREENS", str(Path(settings.BASE_DIR) / "var" / "screens")))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pictures(visit, ada: User, language: str, settings) -> None:
    settings.DEMO = True
    decision = sample_decision("li_na", user=ada, now=now())
    for width in (DESK, PHONE):
        visitor = visit(ada, language=language, width=width)
        for name, path in {
            "home": reverse("portal:home"),
            "decision": reverse("portal:decision", args=[decision.reference]),
            "decisions": reverse("portal:decisions"),
            "start_appeal": reverse("portal:start_appeal", args=[decision.reference]),
            "profile": reverse("portal:profile"),
            "apply": reverse("portal:apply"),
            "help": reverse("portal:help"),
            "messages": reverse("portal:messages"),
            "identity": reverse("portal:identity"),
            "about": reverse("portal:about_you"),
        }.items():
            visitor.page.goto(f"{visitor.site}{path}")
            visitor.picture(FOLDER / f"{name}.{language}.{width}.png")
        visitor = visit(language=language, width=width)
        for name, path in {"landing": "/", "login": reverse("account_login"), "signup": reverse("account_signup"), "reset": reverse("account_reset_password")}.items():
            visitor.page.goto(f"{visitor.site}{path}")
            visitor.picture(FOLDER / f"{name}.{language}.{width}.png")
