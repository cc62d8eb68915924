"""The notice on every page: read now and then, kept in memory, and put into pages as they leave.

Pages are kept and shown again as they were made, so a notice is no part of them: each has a mark where it
goes. While one stands, nothing that a browser holds is taken for the present page.
"""

import re
import time
from collections.abc import Callable
from html import escape
from typing import Final

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext

from core.clock import now
from decisions.models import PlatformNotice
from decisions.platform import get_notice, is_up

SECONDS: Final = 20
"""So long a process goes by what it has read."""
_NO_PAGES: Final = ("/healthz", "/readyz", "/api/")
MARK: Final = b"<!-- notice -->"
_LANGUAGE: Final = re.compile(rb'<html lang="([A-Za-z-]+)"')


class Board:
    """The notice as this process knows it."""

    def __init__(self) -> None:
        self._notice: PlatformNotice | None = None
        self._read_again_at = 0.0

    def keep(self, notice: PlatformNotice | None, *, seconds: float = SECONDS) -> None:
        """Go by this notice for some time."""
        self._notice, self._read_again_at = notice, time.monotonic() + seconds

    def find(self) -> PlatformNotice | None:
        """The notice that stands now; without the database, what was known last."""
        if time.monotonic() >= self._read_again_at:
            try:
                self.keep(get_notice())
            except Error:
                self.keep(self._notice)
        notice = self._notice
        return notice if notice is not None and is_up(notice, now()) else None


board = Board()


class NoticeMiddleware:
    """Puts the notice into every page while it stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._go_on = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as always; while a notice stands, with the notice and without a tag to hold the page by."""
        is_page = not request.path_info.startswith((settings.STATIC_URL, *_NO_PAGES))
        notice = board.find() if is_page else None
        if notice is None:
            return self._go_on(request)
        request.META.pop("HTTP_IF_NONE_MATCH", None)
        answer = self._go_on(request)
        if isinstance(answer, HttpResponse) and MARK in answer.content:
            _put_in(answer, notice)
        return answer


def _put_in(answer: HttpResponse, notice: PlatformNotice) -> None:
    page = answer.content
    found = _LANGUAGE.search(page)
    language = found[1].decode() if found else settings.LANGUAGE_CODE
    answer.content = page.replace(MARK, _write(notice, language).encode(), 1)
    answer.headers.pop("ETag", None)
    if "Content-Length" in answer.headers:
        answer.headers["Content-Length"] = str(len(answer.content))


def _write(notice: PlatformNotice, language: str) -> str:
    with translation.override(language):
        label = escape(gettext("Notice to everybody"))
    text = escape(notice.text_zh if language.startswith("zh") else notice.text_en)
    return f'<div class="demo telling" role="region" aria-label="{label}"><p class="wrap">{text}</p></div>'
