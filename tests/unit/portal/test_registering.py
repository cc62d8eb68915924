"""Becoming an applicant: all problems at once, everything kept, typing as people type."""

import pytest

from accounts.models import User
from applicants.models import Applicant, Consent
from creditportal.portal.profile import CARDS
from tests.factories.decisions import sample_applicant, sample_decision
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
GOOD = {
    "name": "\u9648\u9759",
    "id_number": "110101200104180020",
    "phone": "19900001234",
    "bank_card": "6200000000000020024",
}
SPELLED = {
    "name": "  \u9648 \u9759 ",
    "id_number": "\uff11\uff11\uff10\uff11\uff10\uff11 20010418 0020",
    "phone": "199-0000 1234",
    "bank_card": "6200 0000 0000 0020 024",
}


def test_all_problems_are_told_at_once_and_everything_is_kept(ada: User) -> None:
    answer = signed_in(ada).post(address("register"), {"name": "Chen", "id_number": "12345", "phone": "1"})
    page = words(answer)
    assert answer.status_code == 400
    assert page.count('class="problem"') == 3
    assert "<title>Error: " in page
    assert [kept for kept in ('value="Chen"', 'value="12345"', 'value="1"') if kept not in page] == []
    assert 'href="#id_bank_card"' in page


@pytest.mark.parametrize("typed", [GOOD, SPELLED])
def test_people_type_as_they_like(ada: User, typed: dict[str, str]) -> None:
    answer = signed_in(ada).post(address("register"), {**typed, "consent_credit_report": "on"})
    assert answer["Location"] == address("identity")
    assert Applicant.objects.get().id_number == GOOD["id_number"]
    assert list(Consent.objects.values_list("source", flat=True)) == ["credit_report"]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\U0001f600", "\u202e\u9648", "<script>alert(1)</script>", "a" * 5_000, "\x00",
        "110101200104180021", "110101209904180020", "110101200102310020", "\u4dae\u36c3",
    ],
)  # fmt: skip
def test_odd_id_numbers_get_a_calm_answer(ada: User, text: str) -> None:
    answer = signed_in(ada).post(address("register"), {**GOOD, "id_number": text})
    assert answer.status_code == 400
    assert 'id="id_id_number_error"' in words(answer)
    assert "<script>alert" not in words(answer)


def test_rare_name_characters_are_kept(ada: User) -> None:
    signed_in(ada).post(address("register"), {**GOOD, "name": "\u4dae\u36c3\U0002cb2d"})
    assert Applicant.objects.get().name == "\u4dae\u36c3\U0002cb2d"


def test_a_number_of_somebody_else_tells_nothing(ada: User) -> None:
    sample_applicant("chen_jing_before")
    answer = signed_in(ada).post(address("register"), {**GOOD, "phone": "19900001235"})
    assert answer.status_code == 409
    assert "We cannot register with these details" in words(answer)
    assert "19900001235" in words(answer)


def test_registered_people_are_led_home(ada: User) -> None:
    sample_applicant("li_na", user=ada)
    assert signed_in(ada).get(address("register"))["Location"] == "/"


@pytest.mark.parametrize(
    ("ending", "words_shown"), [("1234", "match"), ("0003", "different"), ("0002", "later")]
)
def test_the_identity_service_answers(*, ada: User, ending: str, words_shown: str) -> None:
    client = signed_in(ada)
    client.post(address("register"), {**GOOD, "phone": f"1990000{ending}"})
    assert words_shown in words(client.post(address("identity"), follow=True))


def test_a_firm_registers(ada: User) -> None:
    client = signed_in(ada)
    assert words(client.post(address("register_firm"), {})).count('class="problem"') == 4


def test_home_and_work_are_optional_and_checked(ada: User) -> None:
    sample_applicant("li_na", user=ada)
    client = signed_in(ada)
    assert client.post(address("about_you"), {})["Location"] == address("apply")
    told = words(client.post(address("about_you"), {"address_since": "2099-01-01"}))
    assert "This day has not come yet." in told
    answer = client.post(address("about_you"), {"address_since": "1700-01-01", "employed_since": "soon"})
    assert answer.status_code == 400
    assert 'value="soon"' in words(answer)


def test_who_was_answered_reads_after_saving_what_happens_now(ada: User) -> None:
    sample_decision("li_na", user=ada)
    saved = signed_in(ada).post(address("about_you"), {"address_since": "2024-01-31"}, follow=True)
    assert saved.redirect_chain == [(address("home"), 302)]
    assert "We look again by ourselves." in words(saved)


def test_consents_are_switched(ada: User) -> None:
    applicant = sample_applicant("li_na", user=ada)
    client = signed_in(ada)
    client.post(address("consent", "credit_report"), {"give": "no"})
    assert not applicant.consents.filter(source="credit_report", withdrawn_at=None).exists()
    client.post(address("consent", "credit_report"), {"give": "yes"})
    assert applicant.consents.filter(source="credit_report", withdrawn_at=None).exists()
    assert client.post(address("consent", "nonsense"), {"give": "yes"}).status_code == 400


def test_letters_come_in_the_chosen_language(ada: User) -> None:
    applicant = sample_applicant("li_na", user=ada)
    client = signed_in(ada)
    client.post(address("letter_language"), {"language": "zh-hans"})
    applicant.refresh_from_db()
    ada.refresh_from_db()
    assert (ada.language, applicant.language) == ("zh-hans", "zh-hans")
    assert client.post(address("letter_language"), {"language": "xx"}).status_code == 400


def test_a_card_is_added_later_and_the_page_of_details_says_that_it_is_confirmed(ada: User) -> None:
    sample_applicant("li_na", user=ada)
    Applicant.objects.update(bank_card="", bank_card_index=None)
    client, place = signed_in(ada), address("bank_card")
    before = words(client.get(address("profile")))
    assert "Add a bank card" in before
    wrong = client.post(place, {"bank_card": "6200 0000"})
    assert (wrong.status_code, 'value="6200 0000"' in words(wrong)) == (400, True)
    assert client.post(place, {"bank_card": SPELLED["bank_card"]})["Location"] == address("profile")
    after = words(client.get(address("profile")))
    assert "confirmed in full" in after
    assert "Use another bank card" in after
    assert GOOD["bank_card"] not in after


def test_cards_are_not_tried_out_one_after_the_other(ada: User) -> None:
    sample_applicant("chen_jing_before", user=ada)
    client, place = signed_in(ada), address("bank_card")
    answers = [client.post(place, {"bank_card": "1"}).status_code for _each in range(CARDS.times + 1)]
    assert answers == [400] * CARDS.times + [429]
