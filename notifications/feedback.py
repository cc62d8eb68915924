"""What people say of pages: kept without a name, to be read by those who write the pages."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.errors import InputError
from core.texts import clean_text
from notifications.models import Feedback

LONGEST: Final = 1000


class NoAnswerError(InputError):
    """Neither yes nor no was chosen."""

    code = "no-answer"
    default_message = _("Choose yes or no.")


def give_feedback(*, page: str, is_helpful: str, words: str, language: str, now: datetime) -> Feedback:
    """Keep whether a page helped and what could be better; nothing says who it was."""
    if is_helpful not in ("yes", "no"):
        raise NoAnswerError(fields={"is_helpful": [NoAnswerError.default_message]})
    return Feedback.objects.create(
        page=page[:60], language=language[:10], is_helpful=is_helpful == "yes",
        words=clean_text(words, field="words", limit=LONGEST), given_at=now,
    )  # fmt: skip
