"""The real-name check: what each answer concludes."""

import pytest
from django.utils import translation

from accounts.actors import SITE
from applicants.facts import get_sheet
from applicants.models import Applicant, CheckResult, IdentityCheck
from applicants.realname import Answer, Sandbox
from applicants.registering import register_person
from applicants.verifying import confirm_bank_card, retry_unavailable, verify_identity
from audit.queries import list_events
from core.encryption import blind_index
from core.errors import InputError, NotFoundError
from outbox.models import Outbox
from tests.factories.decisions import NOW, SAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


def registered(phone_end: str) -> Applicant:
    identity = SAMPLES["li_na"].document["identity"]
    return register_person(
        name="\u674e\u5a1c", id_number=identity["id_number"], phone=f"1990000{phone_end}",
        bank_card=identity["bank_card"], by=SITE, now=NOW,
    )  # fmt: skip


def test_a_match_makes_the_identity_full() -> None:
    applicant = registered("0024")
    assert verify_identity(applicant=applicant, by=SITE, now=NOW).result == CheckResult.MATCH
    facts = get_sheet(applicant).facts
    assert (facts["identity_level"]["value"], facts["full_legal_capacity"]["value"]) == ("full", True)


def test_a_mismatch_names_the_item_and_concludes_no_more() -> None:
    applicant = registered("0001")
    assert verify_identity(applicant=applicant, by=SITE, now=NOW).result == CheckResult.MISMATCH
    fact = get_sheet(applicant).facts["identity_level"]
    assert (fact["value"], fact["detail"]) == ("unverified", {"items": ["bank_card"]})


def test_not_available_concludes_nothing_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    applicant = registered("0002")
    verify_identity(applicant=applicant, by=SITE, now=NOW)
    assert "identity_level" not in get_sheet(applicant).facts
    monkeypatch.setattr(Sandbox, "_answers", {"0002": Answer(CheckResult.MATCH)})
    assert retry_unavailable(NOW) == 1
    assert get_sheet(applicant).facts["identity_level"]["value"] == "full"
    assert retry_unavailable(NOW) == 0
    assert IdentityCheck.objects.filter(applicant=applicant).count() == 2


def without_card(phone_end: str = "0024") -> Applicant:
    """Somebody whose identity was confirmed in part, before there was a card."""
    applicant = registered(phone_end)
    Applicant.objects.update(bank_card="", bank_card_index=None)
    applicant.refresh_from_db()
    if phone_end == "0024":
        verify_identity(applicant=applicant, by=SITE, now=NOW)
    return applicant


def card_of_li_na() -> str:
    return str(SAMPLES["li_na"].document["identity"]["bank_card"])


def test_a_card_given_later_makes_the_identity_full_and_has_it_looked_at_again() -> None:
    applicant = without_card()
    before = get_sheet(applicant).facts
    assert (before["identity_level"]["value"], before["profile_complete_pct"]["value"]) == ("basic", 57.14)
    Outbox.objects.all().delete()
    confirm_bank_card(
        applicant=applicant, bank_card=f" {card_of_li_na()[:4]} {card_of_li_na()[4:]}", by=SITE, now=NOW
    )
    applicant.refresh_from_db()
    after = get_sheet(applicant).facts
    assert applicant.bank_card == card_of_li_na()
    assert bytes(applicant.bank_card_index or b"") == blind_index(card_of_li_na(), purpose="bank_card")
    assert after["identity_level"]["value"] == "full"
    assert "bank_card" not in after["profile_complete_pct"]["detail"]["items"]
    verbs = [event.verb for event in list_events(applicant.reference)]
    assert verbs[-3:] == ["identity:checked", "bank-card:confirmed", "fact:recorded"]
    assert Outbox.objects.filter(kind="FACTS_CHANGED", subject=applicant.reference).exists()


@pytest.mark.parametrize(
    ("phone_end", "card", "said"),
    [
        ("0024", "", "Enter your bank card number."), ("0024", "6222", "card number"),
        ("0001", "", "not in your name"), ("0002", "", "does not answer right now"),
        ("0003", "", "holds other details"),
    ],
)  # fmt: skip
def test_a_card_that_is_not_confirmed_changes_nothing(phone_end: str, card: str, said: str) -> None:
    applicant = without_card(phone_end)
    facts = get_sheet(applicant).facts
    with pytest.raises(InputError) as refused:
        confirm_bank_card(
            applicant=applicant, bank_card=card if phone_end == "0024" else card_of_li_na(), by=SITE, now=NOW
        )
    with translation.override("en"):
        assert said in refused.value.fields["bank_card"][0]
    applicant.refresh_from_db()
    assert (applicant.bank_card, get_sheet(applicant).facts) == ("", facts)


@pytest.mark.parametrize(
    "answer", [Answer(CheckResult.MISMATCH, ("bank_card",)), Answer(CheckResult.UNAVAILABLE)]
)
def test_trying_another_card_takes_nothing_from_a_confirmed_identity(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    applicant = registered("0024")
    verify_identity(applicant=applicant, by=SITE, now=NOW)
    facts = get_sheet(applicant).facts
    monkeypatch.setattr(Sandbox, "_answers", {"0024": answer})
    with pytest.raises(InputError):
        confirm_bank_card(applicant=applicant, bank_card="6222020000000000117", by=SITE, now=NOW)
    assert IdentityCheck.objects.get(applicant=applicant).result == CheckResult.MATCH
    assert retry_unavailable(NOW) == 0
    assert get_sheet(applicant).facts == facts


def test_a_firm_gives_no_card_of_a_person() -> None:
    with pytest.raises(NotFoundError):
        confirm_bank_card(applicant=Applicant(kind="FIRM"), bank_card=card_of_li_na(), by=SITE, now=NOW)
