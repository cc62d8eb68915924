"""Reading an explanation the short way: the usual request, answered from one statement.

Whatever is unusual about a request, or wrong with its token, is left to the resource itself: it refuses in
its own words, and nothing was counted before.
"""

from typing import Final

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from rest_framework.exceptions import Throttled

from core.clock import now
from core.errors import DomainError
from core.references import UnknownReferenceError
from creditportal.api.authentication import bearer_token
from creditportal.api.preconditions import ANY_TAG, seen_tags
from creditportal.api.problems import answer_error
from creditportal.api.throttling import limit_of
from decisions.reading import Reading, TooOftenError, read_explanation

_LANGUAGES: Final = {"lang=zh-hans": "zh-hans", "lang=en": "en"}
ACCEPTED: Final = frozenset({"", "*/*", "application/json"})
_ALLOW: Final = "GET, HEAD, OPTIONS"


def read_at_once(request: HttpRequest, reference: str) -> HttpResponse | None:
    """Answer a plain GET of an explanation; None where the resource itself must look at the request."""
    meta = request.META
    query = meta.get("QUERY_STRING", "")
    language = _LANGUAGES.get(query) if query else get_language()
    token = bearer_token(meta)
    if request.method != "GET" or not language or not token or meta.get("HTTP_ACCEPT", "") not in ACCEPTED:
        return None
    held = seen_tags(meta)
    try:
        read = read_explanation(
            token=token, limit=limit_of("read"), reference=reference, language=language, held=held, now=now()
        )
    except UnknownReferenceError:
        return None
    except TooOftenError as error:
        answer = answer_error(Throttled(error.wait_seconds))
    except (DomainError, OperationalError) as error:
        answer = answer_error(error)
    else:
        if read is None:
            return None
        answer = answer_reading(read, language, held)
    answer.headers["Allow"] = _ALLOW
    return answer


def answer_reading(read: Reading, language: str, held: frozenset[str]) -> HttpResponse:
    """The stored bytes as they are, or 304 for a caller who holds them."""
    answer = (
        HttpResponse(status=304)
        if read.body is None or ANY_TAG in held
        else HttpResponse(read.body, content_type="application/json")
    )
    answer.headers["ETag"] = f'"{read.tag}"'
    answer.headers["Content-Language"] = language
    return answer
