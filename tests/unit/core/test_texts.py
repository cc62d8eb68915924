"""What somebody typed is kept whole or refused with words that say what to do."""

import pytest
from django.utils import translation

from core.errors import InputError
from core.texts import check_reason, clean_text, reason_problems


def test_line_ends_become_plain_and_blanks_around_go() -> None:
    assert clean_text(" one\r\ntwo\rthree \n", field="note", limit=20) == "one\ntwo\nthree"


def test_marks_that_turn_what_stands_beside_them_go() -> None:
    turned = "\u202eegnahC\u202c \u2066one\u2069, \u05d0\u200f."
    assert clean_text(turned, field="note", limit=20) == "egnahC one, \u05d0\u200f."


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Give a reason."),
        (" \n ", "Give a reason."),
        ("x" * 301, "Please shorten this to at most 300 characters. You have 301."),
        ("a\0b", "This contains characters that cannot be kept. Please type it again."),
        ("a\ud800b", "This contains characters that cannot be kept. Please type it again."),
    ],
)
def test_a_reason_is_never_cut_short(reason: str, said: str) -> None:
    with translation.override("en"):
        assert reason_problems(reason) == {"reason": [said]}
        with pytest.raises(InputError) as refused:
            check_reason(reason)
        assert refused.value.fields == {"reason": [said]}


def test_a_good_reason_is_kept_as_it_is() -> None:
    reason = " " + "\u4e00" * 300 + " "
    assert reason_problems(reason) == {}
    assert check_reason(reason) == reason.strip()
