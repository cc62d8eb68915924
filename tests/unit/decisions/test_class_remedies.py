"""Class remedies: everybody whom one proved error touched is found, approved by two, and put right once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import SITE
from accounts.models import User
from accounts.roles import Role
from applicants.facts import get_sheet, record_fact
from audit.queries import list_events
from core.errors import ForbiddenError, InputError, NotFoundError
from decisions.class_remedies import (
    OwnRemedyError,
    ProvedError,
    RemedyApprovedError,
    RemedyMoveError,
    approve_remedy,
    get_remedy_for,
    list_cases_for,
    propose_remedy,
    stop_remedy,
)
from decisions.class_remedy_work import correct_one
from decisions.lines import accept_line, close_line
from decisions.models import (
    ClassRemedy,
    ClassRemedyApproval,
    ClassRemedyCase,
    ClassRemedyState,
    Decision,
    Line,
    Outcome,
)
from notifications.models import Message
from tests.factories.appeals import queued
from tests.factories.class_remedies import (
    LATER,
    TODAY,
    approved,
    decision_with,
    proposed,
    proved,
    worked,
)
from tests.factories.decisions import NOW
from tests.people import acting, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(db: None) -> User:
    """Sue supervises too."""
    return person("Sue", Role.SUPERVISOR)


@pytest.fixture
def decision(catalogues: None, ada: User) -> Decision:
    """Ada's application, not approved because the share of income that payments take was recorded as 70 %."""
    return decision_with("ordinary", debt_service_pct=70, user=ada)


def test_the_dry_run_counts_and_changes_nothing(decision: Decision, dev: User, pia: User) -> None:
    remedy = proposed(decision, dev)
    assert (remedy.state, remedy.counts["found"], remedy.counts["BETTER"]) == ("PROPOSED", 1, 1)
    [case] = list_cases_for(remedy=remedy, by=acting(dev))
    assert (case.before["outcome"], case.after["outcome"]) == ("decline", "approve")
    assert Decision.objects.count() == 1
    assert Message.objects.filter(kind="CLASS_REMEDY_PROPOSED", user=pia).count() == 1


def test_two_people_approve_and_everybody_is_put_right(
    decision: Decision, dev: User, pia: User, sue: User
) -> None:
    remedy = approved(proposed(decision, dev), pia, sue)
    assert remedy.state == ClassRemedyState.DONE
    assert remedy.counts["corrected"] == 1
    corrected = Decision.objects.get(supersedes=decision)
    assert (corrected.outcome, corrected.facts["debt_service_pct"]["value"]) == (Outcome.APPROVE, 20)
    assert Message.objects.filter(kind="CORRECTION_MADE", about=corrected.reference).count() == 1
    assert get_sheet(decision.applicant).facts["debt_service_pct"]["value"] == 20
    verbs = [event.verb for event in list_events(subject=remedy.reference)]
    assert verbs[0] == "class-remedy:started"
    assert verbs[-1] == "class-remedy:ended"


def test_working_again_changes_nothing(decision: Decision, dev: User, pia: User, sue: User) -> None:
    remedy = approved(proposed(decision, dev), pia, sue)
    before = Decision.objects.count()
    worked(remedy)
    assert correct_one(remedy=remedy, now=LATER) is False
    assert Decision.objects.count() == before


def test_one_approval_is_not_enough(decision: Decision, dev: User, pia: User) -> None:
    remedy = approved(proposed(decision, dev), pia)
    assert remedy.state == ClassRemedyState.PROPOSED
    with pytest.raises(RemedyApprovedError):
        approve_remedy(remedy=remedy, reason="again", by=acting(pia), now=LATER)


def test_whoever_proposed_it_does_not_approve_it(decision: Decision, dev: User) -> None:
    with pytest.raises(OwnRemedyError):
        approve_remedy(remedy=proposed(decision, dev), reason="mine", by=acting(dev), now=LATER)


def test_the_database_refuses_the_proposers_approval_too(decision: Decision, dev: User) -> None:
    remedy = proposed(decision, dev)
    with pytest.raises(IntegrityError, match="proposed class remedy"), transaction.atomic():
        ClassRemedyApproval.objects.create(
            remedy=remedy, approved_by=dev, reason="mine", approved_at=LATER
        )  # fmt: skip


def test_the_database_refuses_to_begin_without_two(decision: Decision, dev: User, pia: User) -> None:
    remedy = approved(proposed(decision, dev), pia)
    with pytest.raises(IntegrityError, match="needs two people"), transaction.atomic():
        ClassRemedy.objects.filter(pk=remedy.pk).update(state="APPLYING")


def test_nobody_is_worse_off(decision: Decision, dev: User, pia: User, sue: User) -> None:
    remedy = proposed(decision, dev, right_value=95)
    assert (remedy.state, remedy.counts.get("BETTER", 0)) == (ClassRemedyState.DONE, 0)
    assert Decision.objects.count() == 1


def test_a_price_that_nobody_pays_makes_nobody_better_off(catalogues: None, dev: User) -> None:
    waiting = decision_with("loan_broker")
    remedy = proposed(waiting, dev, right_value=30)
    [case] = list_cases_for(remedy=remedy, by=acting(dev))
    assert (case.before["outcome"], case.after["outcome"], case.effect) == ("refer", "refer", "SAME")
    assert case.after["score"] > case.before["score"]


def test_decisions_outside_the_window_are_left(decision: Decision, dev: User) -> None:
    remedy = proposed(decision, dev, first_day=date(2026, 10, 1), last_day=date(2026, 10, 31))
    assert (remedy.state, remedy.counts["found"]) == (ClassRemedyState.DONE, 0)


@pytest.mark.parametrize(("value", "found"), [("own", 1), (1, 0)])
def test_one_wrong_value_finds_only_those_with_it(
    decision: Decision, dev: User, value: object, found: int
) -> None:
    used = decision.facts["debt_service_pct"]["value"]
    remedy = proposed(decision, dev, kind="VALUE", source="", value=used if value == "own" else value)
    assert remedy.counts["found"] == found


def test_a_wrong_rule_finds_those_it_spoke_against(decision: Decision, dev: User) -> None:
    failed = next(rule["id"] for rule in decision.result["rules"] if rule["status"] == "failed")
    remedy = proposed(
        decision, dev, kind="RULE", rule=failed, source="", characteristic="", correction="POLICY",
        policy=decision.policy.version,
    )  # fmt: skip
    assert (remedy.counts["found"], remedy.counts.get("SAME")) == (1, 1)


def test_an_open_appeal_is_left_to_its_reviewer(
    decision: Decision, ada: User, dev: User, pia: User, sue: User
) -> None:
    remedy = proposed(decision, dev)
    queued(decision, acting(ada))
    remedy = approved(remedy, pia, sue)
    assert remedy.counts["left"] == {"APPEAL": 1}


def test_it_can_be_stopped_before_it_is_approved_only(
    decision: Decision, dev: User, pia: User, sue: User
) -> None:
    remedy = proposed(decision, dev)
    done = approved(remedy, pia, sue)
    with pytest.raises(RemedyMoveError):
        stop_remedy(remedy=done, reason="no", by=acting(dev), now=LATER)
    stopped = stop_remedy(
        remedy=proposed(decision_with("ordinary", debt_service_pct=71), dev), reason="no", by=acting(dev),
        now=LATER,
    )  # fmt: skip
    assert (stopped.state, Decision.objects.count()) == (ClassRemedyState.STOPPED, 3)


def test_bad_input_is_named_field_by_field(catalogues: None, dev: User) -> None:
    error = ProvedError(
        kind="SOURCE", correction="POLICY", first_day=TODAY, last_day=date(2027, 1, 1), source="nobody",
        characteristic="nothing",
    )  # fmt: skip
    with pytest.raises(InputError) as found:
        propose_remedy(error=error, proof="'; DROP", reason=" ", by=acting(dev), now=LATER)
    assert set(found.value.fields) == {
        "source", "characteristic", "correction", "last_day", "reason", "proof",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["RULE", "SOURCE"])
def test_an_input_that_is_not_named_has_no_right_value(decision: Decision, dev: User, kind: str) -> None:
    with pytest.raises(InputError) as found:
        proposed(decision, dev, kind=kind, rule="R07", characteristic="")
    assert set(found.value.fields) == {"correction" if kind == "RULE" else "characteristic"}


def test_a_rule_that_there_is_not_is_named(decision: Decision, dev: User) -> None:
    with pytest.raises(InputError) as found:
        proposed(
            decision, dev, kind="RULE", rule="R99", source="", characteristic="", correction="POLICY",
            policy=decision.policy.version,
        )  # fmt: skip
    assert set(found.value.fields) == {"rule"}


def test_the_case_that_proved_it_is_one_of_ours(decision: Decision, dev: User) -> None:
    with pytest.raises(InputError) as found:
        propose_remedy(
            error=proved(decision), proof="AP-0000-0000", reason="counted twice", by=acting(dev), now=LATER
        )
    assert set(found.value.fields) == {"proof"}


def test_only_those_who_guide_runs_may(decision: Decision, cleo: User, dev: User, eve: User) -> None:
    with pytest.raises(ForbiddenError):
        proposed(decision, cleo)
    remedy = proposed(decision, dev)
    with pytest.raises(NotFoundError):
        get_remedy_for(by=acting(eve), reference=remedy.reference)


def test_a_finished_case_stays_as_it_is(decision: Decision, dev: User, pia: User, sue: User) -> None:
    approved(proposed(decision, dev), pia, sue)
    case = ClassRemedyCase.objects.get()
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        ClassRemedyCase.objects.filter(pk=case.pk).update(left="SAME", corrected=None)


def test_a_closed_line_comes_back(catalogues: None, dev: User, pia: User, sue: User) -> None:
    line = accept_line(line=offered(decision_with("ordinary")), by=SITE, now=NOW)
    record_fact(
        applicant=line.applicant, characteristic="debt_service_pct", value=70, source="credit_report",
        observed_on=TODAY, by=SITE, now=NOW,
    )  # fmt: skip
    closing = close_line(line=line, signed_by=person("Fay", Role.SUPERVISOR), by=SITE, now=NOW)
    remedy = approved(proposed(closing, dev), pia, sue)
    line.refresh_from_db()
    assert (remedy.counts["lines"], line.state) == (1, "active")
    assert Decision.objects.get(supersedes=closing).line == line


def offered(decision: Decision) -> Line:
    assert decision.line is not None
    return decision.line
