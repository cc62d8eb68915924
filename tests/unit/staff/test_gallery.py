"""The gallery shows every chart and component, to colleagues only."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import User
from creditportal.portal.grounds import _PROGRESS
from creditportal.portal.templatetags.portal import register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
COMPONENTS = Path(settings.BASE_DIR) / "templates/components"
TEMPLATE = Path(settings.BASE_DIR) / "templates/staff/gallery.html"
# What only stands around a page, or inside another part.
FRAME = {"back", "help", "helping", "language", "nav", "stay", "form_open", "fields"}
WITHIN = {"bars": "shares", "field_words": "field", "line_patterns": "line_bar", "form_problems": "problems"}
CHARTS = {"gauge", "dimension_bars", "waterfall", "line_bar", "limit_bar", "cap_bars", "not_earned"}
CHARTS |= {"instalment_chart", "score_history", "radar"}


def test_every_chart_of_the_library_is_shown() -> None:
    shown = TEMPLATE.read_text(encoding="utf-8")
    assert set(register.tags) >= CHARTS
    assert [name for name in (*CHARTS, "ladder") if f"{{% {name} " not in shown] == []
    drawn = {"dimensions", "gauge", "waterfall", "line_bar", "limit_bar", "cap_bars", "not_earned"}
    drawn |= {"instalments", "history", "radar", "ladder"}
    parts = {path.stem for path in COMPONENTS.glob("*.html")} - drawn - FRAME - set(WITHIN)
    assert [name for name in sorted(parts) if f"components/{name}.html" not in shown] == []


def test_colleagues_see_it_and_others_do_not(cleo: User, ada: User, settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    client = Client()
    client.force_login(cleo)
    page = client.get("/staff/gallery/")
    assert page.status_code == 200
    assert page.content.decode().count('role="img"') >= 22
    with translation.override("en"):
        steps = [str(words) for words, _tone in _PROGRESS.values()]
    assert [words for words in steps if words not in page.content.decode()] == []
    assert page.content.decode().count('class="field wrong"') == 3
    assert page.content.decode().count('class="problem"') == 3
    client.force_login(ada)
    assert client.get("/staff/gallery/").status_code == 404
