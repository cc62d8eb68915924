"""A short statement of one's own beside a record: written, changed, taken away; where a place gives it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.characteristics import get_dictionary
from applicants.facts import get_sheet
from applicants.models import Applicant, OwnStatement
from applicants.terms import get_data_terms
from audit.log import record
from audit.verbs import Verb
from core.errors import InputError, NotFoundError
from core.texts import NOTE_LENGTH, clean_text

# A Chinese character counts as a word of its own; other letters and digits count by the run.
_WORD: Final = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff][^\s\u3400-\u9fff]*")
_TOO_MANY_WORDS: Final = _("Please shorten this to at most %(limit)s words. You have %(count)s.")


def check_offered(applicant: Applicant, characteristic: str) -> None:
    """Raise NotFoundError where the place gives no such right, or nothing is held."""
    terms = get_data_terms(applicant.jurisdiction)
    held = get_sheet(applicant).facts.get(characteristic, {})
    if not terms.has_own_statement or held.get("fact") is None or characteristic not in get_dictionary():
        raise NotFoundError


def statements_of(applicant: Applicant) -> Mapping[str, str]:
    """Return what somebody says of records, by characteristic."""
    return {row.characteristic: row.text for row in OwnStatement.objects.filter(applicant=applicant)}


def write_statement(
    *, applicant: Applicant, characteristic: str, text: str, by: Actor, now: datetime
) -> OwnStatement:
    """Write or change the statement beside one record; the same words again change nothing."""
    check_offered(applicant, characteristic)
    words = _check(applicant, text)
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        known = OwnStatement.objects.filter(applicant=applicant, characteristic=characteristic).first()
        if known is not None and known.text == words:
            return known
        statement, _is_new = OwnStatement.objects.update_or_create(
            applicant=applicant, characteristic=characteristic, defaults={"text": words, "written_at": now}
        )
        _note(Verb.OWN_STATEMENT_WRITTEN, applicant, characteristic, by, now)
    return statement


def withdraw_statement(*, applicant: Applicant, characteristic: str, by: Actor, now: datetime) -> None:
    """Take the statement away, words and all; twice is once."""
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        gone, _each = OwnStatement.objects.filter(applicant=applicant, characteristic=characteristic).delete()
        if gone:
            _note(Verb.OWN_STATEMENT_WITHDRAWN, applicant, characteristic, by, now)


def count_words(text: str) -> int:
    """Return how many words a text has; each Chinese character is one."""
    return len(_WORD.findall(text))


def _check(applicant: Applicant, text: str) -> str:
    terms = get_data_terms(applicant.jurisdiction)
    limit = terms.statement_characters or NOTE_LENGTH
    words = clean_text(text, field="text", limit=limit, is_required=True)
    most, count = terms.statement_words, count_words(words)
    if most and count > most:
        problem: str | Promise = _TOO_MANY_WORDS % {"limit": most, "count": count}
        raise InputError(fields={"text": [problem]})
    return words


def _note(verb: Verb, applicant: Applicant, characteristic: str, by: Actor, now: datetime) -> None:
    record(
        verb=verb, subject=applicant.reference, actor=by.code, now=now,
        codes={"characteristic": characteristic},
    )  # fmt: skip
