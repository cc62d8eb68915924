"""Other ways of looking: with the colours of the machine, without motion, and on paper."""

import io
from typing import Final

import pypdfium2
import pytest
from django.urls import reverse

from accounts.models import User
from core.clock import now
from decisions.models import Decision
from tests.factories.decisions import application_of, sample_applicant, sample_decision
from tests.journeys.visitor import PHONE, Visit
from tests.people import acting

pytestmark = pytest.mark.journey
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
A4_WIDTH: Final = 703
"""Pixels between the margins of a printed page."""
# What can be pressed keeps an edge; what is drawn differs from what lies under it.
_LOST: Final = """() => {
  const told = [];
  const shown = one => one.getClientRects().length && !one.closest("details:not([open])");
  for (const one of document.querySelectorAll("main .button, main .tag, main .notice, main .panel")) {
    const style = getComputedStyle(one);
    const edges = ["Top", "Right", "Bottom", "Left"].map(side => parseFloat(style[`border${side}Width`]));
    if (shown(one) && Math.min(...edges) < 1) { told.push(`no edge: ${one.outerHTML.slice(0, 90)}`); }
  }
  for (const one of document.querySelectorAll("main summary")) {
    const colour = getComputedStyle(one, "::before").borderTopColor;
    if (colour !== "rgba(0, 0, 0, 0)") { told.push(`no triangle: ${one.outerHTML.slice(0, 90)}`); }
  }
  const light = paint => {
    const parts = paint.match(/[\\d.]+/g).slice(0, 3).map(one => one / 255);
    const [r, g, b] = parts.map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const alike = (one, other) => Math.max(light(one) / light(other), light(other) / light(one)) < 3;
  const ground = getComputedStyle(document.body).backgroundColor;
  for (const chart of document.querySelectorAll("main .chart svg")) {
    const track = chart.querySelector(".track, .arc-track"), under = track && getComputedStyle(track);
    for (const mark of chart.querySelectorAll(".bar, .bar-2, .arc, .gate, .part-used")) {
      const box = mark.getBoundingClientRect(), style = getComputedStyle(mark);
      if (!box.width && !box.height) { continue; }
      const isLine = mark.matches(".arc, .gate"), paint = isLine ? style.stroke : style.fill;
      if (alike(paint, ground)) { told.push(`as the page: ${mark.outerHTML}`); }
      const isThin = isLine && under && parseFloat(under.strokeWidth) * 4 < parseFloat(style.strokeWidth);
      if (!mark.matches(".gate") && under && !isThin && alike(paint, isLine ? under.stroke : under.fill)) {
        told.push(`as its track: ${mark.outerHTML}`);
      }
    }
  }
  return told;
}"""
_MOVING: Final = "document.getAnimations().filter(one => one.playState === 'running').length"
_CUT: Final = """() => [...document.querySelectorAll("main *")]
  .filter(one => one.getClientRects().length && getComputedStyle(one).overflowX !== "visible"
    && one.scrollWidth > one.clientWidth + 1 && !one.matches(".visually-hidden, svg, svg *"))
  .map(one => one.outerHTML.slice(0, 90))"""

_RUN_TOGETHER = """() => {
  const told = [];
  document.querySelectorAll("main details").forEach(one => { one.open = true; });
  for (const chart of document.querySelectorAll("main .chart svg")) {
    const texts = [...chart.querySelectorAll("text")];
    const words = texts.map(one => [one.textContent, one.getBoundingClientRect()]);
    words.forEach(([text, box], place) => {
      if (box.left < -0.5 || box.right > innerWidth + 0.5) { told.push(`cut off: ${text}`); }
      for (const [other, its] of words.slice(place + 1)) {
        const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (wide > 1 && high > 4) { told.push(`${text} runs into ${other}`); }
      }
    });
  }
  return told;
}"""


@LANGUAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_colours_of_the_machine(visit: Visit, ada: User, *, language: str, scheme: str) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    window = visit(ada, language=language, width=PHONE)
    window.page.emulate_media(forced_colors="active", color_scheme=scheme)  # type: ignore[arg-type]
    lost = {place: window.go(place).page.evaluate(_LOST) for place in chief_places(decision)}
    assert {place: found for place, found in lost.items() if found} == {}
    assert window.page.evaluate("matchMedia('(forced-colors: active)').matches")


def test_with_the_colours_of_the_machine_a_line_shows_its_parts(visit: Visit, ada: User) -> None:
    decision = sample_decision("chen_jing_after", user=ada, now=now())
    assert decision.line is not None
    window = visit(ada)
    window.page.emulate_media(forced_colors="active")
    window.go(reverse("portal:offer", args=[decision.reference]))
    assert window.page.evaluate(_LOST) == []


@LANGUAGES
@pytest.mark.parametrize("key", ["li_na", "hengxin"])
def test_on_a_phone_the_words_of_charts_stay_apart(
    visit: Visit, ada: User, *, language: str, key: str
) -> None:
    decision = sample_decision(key, user=ada, now=now())
    window = visit(ada, language=language, width=PHONE)
    places = [reverse("portal:score"), reverse("portal:decision", args=[decision.reference])]
    places += [reverse("portal:routes", args=[decision.reference])] if key == "li_na" else []
    told = {place: window.go(place).page.evaluate(_RUN_TOGETHER) for place in places}
    assert {place: found for place, found in told.items() if found} == {}


def test_without_motion_nothing_turns(visit: Visit, ada: User) -> None:
    waiting = application_of(sample_applicant("li_na", user=ada, now=now()), by=acting(ada), now=now())
    moving: dict[str, int] = {}
    window = visit(ada)
    for motion in ("no-preference", "reduce"):
        window.page.emulate_media(reduced_motion=motion)
        window.go(reverse("portal:application", args=[waiting.reference]))
        moving[motion] = window.page.evaluate(_MOVING)
    assert moving["no-preference"] > 0
    assert moving["reduce"] == 0


@LANGUAGES
def test_on_paper_nothing_is_cut_off(visit: Visit, ada: User, *, language: str) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    window = visit(ada, language=language, width=A4_WIDTH)
    window.page.emulate_media(media="print")
    cut: dict[str, list[str]] = {}
    for place in chief_places(decision):
        window.page.goto(f"{window.site}{place}")
        wider = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        cut[place] = [*window.page.evaluate(_CUT), *([f"{wider} wider than the paper"] if wider > 0 else [])]
    assert {place: found for place, found in cut.items() if found} == {}
    assert window.page.locator("body > header, body > footer").first.is_hidden()


@LANGUAGES
def test_the_printed_decision_says_all_that_counts(visit: Visit, ada: User, *, language: str) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    window = visit(ada, language=language).go(reverse("portal:decision", args=[decision.reference]))
    heads = window.page.locator("main h1, main h2, main .reason h3 a").all_inner_texts()
    printed = pypdfium2.PdfDocument(io.BytesIO(window.page.pdf(prefer_css_page_size=True)))
    text = flat(printed[0].get_textpage().get_text_bounded())
    assert len(printed) == 1
    assert [head for head in heads if flat(head.splitlines()[-1]) not in text] == []
    assert decision.reference in text
    assert "608" in text


def chief_places(decision: Decision) -> list[str]:
    """The pages that somebody whose loan was not approved reads first."""
    about = [
        reverse(f"portal:{name}", args=[decision.reference]) for name in ("decision", "routes", "what_if")
    ]
    reason = reverse("portal:reason", args=[decision.reference, "U02"])
    rest = ["home", "score", "rights", "precheck", "help"]
    return [*about, reason, *(reverse(f"portal:{name}") for name in rest)]


def flat(text: str) -> str:
    """The text without its spaces and line ends."""
    return "".join(text.split())
