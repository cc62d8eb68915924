"""Applying through the API, once per key."""

from typing import Any

import pytest

from accounts.models import StoredAnswer
from creditportal.api import applications
from decisions.models import Application
from outbox.models import Outbox
from tests.factories.partners import Partner, new_application, problem, registered


@pytest.fixture
def who(partner: Partner) -> str:
    return registered(partner.actor).reference


def test_an_application_is_taken_and_queued(partner: Partner, who: str) -> None:
    answer = partner.post("applications", new_application(who))
    shown = answer.json()
    assert (answer.status_code, shown["state"], shown["decision"]) == (201, "RECEIVED", None)
    assert answer.headers["Location"] == f"/api/v1/applications/{shown['reference']}"
    assert Outbox.objects.filter(kind="DECIDE_APPLICATION", subject=shown["reference"]).exists()
    assert partner.get(f"applications/{shown['reference']}").json() == shown


def test_the_same_request_again_is_the_same_application(partner: Partner, who: str) -> None:
    first = partner.post("applications", new_application(who), key="k-1")
    again = partner.post("applications", new_application(who), key="k-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert Application.objects.count() == 1


def test_key_order_and_spaces_make_no_other_request(partner: Partner, who: str) -> None:
    body = new_application(who)
    partner.post("applications", body, key="k-1")
    turned = dict(reversed(body.items()))
    assert partner.post("applications", turned, key="k-1").headers["Idempotency-Replayed"] == "true"


def test_another_body_under_the_key_is_refused(partner: Partner, who: str) -> None:
    partner.post("applications", new_application(who), key="k-1")
    answer = partner.post("applications", new_application(who, amount_cny="1000.00"), key="k-1")
    assert problem(answer, 422) == "idempotency-key-reused"
    assert Application.objects.count() == 1


@pytest.mark.parametrize("key", [None, " ", "x" * 201, "\u94a5"])
def test_a_key_is_needed(partner: Partner, who: str, key: str | None) -> None:
    answer = partner.post("applications", new_application(who), key=key)
    assert problem(answer, 400) == "idempotency-key-missing"
    assert not Application.objects.exists()


def test_a_refused_request_may_be_mended_under_its_key(partner: Partner, who: str) -> None:
    problem(partner.post("applications", new_application(who, product="castle"), key="k-1"), 400)
    assert partner.post("applications", new_application(who), key="k-1").status_code == 201


def test_a_failure_keeps_nothing(partner: Partner, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(applications, "_show", fail)
    partner.client.raise_request_exception = False
    assert partner.post("applications", new_application(who), key="k-1").status_code == 500
    monkeypatch.undo()
    assert not StoredAnswer.objects.exists()
    assert not Application.objects.exists()
    assert partner.post("applications", new_application(who), key="k-1").status_code == 201


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"amount_cny": "-1"}, "#/amount_cny"),
        ({"amount_cny": "NaN"}, "#/amount_cny"),
        ({"amount_cny": "1E+999999"}, "#/amount_cny"),
        ({"amount_cny": "9" * 2000}, "#/amount_cny"),
        ({"amount_cny": "100.001"}, "#/amount_cny"),
        ({"amount_cny": [1]}, "#/amount_cny"),
        ({"amount_cny": True}, "#/amount_cny"),
        ({"term_months": None}, "#/term_months"),
        ({"term_days": 30}, "#/term_months"),
        ({"term_months": 7}, "#/term_months"),
        ({"purpose": "fun"}, "#/purpose"),
        ({"product": "castle"}, "#/product"),
        ({"product": "sme_working_capital"}, "#/product"),
        ({"state": "DECIDED"}, "#/state"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_pointed_at(
    partner: Partner, who: str, changed: dict[str, Any], pointer: str
) -> None:
    answer = partner.post("applications", new_application(who, **changed))
    problem(answer, 400)
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("reference", ["CU-0000-0000", "LA-0000-0000", "nonsense", "%00", "\u202e"])
def test_an_unknown_person_is_not_found(partner: Partner, reference: str) -> None:
    assert partner.post("applications", new_application(reference)).status_code == 404


def test_pages_show_each_once_newest_first(partner: Partner, who: str) -> None:
    made = [partner.post("applications", new_application(who)).json()["reference"] for _ in range(5)]
    seen: list[str] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        cursor = f"&cursor={page['next']}" if page["next"] else ""
        page = partner.get(f"applications?limit=2{cursor}").json()
        seen += [item["reference"] for item in page["items"]]
    assert seen == made[::-1]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=", "limit=\u0662", "cursor=", "cursor=LA-1", "cursor=%00"],
)
def test_odd_pages_are_refused(partner: Partner, query: str) -> None:
    assert problem(partner.get(f"applications?{query}"), 400) == "invalid-input"
