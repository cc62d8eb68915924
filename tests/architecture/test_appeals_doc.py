"""The page about appeals names tests that exist."""

import re
from pathlib import Path

from django.conf import settings

from notifications.kinds import Kind

ROOT = Path(settings.BASE_DIR)
NAMED = re.compile(r"`(test_\w+)`")


def test_every_test_that_the_page_names_exists() -> None:
    named = set(NAMED.findall((ROOT / "docs/appeals.md").read_text(encoding="utf-8")))
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    known = {name for text in sources for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert len(named) > 50
    assert named - known == set()


def test_every_kind_that_the_page_names_exists() -> None:
    text = (ROOT / "docs/appeals.md").read_text(encoding="utf-8").partition("## Who is told what")[2]
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", text.partition("\n## ")[0]))
    assert len(named) > 20
    assert named - {kind.value for kind in Kind} == set()
