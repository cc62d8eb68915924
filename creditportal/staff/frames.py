"""The frame of a page that is opened all day: rendered once for each look of it, filled for each answer."""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from creditportal.staff.access import StaffRequest
from creditportal.staff.desk import show
from creditportal.staff.site import site

_MARK: Final = "\ue000{}\ue001"
"""What nobody can type stands where an answer's own words go."""
_TOKEN: Final = "csrf_token"  # noqa: S105 - a name, not a secret


class _Look:
    """What a frame was rendered from; equal looks give the same frame."""

    def __init__(self, key: Hashable, render: Callable[[], str]) -> None:
        self.key, self.render = key, render

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Look) and self.key == other.key


def show_framed(
    request: StaffRequest,
    template: str,
    *,
    frame: Callable[[Mapping[str, str]], Mapping[str, Any]],
    key: Hashable,
    filled: Mapping[str, str | SafeString],
) -> HttpResponse:
    """The page made from `frame`, with what is `filled` in for this answer alone.

    `key` is all that the frame depends on besides reader, address and language. `frame` gets marks for what
    is filled in and may only show them: whether something is there belongs to the key.
    """
    if settings.DEBUG or len(get_messages(request)):
        return show(request, template, {**frame(filled), **filled})
    marks = {name: mark_safe(_MARK.format(name)) for name in (*filled, _TOKEN)}  # noqa: S308 - our own marks

    def render() -> str:
        return render_to_string(template, {**site.each_context(request), **frame(marks), **marks}, request)

    user = request.user
    reader = (user.pk, user.display_name, user.role, request.get_full_path(), get_language())
    installed = (settings.DEMO, settings.STAFF_MFA_REQUIRED, settings.STAFF_SESSION_SECONDS)
    page = _rendered(_Look((template, reader, installed, key), render))
    for name, value in {**filled, _TOKEN: get_token(request)}.items():
        page = page.replace(marks[name], conditional_escape(value))
    return HttpResponse(page)


@lru_cache(maxsize=128)
def _rendered(look: _Look) -> str:
    return look.render()
