"""Registering persons and firms."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import SITE, Actor
from accounts.models import User
from applicants.facts import get_sheet
from applicants.models import Applicant, ApplicantKind
from applicants.profile import months_between, save_profile
from applicants.registering import (
    AlreadyAnApplicantError,
    AlreadyRegisteredError,
    register_firm,
    register_person,
)
from audit.queries import list_events
from core.errors import InputError
from tests.factories.decisions import NOW, SAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]

LI_NA = SAMPLES["li_na"].document["identity"]
GOOD: dict[str, Any] = {
    "name": "\u674e\u5a1c", "id_number": LI_NA["id_number"], "phone": LI_NA["phone"],
    "bank_card": LI_NA["bank_card"], "by": SITE, "now": NOW,
}  # fmt: skip


def register(**changes: Any) -> Applicant:
    return register_person(**{**GOOD, **changes})


def test_registers_and_reads_the_birth_date_from_the_number(ada: User) -> None:
    applicant = register(user=ada)
    stored = Applicant.objects.get(user=ada)
    assert (stored.name, stored.birth_date) == ("\u674e\u5a1c", "1995-07-23")
    assert applicant.reference.startswith("CU-")
    assert list_events(applicant.reference)[0].verb == "applicant:registered"


def test_tells_every_problem_at_once() -> None:
    with pytest.raises(InputError) as caught:
        register(name=" ", id_number="123", phone="12", bank_card="6200000000000240243")
    assert set(caught.value.fields) == {"name", "id_number", "phone", "bank_card"}
    with translation.override("en"):
        assert caught.value.fields["name"] == ["Enter your name."]


@pytest.mark.parametrize("odd", ["<b>", "\uff1cscript\uff1e", "\U0001f600", "\u00ad", "\ue000", "\x00"])
def test_refuses_signs_that_names_do_not_have(odd: str) -> None:
    with pytest.raises(InputError) as caught:
        register(name=f"Li {odd} Na")
    with translation.override("en"):
        assert "a sign that names do not have" in caught.value.fields["name"][0]


@pytest.mark.parametrize("unseen", ["\u202a%s\u202c", "\u202e%s", "%s\u200f", "\u200b%s\ufeff"])
def test_keeps_no_sign_that_is_not_seen(unseen: str, ada: User) -> None:
    assert register(name=unseen % "\u674e\u5a1c", user=ada).name == "\u674e\u5a1c"


@pytest.mark.parametrize(
    "name", ["\u4dae\u36c3 \U0002cb4e", "O'Neill-Li", "\u963f\u00b7\u5317", "A & B (\u534e) + 3"]
)
def test_takes_the_signs_that_names_have(name: str, ada: User) -> None:
    assert register(name=name, user=ada).name == name


@pytest.mark.parametrize("number", ["110101199507230243", "110101199502300241", "110101202707230248", ""])
def test_refuses_impossible_numbers(number: str) -> None:
    with pytest.raises(InputError) as caught:
        register(id_number=number)
    assert list(caught.value.fields) == ["id_number"]


def test_forgives_full_width_digits_and_spaces() -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in LI_NA["id_number"])
    assert register(id_number=f" {wide} ").id_number == LI_NA["id_number"]


@pytest.mark.parametrize("name", ["x" * 81, "12345", "a\u0000b", "\u202e"])
def test_refuses_names_that_are_none(name: str) -> None:
    with pytest.raises(InputError) as caught:
        register(name=name)
    assert list(caught.value.fields) == ["name"]


def test_the_same_number_twice_is_a_conflict_that_tells_nothing(ada: User) -> None:
    register(user=ada)
    with pytest.raises(AlreadyRegisteredError) as caught:
        register(phone="19900000099", bank_card=SAMPLES["zhao_ming"].document["identity"]["bank_card"])
    assert "\u674e" not in str(caught.value)
    assert Applicant.objects.count() == 1


def test_an_account_is_registered_once(ada: User) -> None:
    register(user=ada)
    other = SAMPLES["zhao_ming"].document["identity"]
    with pytest.raises(AlreadyAnApplicantError):
        register(user=ada, id_number=other["id_number"])


def test_registers_a_firm_by_its_credit_code() -> None:
    identity = SAMPLES["hengxin"].document["identity"]
    firm = register_firm(
        name="\u6052\u4fe1", id_number=identity["id_number"], phone=identity["phone"],
        bank_card=identity["bank_card"], by=SITE, now=NOW,
    )  # fmt: skip
    assert firm.kind == ApplicantKind.FIRM
    assert get_sheet(firm).version == 0


def test_the_profile_says_what_is_missing_until_it_is_told(ada: User) -> None:
    applicant = register(user=ada)
    fact = get_sheet(applicant).facts["profile_complete_pct"]
    assert fact["detail"] == {"items": ["address", "employment", "industry"]}
    save_profile(
        applicant=applicant, address_since=date(2024, 1, 31), employed_since=date(2025, 11, 20),
        industry="retail", by=Actor.for_user(ada), now=NOW,
    )  # fmt: skip
    facts = get_sheet(applicant).facts
    assert facts["profile_complete_pct"]["value"] == 100
    assert (facts["address_months"]["value"], facts["employment_months"]["value"]) == (33, 12)


def test_the_profile_refuses_what_cannot_be(ada: User) -> None:
    applicant = register(user=ada)
    with pytest.raises(InputError) as caught:
        save_profile(applicant=applicant, address_since=date(2030, 1, 1), industry="piracy", by=SITE, now=NOW)
    assert set(caught.value.fields) == {"address_since", "industry"}


def test_months_are_counted_in_full() -> None:
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 0
    assert months_between(date(2025, 11, 20), date(2026, 11, 20)) == 12
