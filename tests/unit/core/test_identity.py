from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.identity import (
    CardNumberError,
    IdNumberError,
    PhoneError,
    age_on,
    check_card_number,
    check_character,
    check_id_number,
    check_phone,
    is_luhn,
    today_in_china,
)

TODAY = date(2026, 11, 22)


def id_number(first_17: str) -> str:
    return first_17 + check_character(first_17)


def test_a_right_number_tells_birth_and_sex() -> None:
    read = check_id_number("11010519491231002X", today=TODAY)
    assert read.birth_on == date(1949, 12, 31)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ",
        "\u202d11010519491231002X\u202c", "\u2068110105 19491231 002X\u2069",
    ],
)  # fmt: skip
def test_people_may_type_it_their_way(typed: str) -> None:
    assert check_id_number(typed, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "110105194912310020",
        "11010519491231003X",
        "X10105194912310020",
        "110105491231002",
        "abc",
        "11010519491231002XX",
    ],
)
def test_wrong_numbers_are_refused(typed: str) -> None:
    with pytest.raises(IdNumberError):
        check_id_number(typed, today=TODAY)


@pytest.mark.parametrize("birth", ["20230229", "19901301", "20261123", "18500101", "00000000"])
def test_impossible_birthdays_are_refused_although_the_checksum_fits(birth: str) -> None:
    with translation.override("en"), pytest.raises(IdNumberError, match="birth"):
        check_id_number(id_number(f"110105{birth}002"), today=TODAY)


@given(st.dates(date(1910, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_altered_digit_is_always_noticed(birth: date, serial: int, place: int, shift: int) -> None:
    number = id_number(f"110105{birth:%Y%m%d}{serial:03}")
    digit = (int(number[place]) + shift) % 10
    with pytest.raises(IdNumberError):
        check_id_number(number[:place] + str(digit) + number[place + 1 :], today=TODAY)


@pytest.mark.parametrize(
    ("birth_on", "day", "age"),
    [
        (date(2008, 11, 22), TODAY, 18), (date(2008, 11, 23), TODAY, 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17), (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)  # fmt: skip
def test_age_in_full_years(birth_on: date, day: date, age: int) -> None:
    assert age_on(birth_on, day) == age


def test_the_day_in_china_begins_at_sixteen_utc() -> None:
    assert today_in_china(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert today_in_china(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "typed", ["4111 1111 1111 1111", "４１１１－１１１１－１１１１－１１１１", "4111111111111111"]
)
def test_cards_in_any_spelling(typed: str) -> None:
    assert check_card_number(typed) == "4111111111111111"


@pytest.mark.parametrize(
    "typed", ["", "4111111111111112", "0000000000000000", "41111111111", "4" * 20, "abcd"]
)
def test_wrong_cards_are_refused(typed: str) -> None:
    with pytest.raises(CardNumberError):
        check_card_number(typed)


@given(st.text("0123456789", min_size=12, max_size=18), st.integers(1, 9), st.data())
def test_luhn_notices_one_altered_digit(body: str, shift: int, data: st.DataObject) -> None:
    number = next(body + last for last in "0123456789" if is_luhn(body + last))
    place = data.draw(st.integers(0, len(number) - 1))
    altered = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not is_luhn(altered)


@pytest.mark.parametrize(
    "typed", ["186 1234 1402", "+86 18612341402", "１８６１２３４１４０２", "0086-186-1234-1402"]
)
def test_phones_in_any_spelling(typed: str) -> None:
    assert check_phone(typed) == "+8618612341402"


@pytest.mark.parametrize("typed", ["", "12345", "hello", "9" * 300, "+86 12345678901 ext 5"])
def test_wrong_phones_are_refused(typed: str) -> None:
    with pytest.raises(PhoneError):
        check_phone(typed)
