"""The real-name check: what each answer concludes."""

import pytest

from accounts.actors import SITE
from applicants.facts import get_sheet
from applicants.models import Applicant, CheckResult, IdentityCheck
from applicants.realname import Answer, Sandbox
from applicants.registering import register_person
from applicants.verifying import retry_unavailable, verify_identity
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
