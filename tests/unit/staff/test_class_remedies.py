"""Class remedies on the desk."""

import pytest

from accounts.models import User
from accounts.roles import Role
from decisions.models import ClassRemedy, ClassRemedyState, Decision
from tests.factories.class_remedies import decision_with, proposed, worked
from tests.people import person
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
LIST = "/staff/class-remedies/"
TYPED = {
    "kind": "SOURCE", "source": "credit_report", "characteristic": "debt_service_pct", "correction": "VALUE",
    "right_value": "20", "first_day": "2026-11-20", "last_day": "2026-11-20",
    "reason": "counted twice", "rule": "", "value": "", "policy": "",
}  # fmt: skip


@pytest.fixture
def spoiled(catalogues: None, ada: User) -> Decision:
    """Ada's application, not approved because one input was recorded wrongly."""
    return decision_with("ordinary", user=ada, debt_service_pct=70)


def test_an_error_is_written_down_and_its_dry_run_shown(
    spoiled: Decision, dev: User, sit_down: SitDown
) -> None:
    client = sit_down(dev)
    answer = client.post(f"{LIST}new/", {**TYPED, "proof": spoiled.reference})
    remedy = worked(ClassRemedy.objects.get())
    page = text_of(client.get(answer.headers["Location"]))
    for words in (spoiled.reference, "1 used what proved wrong", "Better for the person"):
        assert words in page
    assert remedy.reference in text_of(client.get(LIST))
    assert spoiled.applicant.name not in page


def test_two_others_approve_on_the_page(spoiled: Decision, dev: User, pia: User, sit_down: SitDown) -> None:
    remedy = proposed(spoiled, dev)
    for user in (pia, person("Sue", Role.SUPERVISOR)):
        answer = sit_down(user).post(f"{LIST}{remedy.reference}/approve/", {"reason": "agreed"})
        assert answer.status_code == 302
    worked(remedy)
    page = text_of(sit_down(dev).get(f"{LIST}{remedy.reference}/"))
    assert "Corrected decisions: 1." in page


def test_the_proposer_sees_that_others_approve(spoiled: Decision, dev: User, sit_down: SitDown) -> None:
    remedy, client = proposed(spoiled, dev), sit_down(dev)
    assert "Somebody else approves too." in text_of(client.get(f"{LIST}{remedy.reference}/"))
    refused = client.post(f"{LIST}{remedy.reference}/approve/", {"reason": "my own words"})
    assert refused.status_code == 403
    assert "my own words" in text_of(refused)


def test_a_rule_with_a_right_value_is_told_beside_the_field(
    spoiled: Decision, dev: User, sit_down: SitDown
) -> None:
    wrong = {
        **TYPED, "kind": "RULE", "rule": "R07", "source": "", "characteristic": "",
        "proof": spoiled.reference,
    }  # fmt: skip
    refused = sit_down(dev).post(f"{LIST}new/", wrong)
    assert refused.status_code == 400
    assert "A wrong rule is put right by another policy version" in text_of(refused)


def test_where_nobody_was_harmed_the_page_says_so_and_names_the_rule(
    spoiled: Decision, dev: User, sit_down: SitDown
) -> None:
    failed = next(rule["id"] for rule in spoiled.result["rules"] if rule["status"] == "failed")
    remedy = proposed(
        spoiled, dev, kind="RULE", rule=failed, source="", characteristic="", correction="POLICY",
        policy=spoiled.policy.version,
    )  # fmt: skip
    page = text_of(sit_down(dev).get(f"{LIST}{remedy.reference}/"))
    assert "Nothing had to be corrected." in page
    assert "R07 Share of income that goes to repayments" in page


def test_bad_input_loses_nothing(spoiled: Decision, dev: User, sit_down: SitDown) -> None:
    wrong = {**TYPED, "right_value": "many", "proof": "<script>alert(1)</script>", "last_day": "2030-01-01"}
    refused = sit_down(dev).post(f"{LIST}new/", wrong)
    page = text_of(refused)
    assert (refused.status_code, ClassRemedy.objects.count()) == (400, 0)
    assert "counted twice" in page
    assert "&lt;script&gt;" in page
    assert "not later than today" in page


def test_it_can_be_ended_before_anything_changes(spoiled: Decision, dev: User, sit_down: SitDown) -> None:
    remedy = proposed(spoiled, dev)
    client = sit_down(dev)
    assert client.post(f"{LIST}{remedy.reference}/stop/", {"reason": " "}).status_code == 400
    client.post(f"{LIST}{remedy.reference}/stop/", {"reason": "a mistake"})
    remedy.refresh_from_db()
    assert remedy.state == ClassRemedyState.STOPPED


def test_the_report_names_decisions_and_nobody(
    spoiled: Decision, dev: User, aud: User, sit_down: SitDown
) -> None:
    remedy = proposed(spoiled, dev)
    report = sit_down(aud).get(f"{LIST}{remedy.reference}/report.csv").content.decode("utf-8-sig")
    assert f"{spoiled.reference},BETTER,decline,approve" in report
    assert spoiled.applicant.name not in report
