"""The assessment of impact: a link or a reference, final once proposed, and there before an approval."""

import pgtrigger
import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from core.errors import InputError
from decisions.models import PolicyState, PolicyVersion
from decisions.policy_errors import NoImpactError, StalePolicyError
from decisions.policy_impact import check_impact, is_link
from decisions.policy_lifecycle import approve_policy, propose_policy, return_policy
from tests.factories import policies as made
from tests.factories.decisions import NOW
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
FINAL = "decisions.PolicyVersion:content_is_final"


@pytest.fixture
def paul(db: None) -> User:
    """Paul manages the policy too."""
    return made.manager("Paul")


@pytest.mark.parametrize(
    ("typed", "kept", "leads"),
    [
        (" https://papers.example.test/a?b=1 ", "https://papers.example.test/a?b=1", True),
        ("HTTP://papers.example.test", "HTTP://papers.example.test", True),
        ("PIA 2026-14,\n board of May", "PIA 2026-14, board of May", False),
        ("\u5f71\u54cd\u8bc4\u4f30 \U0001f642 2026", "\u5f71\u54cd\u8bc4\u4f30 \U0001f642 2026", False),
        ("javascript:alert(1)", "javascript:alert(1)", False),
    ],
)
def test_a_link_or_a_reference_is_kept(typed: str, kept: str, leads: bool) -> None:
    assert (check_impact(typed), is_link(kept)) == (kept, leads)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \n ",
        "ftp://papers.example.test",
        "https://",
        "https://a b",
        "https://x@y.test/",
        "http://[",
        "a\x00b",
    ],
)
def test_what_nobody_could_follow_is_refused(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        check_impact(typed)
    assert [*refused.value.fields] == ["impact"]


def test_a_returned_version_may_be_proposed_with_another(pia: User, paul: User) -> None:
    row = made.proposed_version()
    return_policy(policy_version=row, reason="The link is dead.", by=acting(paul), now=NOW)
    row.refresh_from_db()
    again = propose_policy(policy_version=row, impact="PIA 2026-15", baseline="max", by=acting(pia), now=NOW)
    made.with_dry_run(again)
    with pytest.raises(StalePolicyError):
        approve_policy(policy_version=again, expected_impact=made.IMPACT, by=acting(paul), now=NOW)
    done = approve_policy(policy_version=again, expected_impact="PIA 2026-15", by=acting(paul), now=NOW)
    assert (done.state, done.impact) == (PolicyState.APPROVED, "PIA 2026-15")


def test_without_one_nothing_is_approved(paul: User) -> None:
    row = made.with_dry_run(made.proposed_version())
    with pgtrigger.ignore(FINAL):
        PolicyVersion.objects.filter(pk=row.pk).update(impact="")
    with pytest.raises(NoImpactError):
        approve_policy(policy_version=row, by=acting(paul), now=NOW)


def test_the_database_knows_the_assessment_too(paul: User) -> None:
    approved = {"state": "APPROVED", "approved_by": acting(paul).code, "approved_at": NOW}
    row = made.proposed_version()
    for change in ({"impact": "another"}, {**approved, "impact": ""}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            PolicyVersion.objects.filter(pk=row.pk).update(**change)
    with pgtrigger.ignore(FINAL):
        PolicyVersion.objects.filter(pk=row.pk).update(impact="")
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            PolicyVersion.objects.filter(pk=row.pk).update(**approved)
