"""Applying: answers are checked and kept, sent once however often it is clicked, and the page moves on."""

import pytest

from accounts.actors import SITE
from accounts.models import User
from core.clock import now
from decisions.deciding import decide
from decisions.line_changes import accept_line
from decisions.models import Application
from tests.factories.decisions import sample_applicant, sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db
ANSWERS = {
    "submission_key": "k1", "amount_cny": "\uff15,000", "term": "12", "purpose": "education",
    "method": "equal_instalment",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _registered(catalogues: None, ada: User) -> None:
    sample_applicant("chen_jing_before", user=ada)


def test_answers_are_shown_to_be_checked(ada: User) -> None:
    page = words(signed_in(ada).post(address("apply"), {**ANSWERS, "step": "check"}))
    assert "\u00a55,000.00" in page
    assert 'name="submission_key" value="k1"' in page
    assert not Application.objects.exists()


def test_going_back_to_change_keeps_the_answers(ada: User) -> None:
    page = words(signed_in(ada).post(address("apply"), {**ANSWERS, "step": "change"}))
    assert 'value="\uff15,000"' in page
    assert 'class="problem"' not in page


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("", "Enter an amount"),
        ("abc", "Enter an amount"),
        ("1", "smallest"),
        ("9e99", ""),
        ("8,000.555", "two decimals"),
    ],
)
def test_a_wrong_amount_is_told_and_kept(ada: User, amount: str, told: str) -> None:
    answer = signed_in(ada).post(address("apply"), {**ANSWERS, "amount_cny": amount, "step": "check"})
    assert answer.status_code == 400
    assert told in words(answer)
    assert f'value="{amount}"' in words(answer) or not amount


def test_two_clicks_make_one_application(ada: User) -> None:
    client = signed_in(ada)
    places = {client.post(address("apply"), {**ANSWERS, "step": "send"})["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Application.objects.count() == 1


def test_the_same_form_with_other_answers_is_refused_and_kept(ada: User) -> None:
    client = signed_in(ada)
    client.post(address("apply"), {**ANSWERS, "step": "send"})
    answer = client.post(address("apply"), {**ANSWERS, "amount_cny": "6000", "step": "send"})
    assert answer.status_code == 409
    assert 'value="6000"' in words(answer)


def test_the_wait_ends_with_the_decision(ada: User) -> None:
    client = signed_in(ada)
    place = client.post(address("apply"), {**ANSWERS, "step": "send"})["Location"]
    waiting = words(client.get(place))
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "<h1>" not in words(client.get(place, headers={"HX-Request": "true"}))
    decide(application=Application.objects.get(), by=acting(ada), now=now())
    assert client.get(place)["Location"].startswith("/decisions/DE-")
    assert client.get(place, headers={"HX-Request": "true"})["HX-Redirect"].startswith("/decisions/DE-")


def test_too_early_is_said_before_anything_is_filled_in(ben: User) -> None:
    sample_decision("li_na", user=ben, now=now())
    page = words(signed_in(ben).get(address("apply")))
    assert "You can apply for this product again from" in page
    assert 'name="amount_cny"' not in page


def test_who_holds_a_line_is_led_to_it(ben: User) -> None:
    line = sample_decision("ordinary", user=ben, now=now()).line
    assert line is not None
    accept_line(line=line, by=SITE, now=now())
    page = words(signed_in(ben).get(address("apply")))
    assert "You already have an open line" in page
    assert address("line", line.reference) in page


def test_a_firm_chooses_its_product_first(ben: User) -> None:
    sample_decision("ruian", user=ben, now=now())
    client = signed_in(ben)
    assert "?product=sme_working_capital" in words(client.get(address("apply")))
    assert client.get(address("apply"), {"product": "consumer_loan"}).status_code == 404


def test_before_applying_the_product_is_told_from_the_policy_in_force(ada: User) -> None:
    page = words(signed_in(ada).get(address("apply")))
    for told in (
        "\u00a5500 ~ \u00a5200,000",
        "3 / 6 / 12 months",
        "6.57% ~ 18.25%",
        "5.475% to 21.9% a year",
    ):
        assert told in page
