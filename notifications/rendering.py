"""Turning a kind and its values into the words of one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format

from core.audiences import check_external
from notifications.kinds import TERMS, Audience, Kind

_ABOUT: Final = "\ue000"
"""Stands in words that are kept where the reference goes; nobody can type it."""


@dataclass(frozen=True)
class Text:
    """The words of a message."""

    subject: str
    body: str


def render_text(*, kind: Kind, language: str, about: str, params: Mapping[str, object]) -> Text:
    """Return subject and body of a message; a missing value, or internal words for an applicant, raise."""
    missing = TERMS[kind].params - params.keys()
    if missing:
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}")
    if TERMS[kind].audience is Audience.APPLICANT:
        check_external(dict(params))
    with translation.override(language):
        shown = tuple((name, _shown(value)) for name, value in params.items())
    # What holds nothing but dates reads the same for everybody that day.
    is_common = all(isinstance(value, date) for value in params.values())
    text = (_render_once if is_common else _render)(kind, language, shown)
    return Text(subject=text.subject.replace(_ABOUT, about), body=text.body.replace(_ABOUT, about))


def _render(kind: Kind, language: str, shown: tuple[tuple[str, str], ...]) -> Text:
    """The words with a mark in place of what they are about."""
    stem, context = f"notifications/{kind.lower()}", {**dict(shown), "about": _ABOUT}
    with translation.override(language):
        subject = render_to_string(f"{stem}.subject.txt", context)
        body = render_to_string(f"{stem}.body.txt", context)
    return Text(subject=" ".join(subject.split()), body=_tidy(body))


_render_once = lru_cache(maxsize=256)(_render)


def link_to(*, kind: Kind, reference: str) -> str:
    """Return the address at which the reader finds more after signing in."""
    place = "staff" if TERMS[kind].audience is Audience.STAFF else f"messages/{reference}"
    return f"{settings.SITE_URL}/{place}/"


def _shown(value: object) -> str:
    """Write a value in the language that is active: dates as 2026-11-22 or 22 Nov 2026."""
    if isinstance(value, datetime):
        raise TypeError("a message shows legal days; turn the instant into a date first")
    if isinstance(value, date):
        chinese = (translation.get_language() or "").startswith("zh")
        return date_format(value, "Y-m-d" if chinese else "j M Y", use_l10n=False)
    return str(value)


def _tidy(text: str) -> str:
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part)
