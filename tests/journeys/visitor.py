"""Somebody in front of a browser; every page on the way is checked."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from axe_playwright_python.base import AXE_SCRIPT
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Error, FilePayload, Locator

PHONE: Final = 375
DESK: Final = 1100
SMALLEST: Final = 320
_HEIGHT: Final = 900
_WIDER_THAN_WINDOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Axe leaves the size of targets out unless it is asked; 24 pixels, or as much room around it.
_AXE: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Only what is wrong comes over: all that axe looked at is megabytes.
_WHAT_IS_WRONG: Final = "options => axe.run(options).then(results => results.violations)"
_OVERTAKEN: Final = "net::ERR_ABORTED"
_UNSAFE: Final = "document.querySelectorAll('[style], [onclick], [onload]').length"


class Visitor:
    """One window: language, width, with scripts or without."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        *,
        language: str = "en",
        width: int = DESK,
        scripts: bool = True,
        dark: bool = False,
        zone: str = "Asia/Shanghai",
    ) -> None:
        self.site, self.width, self.language, self.scripts = site, width, language, scripts
        self.context = browser.new_context(
            viewport={"width": width, "height": _HEIGHT},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            timezone_id=zone,
        )
        self.context.set_default_timeout(15_000)
        self.carry(("language", language))
        self.page = self.context.new_page()
        self.broken: list[str] = []
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    def carry(self, cookie: tuple[str, str]) -> None:
        """Put a cookie into the browser."""
        self.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": self.site}])

    def go(self, path: str) -> "Visitor":
        """Open an address and check the page."""
        try:
            self.page.goto(f"{self.site}{path}")
        except Error as error:
            # A page that brings its own result may move on at the very moment; then it is left again.
            if _OVERTAKEN not in str(error):
                raise
            self.page.wait_for_load_state()
            self.page.goto(f"{self.site}{path}")
        return self.check()

    def say(self, words: str) -> str:
        """The site's words in the language of this visitor."""
        with translation.override(self.language):
            return gettext(words)

    def press(self, words: str) -> "Visitor":
        """Press the button or follow the link with these words of the site, and check where it leads."""
        return self.follow(self.find(words))

    def follow(self, place: str | Locator) -> "Visitor":
        """Click the first of what stands at this place, and check the page that it leads to."""
        found = self.page.locator(place) if isinstance(place, str) else place
        with self.page.expect_navigation():
            found.first.click()
        return self.check()

    def find(self, words: str) -> Locator:
        """Every button and link with these words of the site."""
        main, name = self.page.locator("main"), self.say(words)
        return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))

    def fill(self, label: str, text: str) -> "Visitor":
        """Type into the field with this label of the site."""
        self.page.get_by_label(self.say(label), exact=False).first.fill(text)
        return self

    def choose(self, label: str) -> "Visitor":
        """Tick the box or the choice with this label of the site."""
        self.page.get_by_label(self.say(label), exact=False).first.check()
        return self

    def send(self, place: str, files: dict[str, bytes]) -> "Visitor":
        """Choose files by name and content."""
        chosen: list[FilePayload] = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files.items()
        ]
        self.page.locator(place).set_input_files(chosen)
        return self

    def reads(self, words: str) -> "Visitor":
        """Insist that these words of the site stand on the page."""
        assert self.say(words) in self.text, f"{self.path}: {self.say(words)}"
        return self

    def shows(self, *texts: str) -> "Visitor":
        """Insist that these texts stand on the page as they are."""
        missing = [text for text in texts if text not in self.text]
        assert not missing, f"{self.path}: {missing}"
        return self

    @property
    def text(self) -> str:
        """What stands on the page."""
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Where the browser is, without the site."""
        return self.page.url.removeprefix(self.site)

    def check(self) -> "Visitor":
        """No violation that axe knows, nothing wider than the window, nothing that the CSP refused."""
        assert self.page.locator("h1").count() == 1, f"{self.path}: one heading"
        if self.scripts:
            self._check_width()
            self._check_axe()
        assert self.broken == [], f"{self.path}: {self.broken}"
        return self

    def look(self, *, width: int, dark: bool) -> "Visitor":
        """Look at the same page on another width, in light or in the dark."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        return self

    def picture(self, target: Path) -> None:
        """Keep how the page looks."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(target), full_page=True)

    def keep(self, name: str) -> "Visitor":
        """Keep how the page looks, when SCREENS names a folder for it."""
        if os.environ.get("SCREENS"):
            self.picture(Path(os.environ["SCREENS"]) / f"{name}.png")
        return self

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def _check_width(self) -> None:
        assert self.page.evaluate(_WIDER_THAN_WINDOW) <= 0, f"{self.path} scrolls sideways at {self.width}"
        self.page.set_viewport_size({"width": SMALLEST, "height": _HEIGHT})
        assert self.page.evaluate(_WIDER_THAN_WINDOW) <= 0, f"{self.path} scrolls sideways at {SMALLEST}"
        self.page.set_viewport_size({"width": self.width, "height": _HEIGHT})
        assert self.page.evaluate(_UNSAFE) == 0, f"{self.path} has inline style or script"

    def _check_axe(self) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = [_describe(one) for one in self.page.evaluate(_WHAT_IS_WRONG, _AXE)]
        assert not found, "\n".join([self.path, *found])

    def _hear(self, kind: str, text: str) -> None:
        # A page that answers 4xx is told to the console too; what matters is refused scripts and styles.
        if kind == "error" and "Failed to load resource" not in text:
            self.broken.append(text)


def _describe(violation: dict[str, Any]) -> str:
    places = "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {places}"


Visit: TypeAlias = Callable[..., Visitor]
"""Opens a window for somebody, or for nobody in particular."""
