import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.references import ALPHABET, PREFIXES, UnknownReferenceError, new_reference, normalise_reference


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_new_reference_normalises_to_itself(prefix: str) -> None:
    reference = new_reference(prefix)
    assert normalise_reference(reference) == reference


def test_references_do_not_repeat() -> None:
    assert len({new_reference("DE") for _ in range(5_000)}) == 5_000


def test_an_unknown_prefix_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="XX"):
        new_reference("XX")


@pytest.mark.parametrize(
    "typed",
    [
        "de-7k3q-9xd0",
        "DE7K3Q9XDO",
        " de 7k3q 9xdo ",
        "DE–7K3Q–9XD0",
        "ＤＥ－７Ｋ３Ｑ－９ＸＤ０",
        "de.7k3q.9xdo",
    ],
)
def test_people_may_type_it_their_way(typed: str) -> None:
    assert normalise_reference(typed) == "DE-7K3Q-9XD0"


def test_letters_that_look_like_one_are_one() -> None:
    assert normalise_reference("LA-ILOO-1111") == "LA-1100-1111"


@pytest.mark.parametrize(
    "typed", ["", "DE", "XX-7K3Q-9XDM", "DE-7K3Q-9XD", "DE-7K3Q-9XDMM", "DE-7K3U-9XDM", "x" * 5000]
)
def test_what_cannot_be_a_reference_is_not_found(typed: str) -> None:
    with pytest.raises(UnknownReferenceError) as caught:
        normalise_reference(typed)
    assert caught.value.status == 404


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_case_and_spaces_never_matter(body: str) -> None:
    reference = f"AP-{body[:4]}-{body[4:]}"
    assert normalise_reference(f" {reference.lower().replace('-', ' ')} ") == reference


@given(st.text(max_size=80))
def test_any_text_is_a_reference_or_not_found(text: str) -> None:
    try:
        shape = normalise_reference(text)
    except UnknownReferenceError:
        shape = "XX-0000-0000"
    # Two groups of four, or three where a million rows are written at once.
    assert len(shape) in {12, 17}
