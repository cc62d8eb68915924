"""Turning a kind and its values into the words of one language."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from notifications.kinds import TERMS, Audience, Kind


@dataclass(frozen=True)
class Text:
    """The words of a message."""

    subject: str
    body: str


def render_text(*, kind: Kind, language: str, about: str, params: Mapping[str, object]) -> Text:
    """Return subject and body of a message; a missing value is a programming error and raises."""
    missing = TERMS[kind].params - params.keys()
    if missing:
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}")
    context = {**params, "about": about}
    stem = f"notifications/{kind.lower()}"
    with translation.override(language):
        subject = render_to_string(f"{stem}.subject.txt", context)
        body = render_to_string(f"{stem}.body.txt", context)
    return Text(subject=" ".join(subject.split()), body=_tidy(body))


def link_to(*, kind: Kind, reference: str) -> str:
    """Return the address at which the message can be read after signing in."""
    door = "staff/messages" if TERMS[kind].audience is Audience.STAFF else "messages"
    return f"{settings.SITE_URL}/{door}/{reference}/"


def _tidy(text: str) -> str:
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part)
