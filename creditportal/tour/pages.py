"""A page as somebody without JavaScript has it: its words, its links and its forms."""

import html.parser
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

_SILENT: Final = frozenset({"script", "style", "title", "template"})
_VOID_FIELDS: Final = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass
class Form:
    """One form: where it goes and what it would send if nobody typed anything."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Page:
    """What came back for one request."""

    url: str
    status: int
    source: str
    text: str = ""
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def has(self, *words: str) -> bool:
        """Whether the page shows every one of these words."""
        return all(word in self.text for word in words)

    def form(self, *names: str, action: str = "") -> Form:
        """The first form that has all these fields, and this in its address."""
        for form in self.forms:
            if set(names) <= form.names and action in form.action:
                return form
        raise LookupError(f"{self.url} has no form with {', '.join(names) or action}")

    def link(self, pattern: str) -> str:
        """The first link whose address matches."""
        for link in self.links:
            if re.search(pattern, link):
                return link
        raise LookupError(f"{self.url} has no link like {pattern}")


def read_page(*, url: str, status: int, source: str) -> Page:
    """Parse a page; addresses come out absolute."""
    page = Page(url=url, status=status, source=source)
    reader = _Reader(page)
    reader.feed(source)
    reader.close()
    page.text = re.sub(r"\s+", " ", "".join(reader.words))
    return page


class _Reader(html.parser.HTMLParser):
    """Walks through the tags once."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.words: list[str] = []
        self._silent = 0
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "a" and "href" in at:
            self.page.links.append(urljoin(self.page.url, at["href"]))
        elif tag == "form":
            action = urljoin(self.page.url, at.get("action") or self.page.url)
            self._form = Form(action=action, method=at.get("method", "get").lower())
            self.page.forms.append(self._form)
        elif self._form is not None:
            self._read_field(self._form, tag, at)
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            self._form.values[self._area] = [self._form.values.get(self._area, [""])[0] + data.lstrip("\n")]
        elif not self._silent:
            self.words.append(data)

    def _read_field(self, form: Form, tag: str, at: dict[str, str]) -> None:
        name = at.get("name", "")
        if name:
            form.names.add(name)
        if tag == "input":
            _read_input(form, name, at)
        elif tag == "button" and at.get("type", "submit") == "submit":
            form.buttons.append((name, at.get("value", "")))
        elif tag == "textarea":
            self._area = name
            form.values.setdefault(name, [""])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            _read_option(form, self._select, at)


def _read_input(form: Form, name: str, at: dict[str, str]) -> None:
    kind = at.get("type", "text").lower()
    value = at.get("value", "on" if kind in {"checkbox", "radio"} else "")
    if kind in {"checkbox", "radio"}:
        form.choices.setdefault(name, []).append(value)
        if "checked" in at:
            form.values.setdefault(name, []).append(value)
    elif kind == "submit":
        form.buttons.append((name, value))
    elif name and kind not in _VOID_FIELDS:
        form.values.setdefault(name, []).append(value)


def _read_option(form: Form, name: str, at: dict[str, str]) -> None:
    value = at.get("value", "")
    is_first = name not in form.choices
    form.choices.setdefault(name, []).append(value)
    if is_first or "selected" in at:
        form.values[name] = [value]
