"""A worker that is killed in the middle of a class remedy: everybody is put right once, and told once."""

import os
import subprocess
import sys

import pytest

from accounts.models import User
from accounts.roles import Role
from applicants.models import Fact
from audit.verifying import verify
from creditportal.embedded.places import CHECKOUT
from decisions.class_remedies import approve_remedy, propose_remedy
from decisions.models import ClassRemedy, ClassRemedyCase, Decision, Line
from notifications.models import Letter, Message
from tests.factories.class_remedies import LATER, decision_with, proposed, proved, worked
from tests.integration.fault_stack import database_url
from tests.integration.run_worker import KILLED
from tests.people import acting, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults, pytest.mark.slow]
PEOPLE = 3
WORKER = """
import os, sys, django
django.setup()
from decisions import class_remedy_finding, class_remedy_work
from tests.factories.class_remedies import LATER
class_remedy_finding.LOOKED_AT = 1
if os.environ.get("CARELESS"):
    # The control: the correction is committed by itself, before the case is marked as done.
    from django.db import connection
    write = class_remedy_work._write
    def careless(*given):
        corrected = write(*given)
        connection.connection.commit()
        connection.connection.execute("BEGIN")
        raise SystemExit(9)
    class_remedy_work._write = careless
class_remedy_work.work_on_remedy(reference=sys.argv[1], clock=lambda: LATER, budget_seconds=60)
"""


@pytest.fixture
def sue(db: None) -> User:
    """Sue supervises too."""
    return person("Sue", Role.SUPERVISOR)


@pytest.fixture
def wronged(catalogues: None, ada: User, ben: User, eve: User) -> list[Decision]:
    """Three applications, not approved because of the same wrong input."""
    return [decision_with("ordinary", debt_service_pct=70, user=user) for user in (ada, ben, eve)]


@pytest.fixture
def agreed(wronged: list[Decision], dev: User, pia: User, sue: User) -> ClassRemedy:
    """A class remedy that two people have approved and nobody has worked on since."""
    remedy = proposed(wronged[0], dev)
    for user in (pia, sue):
        remedy = approve_remedy(remedy=remedy, reason="agreed", by=acting(user), now=LATER)
    return remedy


def work_elsewhere(remedy: ClassRemedy, killpoint: str = "", **environment: str) -> int:
    settings = {
        **os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "creditportal.settings",
        "KILLPOINTS_ENABLED": "True", "CREDITPORTAL_KILLPOINT": killpoint, **environment,
    }  # fmt: skip
    command = [sys.executable, "-c", WORKER, remedy.reference]
    return subprocess.run(command, cwd=CHECKOUT, env=settings, check=False, capture_output=True).returncode


def check_all_put_right(remedy: ClassRemedy, wronged: list[Decision]) -> None:
    assert (remedy.state, remedy.counts["corrected"]) == ("DONE", PEOPLE)
    for old in wronged:
        new = Decision.objects.get(supersedes=old)
        assert new.outcome == "approve"
        assert Line.objects.filter(applicant=old.applicant).count() == 1
        assert Message.objects.filter(kind="CORRECTION_MADE", about=new.reference).count() == 1
        assert Letter.objects.filter(about=new.reference).count() == 1
        right = Fact.objects.filter(applicant=old.applicant, characteristic="debt_service_pct", value=20)
        assert right.count() == 1
    assert not verify().faults


@pytest.mark.parametrize("place", ["corrected_before_commit", "written_before_notice"])
@pytest.mark.parametrize("hit", [1, PEOPLE])
def test_killed_while_correcting(agreed: ClassRemedy, wronged: list[Decision], place: str, hit: int) -> None:
    assert work_elsewhere(agreed, f"class_remedy.{place}:{hit}") == KILLED
    assert ClassRemedyCase.objects.filter(done_at=None).count() == PEOPLE - hit + 1
    check_all_put_right(worked(agreed), wronged)


def test_killed_before_it_ends(agreed: ClassRemedy, wronged: list[Decision]) -> None:
    assert work_elsewhere(agreed, "class_remedy.ended_before_commit") == KILLED
    agreed.refresh_from_db()
    assert agreed.state == "APPLYING"
    check_all_put_right(worked(agreed), wronged)


@pytest.mark.parametrize("hit", [1, PEOPLE])
def test_killed_while_looking(wronged: list[Decision], dev: User, hit: int) -> None:
    remedy = propose_remedy(
        error=proved(wronged[0]),
        proof=wronged[0].reference,
        reason="counted twice",
        by=acting(dev),
        now=LATER,
    )
    assert work_elsewhere(remedy, f"class_remedy.found_before_commit:{hit}") == KILLED
    remedy = worked(remedy)
    assert (remedy.state, remedy.looked_at, remedy.counts["found"]) == ("PROPOSED", PEOPLE, PEOPLE)
    assert Decision.objects.count() == PEOPLE


def test_control_a_correction_committed_by_itself_is_not_counted(
    agreed: ClassRemedy, wronged: list[Decision]
) -> None:
    """With correction and mark in two transactions, the same kill leaves a case that seems undone."""
    assert work_elsewhere(agreed, CARELESS="1") == 9
    assert worked(agreed).counts["corrected"] == PEOPLE - 1
