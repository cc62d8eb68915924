"""The design system keeps its promises: small, safe, readable in light and dark."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEET = ROOT / "static/css/site.css"
FOLDERS = ("portal", "components", "account", "mfa", "usersessions")
PAGES = [path for folder in FOLDERS for path in sorted((ROOT / "templates" / folder).rglob("*.html"))]
UNSAFE = re.compile(r"\sstyle=|\son\w+=|<script(?![^>]*(?:src=|application/json))|javascript:", re.IGNORECASE)
TEXT = ("ink", "ink-soft", "accent", "accent-strong", "good", "wait", "error")
GROUND = ("paper", "surface", "sunken")
PAIRS = [
    *product(TEXT, GROUND), ("on-accent", "accent"), ("on-accent", "accent-strong"), ("good", "good-soft"),
    ("wait", "wait-soft"), ("accent-strong", "accent-soft"), ("ink", "accent-soft"), ("ink", "wait-soft"),
    ("on-focus", "focus"),
]  # fmt: skip
SHAPES = [*product(("edge", "chart", "chart-2", "chart-3"), ("surface", "paper")), ("chart", "chart-track")]


def colours(block: str) -> dict[str, str]:
    """The colour of each token of a block."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(SHEET.read_text().split("@media")[0])
DARK = LIGHT | colours(SHEET.read_text().split("prefers-color-scheme: dark")[1].split("/* Page */")[0])


def luminance(colour: str) -> float:
    """The relative luminance of WCAG."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(tokens: dict[str, str]) -> None:
    weak = [pair for pair in PAIRS if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5]
    assert weak == []


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_shapes_stand_out_from_their_ground(tokens: dict[str, str]) -> None:
    weak = [pair for pair in SHAPES if contrast(tokens[pair[0]], tokens[pair[1]]) < 3]
    assert weak == []


def test_the_stylesheet_is_small() -> None:
    assert SHEET.stat().st_size < 40_000


@pytest.mark.parametrize(
    "way", ["print", "forced-colors: active", "prefers-reduced-motion", "prefers-color-scheme"]
)
def test_the_stylesheet_knows_other_ways_of_looking(way: str) -> None:
    assert f"@media {way}" in SHEET.read_text() or f"@media ({way}" in SHEET.read_text()


def test_chinese_is_set_as_chinese() -> None:
    rules = SHEET.read_text()
    assert ":lang(zh) {\n  --leading: 1.75;" in rules
    assert "italic" not in rules
    assert "justify;" not in rules


def test_no_template_has_style_or_script_inside() -> None:
    assert [path.name for path in PAGES if UNSAFE.search(path.read_text())] == []


def test_templates_are_short() -> None:
    assert [path.name for path in PAGES if len(path.read_text().splitlines()) > 150] == []
