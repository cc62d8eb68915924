"""A card that says what stands today and no more, with a code by which anybody can check it."""

from datetime import datetime
from typing import Any

from accounts.actors import Actor
from applicants.showing import show_date
from applicants.terms import today_of
from decisions.explaining import LANGUAGES
from decisions.letter_words import frame, letters, say
from decisions.models import Decision
from decisions.products import product_name
from decisions.words import get_words
from notifications.letters import freeze_letter
from notifications.models import Letter, LetterKind


def make_card(*, decision: Decision, by: Actor, now: datetime) -> Letter:
    """Freeze a card of today about a decision; asking again on the same day returns the same card."""
    state, today = _state(decision), today_of(decision.applicant, now)
    key = f"{LetterKind.STATUS_CARD}:{decision.reference}:{state}:{today.isoformat()}"
    return freeze_letter(
        kind=LetterKind.STATUS_CARD, applicant=decision.applicant, about=decision.reference, key=key,
        inputs={name: _compose(decision, name, now) for name in LANGUAGES}, by=by, now=now,
    )  # fmt: skip


def _compose(decision: Decision, language: str, now: datetime) -> dict[str, Any]:
    document, words = letters(), get_words(language)
    place = (
        ("line_states", _state(decision)) if decision.line else ("comparison", "outcomes", _state(decision))
    )
    values = {
        "product": product_name(decision.product, language),
        "status": words.say(*place),
        "reference": decision.reference,
        "day": show_date(today_of(decision.applicant, now), language),
    }
    title = say(document["titles"]["STATUS_CARD"], language, {})
    framed = frame(
        applicant=decision.applicant, reference=decision.reference, title=title, lead=[], language=language,
        now=now,
    )  # fmt: skip
    rows = [say(line, language, values) for line in document["card"]]
    return {**framed, "parts": [{"id": "card", "heading": title, "lines": [], "items": rows, "table": {}}]}


def _state(decision: Decision) -> str:
    return str(decision.line.state if decision.line else decision.outcome)
