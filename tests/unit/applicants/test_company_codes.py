"""Unified social credit codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants.company_codes import CompanyCodeError, check_company_code, company_check_character

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17))
def test_a_right_check_character_passes_and_no_other(body: str) -> None:
    right = company_check_character(body)
    assert check_company_code(body + right) == body + right
    for wrong in set(ALPHABET) - {right}:
        with pytest.raises(CompanyCodeError):
            check_company_code(body + wrong)


def test_spaces_and_small_letters_are_forgiven() -> None:
    assert check_company_code(" 9111 0101 ma00 000018 ") == "91110101MA00000018"


@pytest.mark.parametrize("text", ["", "123", "I" * 18, "91110101MA0000001\u4e00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CompanyCodeError):
        check_company_code(text)
