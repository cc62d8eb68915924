"""Walking through a scene: each page once, looked at on a desk and a phone, in light and in the dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from accounts.models import User
from decisions.catalogue_check import has_narrow_punctuation
from tests.journeys.scenes.stage import Scene, Shot, Stage
from tests.journeys.visitor import DESK, PHONE, Visit, Visitor

LOOKS: Final = [(DESK, False), (DESK, True), (PHONE, True), (PHONE, False)]
# Each two of language, width and colours meet once; pictures are taken, and checked, in every look.
USUAL: Final = {"en": [LOOKS[0], LOOKS[2]], "zh-hans": [LOOKS[1], LOOKS[3]]}
_MOST_TABS: Final = 150
_HELP: Final = "body > footer a[href='/help/']"
# Only leaving a field, the next Tab would go on from there.
_FROM_THE_TOP: Final = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);
}"""
_LEAVE: Final = "() => { document.activeElement?.blur(); window.scrollTo(0, 0); }"
# What stands out about the element that has the focus: its ring, and whether something lies over it.
_FOCUS: Final = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) { return null; }
  if (here.dataset.seen) { return {again: true}; }
  here.dataset.seen = "yes";
  const label = here.matches(".radio input") ? here.nextElementSibling : here;
  const style = getComputedStyle(label, here.matches(".radio input") ? "::before" : null);
  const box = here.getClientRects()[0];
  const x = box.left + Math.min(box.width, 40) / 2, y = box.top + Math.min(box.height, 20) / 2;
  const top = document.elementFromPoint(x, y);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const near = top && (top.contains(here) || here.contains(top) || top.closest("li, label, .choice"));
  const covered = !near;
  return {what: here.outerHTML.slice(0, 120), ring, covered};
}"""


def walk(
    scene: Scene, stage: Stage, visit: Visit, *, pictures: Path | None = None
) -> Iterator[tuple[str, list[str]]]:
    """For each page of a scene its name, and what is wrong with it in any look."""
    windows: dict[int, Visitor] = {}
    for shot in scene(stage):
        key = shot.by.pk if shot.by else 0
        if key not in windows:
            windows[key] = visit(shot.by, language=stage.language, width=DESK)
        window = windows[key]
        window.page.goto(f"{window.site}{shot.place}")
        if shot.act is not None:
            shot.act(window)
        yield shot.name, list(_look(window, shot, stage, pictures))


def _look(window: Visitor, shot: Shot, stage: Stage, pictures: Path | None) -> Iterator[str]:
    looks = USUAL[stage.language] if pictures is None else LOOKS
    names = {look: f"{shot.name}.{stage.language}.{look[0]}{'.dark' if look[1] else ''}" for look in looks}
    for (width, dark), name in names.items():
        window.look(width=width, dark=dark)
        try:
            window.check()
        except AssertionError as found:
            yield f"{name}: {found}"
        window.broken.clear()
    if window.page.locator(_HELP).count() != 1:
        yield f"{shot.name}.{stage.language}: help does not stand in the foot"
    lines = window.text.splitlines() if stage.language == "zh-hans" else []
    narrow = [line for line in lines if has_narrow_punctuation(line.replace(" ", ""))]
    yield from (f"{shot.name}.{stage.language}: narrow punctuation in {line}" for line in narrow)
    yield from (f"{shot.name}.{stage.language}: {lost}" for lost in _walk_by_keyboard(window))
    # Pictures come last: taking one leaves traces in the page. The keyboard stands somewhere; not in them.
    window.page.evaluate(_LEAVE)
    for (width, dark), name in names.items() if pictures is not None else ():
        assert pictures is not None
        window.look(width=width, dark=dark).picture(pictures / f"{name}.png")
    window.look(width=DESK, dark=False)


def _walk_by_keyboard(window: Visitor) -> Iterator[str]:
    """Press Tab from the top to the end: each stop shows that it has the focus, and nothing hides it."""
    window.page.evaluate(_FROM_THE_TOP)
    stops = 0
    for _ in range(_MOST_TABS):
        window.page.keyboard.press("Tab")
        found: dict[str, Any] | None = window.page.evaluate(_FOCUS)
        if found is None or found.get("again"):
            break
        stops += 1
        if not found["ring"]:
            yield f"no ring on {found['what']}"
        if found["covered"]:
            yield f"hidden while it has the focus: {found['what']}"
    if stops < 3:
        yield f"only {stops} stops by keyboard"


def stage_for(*, ada: User, ben: User, cleo: User, dev: User, language: str) -> Stage:
    """The stage with its people, whose mails and letters come in the language of the page."""
    for user in (ada, ben):
        user.language = language
        user.save(update_fields=["language"])
    return Stage(ada=ada, ben=ben, cleo=cleo, dev=dev, language=language)
