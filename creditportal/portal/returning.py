"""Opening one's own decision the short way: session, person and page from one statement.

Whatever is unusual about a visit is left to the page itself, which answers or refuses in its own words.
"""

import re
from typing import Final

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from accounts.sessions import is_key
from appeals.decision_pages import look_by_session
from core.clock import now
from core.references import ALPHABET
from creditportal.portal.form_tokens import is_secret, mask_secret, renew_cookie
from creditportal.portal.frozen import answer_looked, held_stamp, page_release
from decisions.explaining import LANGUAGES

# A reference as it is written in links.
_ADDRESS: Final = re.compile(rf"/decisions/(DE(?:-[{ALPHABET}]{{4}}){{2,3}})/")
_MESSAGES: Final = "messages"


def open_at_once(request: HttpRequest) -> HttpResponse | None:
    """Answer a plain GET of one's own decision; None where the page itself must look at the request.

    A look that was recorded before that turned out is left on the request, so that there is no second one.
    """
    asked = _ADDRESS.fullmatch(request.path_info)
    if asked is None or request.method != "GET" or request.META.get("QUERY_STRING"):
        return None
    cookies = request.COOKIES
    session, secret = cookies.get(settings.SESSION_COOKIE_NAME), cookies.get(settings.CSRF_COOKIE_NAME, "")
    language = cookies.get(settings.LANGUAGE_COOKIE_NAME)
    is_plain = language in (None, *LANGUAGES) and _MESSAGES not in cookies
    if not (session and is_key(session) and is_plain and is_secret(secret)):
        return None
    tags = request.META.get("HTTP_IF_NONE_MATCH", "")
    try:
        visit = look_by_session(
            session=session, reference=asked[1], language=language, release=page_release(),
            held=held_stamp(tags, secret), now=now(),
        )  # fmt: skip
    except OperationalError:
        return None
    if visit is None:
        return None
    answer = answer_looked(visit.looked, secret=secret, tags=tags, make_token=lambda: mask_secret(secret))
    if answer is None:
        request.visit = visit  # type: ignore[attr-defined]  # what was looked up, for the page
        return None
    answer.headers["Content-Language"] = visit.language
    answer.headers["Set-Cookie"] = renew_cookie(secret)
    request.user_id = visit.user_id  # type: ignore[attr-defined]  # for the log
    return answer
