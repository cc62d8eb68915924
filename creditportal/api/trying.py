"""Trying other values the short way: the usual request, answered from one statement and one assessment.

Whatever is unusual about a request, or wrong with its token or its values, is left to the resource itself: it
refuses in its own words, and nothing was counted before.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import get_language
from rest_framework.exceptions import Throttled

from core.clock import now
from core.errors import DomainError
from creditportal.api.authentication import bearer_token
from creditportal.api.explanations import ACCEPTED
from creditportal.api.parsing import MalformedBodyError, parse_json
from creditportal.api.problems import answer_error
from creditportal.api.route_schemas import MOST_CHANGES, SideOut
from creditportal.api.throttling import limit_of
from decisions.reading import TooOftenError
from decisions.trying import try_at_once
from decisions.what_if_words import Json

LONGEST: Final = 4096
_PLAIN: Final = (str, int, float)
_SIDE: Final = tuple(SideOut().fields)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def answer_at_once(request: HttpRequest, reference: str) -> HttpResponse | None:
    """Answer a plain POST of other values; None where the resource itself must look at the request."""
    meta = request.META
    token, length, language = bearer_token(meta), meta.get("CONTENT_LENGTH", ""), get_language()
    is_plain = (
        request.method == "POST" and meta.get("CONTENT_TYPE") == "application/json"
        and not meta.get("QUERY_STRING") and meta.get("HTTP_ACCEPT", "") in ACCEPTED
    )  # fmt: skip
    if not (is_plain and token and language) or not length.isdecimal() or not 0 < int(length) <= LONGEST:
        return None
    changes = _read(request)
    if changes is None:
        return None
    try:
        tried = try_at_once(
            token=token, limit=limit_of("write"), reference=reference, changes=changes, language=language,
            now=now(),
        )  # fmt: skip
    except TooOftenError as error:
        answer = answer_error(Throttled(error.wait_seconds))
    except (DomainError, OperationalError) as error:
        answer = answer_error(error)
    else:
        if tried is None:
            return None
        answer = HttpResponse(_encode(_shown(tried)), content_type="application/json")
    answer.headers["Allow"] = "POST, OPTIONS"
    return answer


def _read(request: HttpRequest) -> Mapping[str, Any] | None:
    """The values to try, where the body is the plain document that it should be."""
    try:
        document = parse_json(request.body)
    except (MalformedBodyError, UnreadablePostError):
        return None
    changes = document.get("changes") if isinstance(document, dict) and len(document) == 1 else None
    if not isinstance(changes, dict) or len(changes) > MOST_CHANGES:
        return None
    return changes if all(value is None or type(value) in _PLAIN for value in changes.values()) else None


def _shown(tried: Json) -> Json:
    """What the description of the interface names, in its order."""
    sides = {name: {key: tried[name][key] for key in _SIDE} for name in ("before", "after")}
    return {"decision": tried["decision"], **sides, "gain": tried["gain"]}
