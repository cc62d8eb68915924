"""Somebody's own start page and case: shown again as long as nothing of what they show has changed.

Pages stay in the memory of the process, never on a disk, each under the stamp of all that it was made from.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from appeals.own_stamps import Own, stamp_of_session, stamp_of_user
from core.clock import now
from core.references import ALPHABET
from creditportal.portal.access import PortalRequest
from creditportal.portal.form_tokens import is_secret, mask_secret, renew_cookie
from decisions.explaining import LANGUAGES

P = ParamSpec("P")
Key = tuple[int, str, str]
Parts = list[bytes]

MOST_BYTES: Final = 16 * 1024 * 1024
_ADDRESS: Final = re.compile(rf"/(?:appeals/AP(?:-[{ALPHABET}]{{4}}){{2,3}}/)?")
_TOKEN: Final = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')
_MESSAGES: Final = "messages"


class Memory:
    """Pages by reader, address and language; those not opened for longest go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[Key, tuple[str, Parts, int]] = OrderedDict()
        self._most, self._held, self._lock = most_bytes, 0, Lock()

    def find(self, key: Key, stamp: str) -> Parts | None:
        """The page as it was kept under this stamp."""
        with self._lock:
            known = self._pages.get(key)
            if known is None or known[0] != stamp:
                return None
            self._pages.move_to_end(key)
            return known[1]

    def keep(self, key: Key, stamp: str, parts: Parts) -> None:
        """Keep the page in the place of an earlier one."""
        size = sum(map(len, parts))
        with self._lock:
            before = self._pages.pop(key, None)
            self._pages[key] = (stamp, parts, size)
            self._held += size - (before[2] if before else 0)
            while self._held > self._most:
                _key, (_stamp, _parts, gone) = self._pages.popitem(last=False)
                self._held -= gone

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self._held = 0


memory = Memory()


def open_kept(request: HttpRequest) -> HttpResponse | None:
    """Answer a plain GET of a page that is kept; None where the page itself must look at the request."""
    if not _is_plain(request):
        return None
    cookies = request.COOKIES
    session, secret = cookies.get(settings.SESSION_COOKIE_NAME), cookies.get(settings.CSRF_COOKIE_NAME, "")
    language = cookies.get(settings.LANGUAGE_COOKIE_NAME)
    if not session or not is_secret(secret) or language not in (None, *LANGUAGES):
        return None
    try:
        own = stamp_of_session(session=session, now=now())
    except OperationalError:
        return None
    if own is None:
        return None
    request.own = own  # type: ignore[attr-defined]  # what was looked up, for the page
    shown_in = language or own.language
    parts = memory.find((own.user_id, request.path_info, shown_in), own.stamp)
    if parts is None:
        return None
    answer = HttpResponse(mask_secret(secret).encode().join(parts))
    answer.headers["Content-Language"] = shown_in
    answer.headers["Set-Cookie"] = renew_cookie(secret)
    request.user_id = own.user_id  # type: ignore[attr-defined]  # for the log
    return answer


def kept(
    view: Callable[Concatenate[PortalRequest, P], HttpResponseBase],
) -> Callable[Concatenate[PortalRequest, P], HttpResponseBase]:
    """A page whose answer to its owner is kept: what it shows must be among what is stamped."""

    @wraps(view)
    def shown(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if settings.DEBUG or not _is_plain(request) or len(get_messages(request)):
            return view(request, *args, **kwargs)
        stamp = _stamp(request)
        answer = view(request, *args, **kwargs)
        if answer.status_code == 200 and request.helping is None and isinstance(answer, HttpResponse):
            key = (request.user.pk, request.path_info, translation.get_language())
            memory.keep(key, stamp, _TOKEN.sub(rb"\1\0", answer.content).split(b"\0"))
        return answer

    return shown


def _is_plain(request: HttpRequest) -> bool:
    """Whether nothing belongs to this visit alone: a query, a message, a part of the page."""
    return (
        request.method == "GET"
        and _ADDRESS.fullmatch(request.path_info) is not None
        and not request.META.get("QUERY_STRING")
        and _MESSAGES not in request.COOKIES
    )


def _stamp(request: PortalRequest) -> str:
    """The stamp from before the page is made; where the short way has looked already, what it saw."""
    own: Own | None = getattr(request, "own", None)
    if own is not None and own.user_id == request.user.pk:
        return own.stamp
    return stamp_of_user(user_id=request.user.pk, now=now())
