"""Whose clock a page shows: moments are told in the zone of the law of the person whom the page is about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from applicants.models import HelperGrant
from applicants.queries import get_own_applicant
from applicants.terms import DataTerms, get_data_terms

_HOME: Final = "CN"
_place: ContextVar[Callable[[], str]] = ContextVar("place", default=lambda: _HOME)


@contextmanager
def told_in(find: Callable[[], str]) -> Iterator[None]:
    """Inside, moments are told as in a place, which is looked up only when a page shows a moment."""
    token = _place.set(cache(find))
    try:
        yield
    finally:
        _place.reset(token)


def reader_terms() -> DataTerms:
    """What the law of the reader's place says, its zone among it; where there is none, of our own place."""
    return get_data_terms(_place.get()())


class PlaceMiddleware:
    """Tells moments as in the place of whoever is signed in, or of the person whom they help."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._go_on = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the place at hand."""
        with told_in(lambda: _place_of(request)):
            return self._go_on(request)


def _place_of(request: HttpRequest) -> str:
    helping: HelperGrant | None = getattr(request, "helping", None)
    if helping is not None:
        return helping.applicant.jurisdiction
    known: str = getattr(request, "place", "")
    if known:
        return known
    own = get_own_applicant(request.user) if isinstance(request.user, User) else None
    return own.jurisdiction if own is not None else _HOME
