import pytest

from core.masking import mask_card, mask_email, mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张伟", "张*"), ("王小明", "王**"), ("欧阳娜", "欧*娜"), ("欧阳娜娜", "欧*娜"), ("李", "李*"),
        ("", ""),         ("阿卜杜拉·买买提", "阿**"), ("Ada Lovelace", "A* L*"),
    ],
)  # fmt: skip
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize("phone", ["18612341402", "+8618612341402", "186 1234 1402"])
def test_mobile_numbers(phone: str) -> None:
    assert mask_phone(phone) == "186 **** 1402"


@pytest.mark.parametrize(
    ("phone", "shown"), [("+442071838750", "**** 8750"), ("12345", "****"), ("", "****")]
)
def test_other_numbers(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_id_numbers_by_level() -> None:
    number = "310101198801011234"
    assert mask_id_number(number) == "3****************4"
    assert mask_id_number(number, level="middle") == "310************234"
    assert mask_id_number(number, level="low") == "310101********1234"


def test_a_short_id_number_shows_nothing() -> None:
    assert mask_id_number("12") == "**"


def test_cards_and_addresses() -> None:
    assert mask_card("6222 0210 0112 2334") == "**** 2334"
    assert mask_card("1234") == "****"
    assert mask_email("zhang.wei@example.test") == "zha***@example.test"
    assert mask_email("li@example.test") == "l***@example.test"
    assert mask_email("nothing") == "***"
