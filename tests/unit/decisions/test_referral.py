"""Referrals: decided by a person with a reason; high-risk work under its gate by two."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Role
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from decisions.explaining import explain
from decisions.models import Decision, ReferralProposal
from decisions.referral import (
    NotReferredError,
    OwnProposalError,
    countersign_referral,
    decide_referral,
    describe_referral,
    list_referrals,
    return_referral,
)
from decisions.replaying import replay
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def broker() -> Decision:
    return sample_decision("loan_broker")


@pytest.fixture
def zhang_wei() -> Decision:
    return sample_decision("zhang_wei")


def test_waiting_referrals_are_listed_for_staff_only(broker: Decision, cleo: User, eve: User) -> None:
    rows = list_referrals(by=acting(cleo))
    assert [(row.decision, row.codes, row.needs_two, row.can_decide) for row in rows] == [
        (broker, ("U10",), True, True)
    ]
    assert list_referrals(by=acting(eve)) == []
    with pytest.raises(NotFoundError):
        list_referrals(by=acting(cleo), before="DE-0000-0000")


def test_one_person_decides_where_one_is_enough(zhang_wei: Decision, cleo: User) -> None:
    new = decide_referral(
        decision=zhang_wei, outcome="approve", reason="papers seen", by=acting(cleo), now=NOW
    )
    assert isinstance(new, Decision)
    assert (new.outcome, new.limit_cny, new.is_automatic, new.supersedes) == (
        "approve",
        Decimal(3000),
        False,
        zhang_wei,
    )
    assert new.line is not None
    assert replay(Decision.objects.get(pk=new.pk)) == []
    assert list_referrals(by=acting(cleo)) == []


def test_deciding_twice_is_deciding_once_and_somebody_else_is_too_late(
    zhang_wei: Decision, cleo: User, dev: User
) -> None:
    first = decide_referral(decision=zhang_wei, outcome="decline", reason="no", by=acting(cleo), now=NOW)
    assert (
        decide_referral(decision=zhang_wei, outcome="decline", reason="no", by=acting(cleo), now=NOW) == first
    )
    with pytest.raises(NotReferredError):
        decide_referral(decision=zhang_wei, outcome="approve", reason="yes", by=acting(dev), now=NOW)


def test_a_declined_referral_keeps_its_reasons_and_says_that_a_person_decided(
    zhang_wei: Decision, cleo: User
) -> None:
    new = decide_referral(decision=zhang_wei, outcome="decline", reason="no", by=acting(cleo), now=NOW)
    assert isinstance(new, Decision)
    document = explain(decision=new, language="en", now=NOW)
    assert [reason["code"] for reason in document["reasons"]] == ["S08", "S09", "P01"]
    assert document["outcome"]["summary"].endswith("A person made this decision.")
    assert document["next"]["reapply_on"] == "20 Dec 2026"
    assert document["not_solely"]


def test_high_risk_work_under_its_gate_needs_two(broker: Decision, cleo: User, dev: User) -> None:
    proposal = decide_referral(decision=broker, outcome="approve", reason="known", by=acting(cleo), now=NOW)
    assert isinstance(proposal, ReferralProposal)
    assert not describe_referral(decision=broker, by=acting(cleo)).can_sign
    assert describe_referral(decision=broker, by=acting(dev)).can_sign
    new = countersign_referral(decision=broker, by=acting(dev), now=NOW)
    assert (new.outcome, new.decided_by, new.limit_cny) == ("approve", f"user:{cleo.pk}", Decimal(11700))
    assert countersign_referral(decision=broker, by=acting(dev), now=NOW) == new


def test_declining_high_risk_work_needs_one(broker: Decision, cleo: User) -> None:
    new = decide_referral(decision=broker, outcome="decline", reason="no papers", by=acting(cleo), now=NOW)
    assert isinstance(new, Decision)
    assert [row.code for row in new.reasons.all()] == ["U10"]


def test_nobody_signs_his_own_proposal(broker: Decision, dev: User) -> None:
    decide_referral(decision=broker, outcome="approve", reason="known", by=acting(dev), now=NOW)
    with pytest.raises(OwnProposalError):
        countersign_referral(decision=broker, by=acting(dev), now=NOW)
    proposal = ReferralProposal.objects.get()
    proposal.state, proposal.signed_by, proposal.signed_at = "FINAL", dev, NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.save()


def test_a_returned_proposal_opens_the_case_again(broker: Decision, cleo: User, dev: User) -> None:
    decide_referral(decision=broker, outcome="approve", reason="known", by=acting(cleo), now=NOW)
    with pytest.raises(StaleError):
        decide_referral(decision=broker, outcome="decline", reason="no", by=acting(dev), now=NOW)
    return_referral(decision=broker, reason="papers are missing", by=acting(dev), now=NOW)
    broker = Decision.objects.get(pk=broker.pk)
    assert describe_referral(decision=broker, by=acting(cleo)).can_decide


@pytest.mark.parametrize(
    ("outcome", "reason", "field"), [("approve", " ", "reason"), ("maybe", "x", "outcome")]
)
def test_a_reason_and_a_known_outcome_are_needed(
    zhang_wei: Decision, cleo: User, outcome: str, reason: str, field: str
) -> None:
    with pytest.raises(InputError) as caught:
        decide_referral(decision=zhang_wei, outcome=outcome, reason=reason, by=acting(cleo), now=NOW)
    assert list(caught.value.fields) == [field]


def test_only_those_who_may_decide(zhang_wei: Decision, eve: User, aud: User) -> None:
    for somebody in (eve, aud):
        with pytest.raises(ForbiddenError):
            decide_referral(decision=zhang_wei, outcome="approve", reason="x", by=acting(somebody), now=NOW)


def test_nobody_decides_about_himself() -> None:
    cara = person("Cara", Role.CASEWORKER)
    own = sample_decision("zhang_wei", user=cara)
    assert not describe_referral(decision=own, by=acting(cara)).can_decide
    with pytest.raises(ForbiddenError):
        decide_referral(decision=own, outcome="approve", reason="me", by=acting(cara), now=NOW)


def test_what_was_not_referred_is_not_decided(cleo: User) -> None:
    with pytest.raises(NotReferredError):
        decide_referral(
            decision=sample_decision("li_na"), outcome="decline", reason="x", by=acting(cleo), now=NOW
        )
