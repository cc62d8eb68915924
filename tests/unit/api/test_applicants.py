"""Registering persons through the API."""

from typing import Any

import pytest

from accounts.actors import SITE
from accounts.clients import create_client
from accounts.roles import Scope
from applicants.models import Applicant, Fact
from tests.factories.partners import Partner, id_number, new_applicant, problem
from tests.people import NOW

EM = "\u674e"
FACT = {"characteristic": "age", "value": 1, "source": "applicant", "observed_on": "2026-01-01"}


def test_a_person_is_registered_with_consents_and_facts(partner: Partner) -> None:
    answer = partner.post("applicants", new_applicant())
    shown = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/applicants/{shown['reference']}"
    assert {row["source"] for row in shown["consents"]} == {
        "credit_report",
        "bank_flows",
        "contacts",
        "linked_bills",
    }
    assert {
        "characteristic": "debt_service_pct",
        "value": 58,
        "source": "credit_report",
        "observed_on": "2026-11-06",
    } in shown["facts"]


def test_identity_comes_back_masked(partner: Partner) -> None:
    number = id_number()
    shown = partner.post("applicants", new_applicant(id_number=number)).json()
    assert shown["name"] == EM + "*"
    assert shown["id_number"] == number[0] + "*" * 16 + number[-1]
    assert shown["phone"] == "138 **** 8000"
    assert shown["bank_card"] == "**** 0128"


def test_what_was_registered_can_be_read_again(partner: Partner) -> None:
    made = partner.post("applicants", new_applicant()).json()
    assert partner.get(f"applicants/{made['reference']}").json() == made


def test_the_identity_was_checked(partner: Partner) -> None:
    reference = partner.post("applicants", new_applicant()).json()["reference"]
    fact = Fact.objects.filter(applicant__reference=reference, characteristic="identity_level").get()
    assert (fact.value, fact.source) == ("full", "identity_service")


def test_another_partner_does_not_know_of_it(partner: Partner) -> None:
    reference = partner.post("applicants", new_applicant()).json()["reference"]
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    other = Partner(partner.actor.__class__.for_client("other", [scope.value for scope in Scope]))
    assert problem(other.get(f"applicants/{reference}"), 404) == "not-found"


def test_a_number_that_is_known_is_refused_without_telling_whose(partner: Partner) -> None:
    body = new_applicant()
    partner.post("applicants", body)
    answer = partner.post("applicants", body)
    assert problem(answer, 409) == "already-registered"
    assert EM not in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"id_number": "440305199003071234"}, "#/id_number"),
        ({"phone": "1"}, "#/phone"),
        ({"bank_card": "1234567890123456"}, "#/bank_card"),
        ({"name": ""}, "#/name"),
        ({"name": 7}, "#/name"),
        ({"kind": "ROBOT"}, "#/kind"),
        ({"language": "fr"}, "#/language"),
        ({"role": "SUPERVISOR"}, "#/role"),
        ({"user": 1}, "#/user"),
        ({"client_id": "other"}, "#/client_id"),
        ({"facts": [{"characteristic": "age"}]}, "#/facts/0/value"),
        ({"facts": [{**FACT, "value": []}]}, "#/facts/0/value"),
        ({"facts": [{**FACT, "observed_on": "0001-01-01"}]}, "#/facts/0/observed_on"),
        ({"facts": "many"}, "#/facts"),
        ({"consents": [{"a": 1}]}, "#/consents/0"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_pointed_at(partner: Partner, changed: dict[str, Any], pointer: str) -> None:
    answer = partner.post("applicants", new_applicant(**changed))
    problem(answer, 400)
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    "source", ["identity_service", "verified_document", "repayment_record", "synthetic", "nowhere"]
)
def test_what_only_we_can_say_is_not_taken_from_others(partner: Partner, source: str) -> None:
    fact = {
        "characteristic": "identity_level",
        "value": "full",
        "source": source,
        "observed_on": "2026-11-06",
    }
    answer = partner.post("applicants", new_applicant(facts=[fact]))
    assert problem(answer, 400) == "fact-refused"


def test_one_bad_fact_registers_nobody(partner: Partner) -> None:
    body = new_applicant()
    body["facts"].append(
        {"characteristic": "age", "value": -5, "source": "applicant", "observed_on": "2026-11-06"}
    )
    assert partner.post("applicants", body).status_code == 400
    assert not Applicant.objects.exists()


def test_a_child_is_refused(partner: Partner) -> None:
    answer = partner.post("applicants", new_applicant(id_number="440305202003070014"))
    assert problem(answer, 400) == "invalid-input"
