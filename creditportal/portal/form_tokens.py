"""The token of a page's forms, as Django makes it, without its way through sixty random choices."""

import os
import re
import time
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH

_SECRET: Final = re.compile(rf"[{CSRF_ALLOWED_CHARS}]{{{CSRF_SECRET_LENGTH}}}")
_KINDS: Final = len(CSRF_ALLOWED_CHARS)
# Bytes that would make some letters likelier than others are left out.
_SPILL: Final = bytes(range(256 // _KINDS * _KINDS, 256))
_LETTERS: Final = bytes(byte % _KINDS for byte in range(256))
_PLACES: Final = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}
_MARK: Final = "a" * CSRF_SECRET_LENGTH


def is_secret(text: str) -> bool:
    """Whether a cookie holds a secret as Django writes it today."""
    return _SECRET.fullmatch(text) is not None


def mask_secret(secret: str) -> str:
    """Return another token for the same secret, so that no two pages show the same text."""
    drawn = b""
    while len(drawn) < CSRF_SECRET_LENGTH:
        drawn += os.urandom(2 * CSRF_SECRET_LENGTH).translate(_LETTERS, _SPILL)
    mask = drawn[:CSRF_SECRET_LENGTH]
    letters = CSRF_ALLOWED_CHARS
    hidden = [letters[(_PLACES[one] + other) % _KINDS] for one, other in zip(secret, mask, strict=True)]
    return "".join([*[letters[place] for place in mask], *hidden])


def renew_cookie(secret: str) -> str:
    """Return the header that gives the browser its secret for another year, as at every page with a form."""
    return _cookie(int(time.time())).replace(_MARK, secret)


@lru_cache(maxsize=2)
def _cookie(_second: int) -> str:
    """The header of this second, with a mark in place of the secret; made by Django's own words."""
    response = HttpResponse()
    response.set_cookie(
        settings.CSRF_COOKIE_NAME, _MARK, max_age=settings.CSRF_COOKIE_AGE,
        domain=settings.CSRF_COOKIE_DOMAIN, path=settings.CSRF_COOKIE_PATH,
        secure=settings.CSRF_COOKIE_SECURE, httponly=settings.CSRF_COOKIE_HTTPONLY,
        samesite=settings.CSRF_COOKIE_SAMESITE,
    )  # fmt: skip
    return response.cookies[settings.CSRF_COOKIE_NAME].OutputString()
