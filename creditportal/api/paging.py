"""Pages by cursor: each page names the last item that it showed, sealed so that nobody makes one up."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar, cast

from django.core import signing
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import InputError

DEFAULT_SIZE: Final = 20
MAX_SIZE: Final = 100
PARAMETERS: Final = [
    OpenApiParameter("cursor", str, description="`next` of the page before; without it, the newest items."),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE},
        description="How many items at most.",
    ),
]  # fmt: skip
_SEAL: Final = signing.Signer(salt="api.cursor")


class Listed(Protocol):
    """Anything with a public reference."""

    reference: str


Item = TypeVar("Item", bound=Listed)
Reader = Callable[[str | None, int], Sequence[Item]]


def answer_page(
    *, request: Request, read: Reader[Item], show: Callable[[Item], Any], related: Sequence[Any] = ()
) -> Response:
    """Return one page of what `read(before, limit)` gives, newest first, and the cursor of the next page."""
    limit = _read_limit(request)
    items = list(read(_read_cursor(request), limit + 1))
    more = len(items) > limit
    shown = items[:limit]
    prefetch_related_objects(cast("list[Any]", shown), *related)
    cursor = _SEAL.sign(shown[-1].reference) if more else None
    return Response({"items": [show(item) for item in shown], "next": cursor})


def _read_limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_SIZE):
        raise InputError(fields={"limit": [_("Give a whole number from 1 to 100.")]})
    return int(text)


def _read_cursor(request: Request) -> str | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        return _SEAL.unsign(text)
    except signing.BadSignature as error:
        raise InputError(fields={"cursor": [_("This cursor is not one of ours.")]}) from error
