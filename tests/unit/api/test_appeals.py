"""Appealing through the API."""

from typing import Any

import pytest

from accounts.actors import SITE, Actor
from accounts.clients import create_client
from accounts.roles import Scope
from appeals.models import Appeal
from decisions.models import Decision
from tests.factories import files
from tests.factories.partners import Partner, new_appeal, problem
from tests.people import NOW


@pytest.fixture
def draft(partner: Partner, decision: Decision) -> Any:
    answer = partner.post(f"decisions/{decision.reference}/appeals", new_appeal(decision))
    assert answer.status_code == 201, answer.content
    return answer


def send(partner: Partner, shown: Any, content: bytes, **headers: str) -> Any:
    reason = shown["grounds"][0]["reason"]
    return partner.post(
        f"appeals/{shown['reference']}/evidence?reason={reason}&kind=V29", content, key=None,
        content_type="application/pdf", **headers,
    )  # fmt: skip


def test_an_appeal_is_opened_as_a_draft(draft: Any, decision: Decision) -> None:
    shown = draft.json()
    assert (shown["status"], shown["decision"]) == ("DRAFT", decision.reference)
    assert draft.headers["ETag"] == f'"{shown["version"]}"'
    assert draft.headers["Location"] == f"/api/v1/appeals/{shown['reference']}"
    assert shown["next_steps"] == ["submit", "withdraw"]


def test_an_appeal_can_be_sent_at_once(partner: Partner, decision: Decision) -> None:
    answer = partner.post(f"decisions/{decision.reference}/appeals", new_appeal(decision, submit=True))
    shown = answer.json()
    assert (shown["status"], shown["next_steps"]) == ("SUBMITTED", ["withdraw"])
    assert shown["submitted_at"]
    assert shown["due_at"]


def test_what_the_person_wrote_is_never_shown(partner: Partner, decision: Decision) -> None:
    body = new_appeal(decision, statement="canary-statement", submit=True)
    made = partner.post(f"decisions/{decision.reference}/appeals", body)
    reference = made.json()["reference"]
    for answer in (made, partner.get(f"appeals/{reference}"), partner.get("appeals")):
        assert "canary" not in answer.content.decode()
    assert Appeal.objects.get().statement == "canary-statement"


def test_the_fields_of_an_appeal_are_these(draft: Any) -> None:
    assert set(draft.json()) == {
        "reference", "decision", "status", "status_label", "version", "opened_at", "submitted_at", "due_at",
        "decided_at", "outcome", "outcome_label", "new_decision", "remedy", "grounds", "evidence",
        "next_steps",
    }  # fmt: skip


def test_a_draft_that_is_there_is_not_written_over(partner: Partner, draft: Any, decision: Decision) -> None:
    answer = partner.post(f"decisions/{decision.reference}/appeals", new_appeal(decision))
    assert problem(answer, 409) == "already-open"


def test_the_same_request_again_is_the_same_appeal(partner: Partner, decision: Decision) -> None:
    path, body = f"decisions/{decision.reference}/appeals", new_appeal(decision)
    first = partner.post(path, body, key="k-1")
    again = partner.post(path, body, key="k-1")
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_key_of_one_decision_does_not_serve_another(partner: Partner, decision: Decision) -> None:
    body = new_appeal(decision)
    partner.post(f"decisions/{decision.reference}/appeals", body, key="k-1")
    answer = partner.post("decisions/DE-0000-0000/appeals", body, key="k-1")
    assert problem(answer, 422) == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"grounds": []}, "#/grounds"),
        ({"grounds": [{"reason": "U02"}]}, "#/grounds/0/claim"),
        ({"grounds": [{"reason": "ZZZ9", "claim": "WRONG"}]}, "#/ZZZ9"),
        ({"grounds": [{"reason": "U02", "claim": "WRONG"}] * 2}, "#/grounds"),
        ({"grounds": [{"reason": "U02", "claim": "MAYBE"}]}, "#/grounds/0/claim"),
        ({"statement": "x" * 5001}, "#/statement"),
        ({"status": "DECIDED"}, "#/status"),
        ({"submit": "perhaps"}, "#/submit"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    partner: Partner, decision: Decision, changed: dict[str, Any], pointer: str
) -> None:
    answer = partner.post(f"decisions/{decision.reference}/appeals", new_appeal(decision, **changed))
    problem(answer, 400)
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Appeal.objects.exists()


def test_a_version_must_be_named(partner: Partner, draft: Any) -> None:
    answer = partner.post(f"appeals/{draft.json()['reference']}/submit")
    assert problem(answer, 428) == "precondition-required"


@pytest.mark.parametrize("seen", ['"999"', "1", "*", 'W/"1"', '"', "\x7f", '"1', ","])
def test_a_version_that_is_not_the_present_one_changes_nothing(
    partner: Partner, draft: Any, seen: str
) -> None:
    answer = partner.post(f"appeals/{draft.json()['reference']}/submit", If_Match=seen)
    assert problem(answer, 412) == "stale"
    assert Appeal.objects.get().status == "DRAFT"


def test_submitting_with_the_etag(partner: Partner, draft: Any) -> None:
    answer = partner.post(f"appeals/{draft.json()['reference']}/submit", If_Match=draft.headers["ETag"])
    assert (answer.status_code, answer.json()["status"]) == (200, "SUBMITTED")
    assert answer.headers["ETag"] != draft.headers["ETag"]


def test_submitting_twice_with_the_old_etag_is_stale(partner: Partner, draft: Any) -> None:
    path = f"appeals/{draft.json()['reference']}/submit"
    partner.post(path, If_Match=draft.headers["ETag"])
    assert problem(partner.post(path, If_Match=draft.headers["ETag"]), 412) == "stale"


def test_withdrawing(partner: Partner, draft: Any) -> None:
    path = f"appeals/{draft.json()['reference']}"
    sent = partner.post(f"{path}/submit", If_Match=draft.headers["ETag"])
    answer = partner.post(f"{path}/withdraw", If_Match=sent.headers["ETag"])
    assert (answer.status_code, answer.json()["status"]) == (200, "WITHDRAWN")


def test_a_file_is_taken_and_its_checks_shown(partner: Partner, draft: Any) -> None:
    disposition = "attachment; filename*=UTF-8''canary%20payslip.pdf"
    answer = send(partner, draft.json(), files.pdf(), Content_Disposition=disposition)
    shown = answer.json()
    assert (answer.status_code, shown["state"], shown["kind"]) == (201, "PENDING", "V29")
    assert "canary" not in answer.content.decode()
    appeal = partner.get(f"appeals/{draft.json()['reference']}").json()
    assert [one["reference"] for one in appeal["evidence"]] == [shown["reference"]]


def test_the_same_file_again_changes_nothing(partner: Partner, draft: Any) -> None:
    content = files.pdf()
    first, again = send(partner, draft.json(), content), send(partner, draft.json(), content)
    assert (again.status_code, again.json()["reference"]) == (201, first.json()["reference"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"MZ\x90\x00" + b"\x00" * 100, "file-wrong-type"),
        (b"%PDF-1.7" + b"x" * 10_500_000, "file-too-big"),
    ],
    ids=["empty", "a program", "too big"],
)
def test_each_file_problem_has_its_own_words(partner: Partner, draft: Any, content: bytes, code: str) -> None:
    assert problem(send(partner, draft.json(), content), 400) == code


@pytest.mark.parametrize(
    "query", ["", "reason=U02", "kind=V29", "reason=ZZ&kind=V29", "reason=U02&kind=V29&size=1"]
)
def test_odd_terms_of_a_file_are_refused(partner: Partner, draft: Any, query: str) -> None:
    answer = partner.post(f"appeals/{draft.json()['reference']}/evidence?{query}", b"%PDF", key=None)
    assert problem(answer, 400)


def test_the_persons_own_files_are_not_shown(partner: Partner, draft: Any) -> None:
    shown = send(partner, draft.json(), files.pdf()).json()
    from evidence.models import Document

    Document.objects.filter(reference=shown["reference"]).update(uploaded_by="user:1")
    assert partner.get(f"appeals/{draft.json()['reference']}").json()["evidence"] == []


@pytest.mark.parametrize("method", ["get", "submit", "withdraw", "evidence?reason=U02&kind=V29"])
def test_another_partner_does_not_know_of_it(draft: Any, method: str) -> None:
    create_client(name="Other", scopes=Scope, client_id="other", by=SITE, now=NOW)
    other = Partner(Actor.for_client("other", [scope.value for scope in Scope]))
    path = f"appeals/{draft.json()['reference']}"
    answer = other.get(path) if method == "get" else other.post(f"{path}/{method}", If_Match='"1"')
    assert problem(answer, 404) == "not-found"
