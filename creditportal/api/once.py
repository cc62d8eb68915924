"""Requests that create something are done once: the door's side of idempotency keys."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.actors import Actor
from accounts.idempotency import Answer, RequestKey, answer_once
from core.canonical import canonical_json
from core.errors import DomainError
from core.killpoints import killpoint

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")


class KeyMissingError(DomainError):
    """A request that creates something came without a usable key."""

    code = "idempotency-key-missing"
    default_message = _(
        "Send an Idempotency-Key of at most 200 visible ASCII characters, a new one for each request."
    )


def do_once(
    *, request: Request, route: str, act: Callable[[], Response], by: Actor, now: datetime
) -> HttpResponse:
    """Do what the request asks unless its key was seen before; a repetition gets the first answer again."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not _KEY.fullmatch(key):
        raise KeyMissingError
    request_key = RequestKey(by.id, str(request.method), route, key)
    content = request.path.encode() + b"\x00" + canonical_json(request.data)
    answer = answer_once(request_key=request_key, content=content, act=lambda: _freeze(act()), now=now)
    killpoint("api_committed_before_answer")
    return _thaw(answer)


def _freeze(response: Response) -> Answer:
    headers = {name: value for name, value in response.headers.items() if name in {"Location", "ETag"}}
    return Answer(status=response.status_code, body=_dump(response.data), headers=headers)


def _dump(data: Any) -> str:
    return json.dumps(data, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _thaw(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    for name, value in answer.headers.items():
        response.headers[name] = value
    if answer.is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
