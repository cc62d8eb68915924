"""A check that says no is set aside by two people where the policy lets them, and by nobody elsewhere."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.actors import SITE
from accounts.models import User
from applicants.automation import refuse_automation
from applicants.facts import NewFact, record_facts
from applicants.sources import VERIFIED_DOCUMENT
from assessment import PolicyError, load_policy
from core.errors import InputError
from decisions.deciding import decide
from decisions.explaining import explain
from decisions.models import Decision, ReferralProposal
from decisions.policies import compiled, get_policy_in_force
from decisions.referral import countersign_referral, decide_referral, describe_referral
from decisions.replaying import replay
from decisions.waking import wake_holds
from tests.factories.decisions import NOW, application_of, sample_applicant
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]

LATER = NOW + timedelta(hours=5)


def asked_of_a_person(user: User, *, amount: int = 5_000, **facts: Any) -> Decision:
    """An application that waits for a person, of somebody about whom only these facts speak."""
    applicant = sample_applicant("wang_fang", user=user)
    known = [NewFact(name, value, VERIFIED_DOCUMENT, date(2026, 11, 6), {}) for name, value in facts.items()]
    record_facts(applicant=applicant, facts=known, by=SITE, now=NOW)
    refuse_automation(applicant=applicant, by=acting(user), now=NOW)
    application = application_of(applicant, by=acting(user), amount_cny=amount)
    made = decide(application=application, by=SITE, now=NOW)
    return Decision.objects.select_related("applicant", "application", "policy", "line").get(pk=made.pk)


def test_two_people_set_aside_what_the_policy_lets_them(ada: User, cleo: User, dev: User) -> None:
    referred = asked_of_a_person(ada, active_lenders=6)
    assert (referred.outcome, referred.result["outcome"]) == ("refer", "decline")
    shown = describe_referral(decision=referred, by=acting(cleo))
    assert (shown.set_aside, shown.standing, shown.needs_two) == (("R08",), (), True)
    proposal = decide_referral(
        decision=referred, outcome="approve", reason="Two of them are closed.", by=acting(cleo), now=NOW
    )
    assert isinstance(proposal, ReferralProposal)
    new = countersign_referral(decision=referred, by=acting(dev), now=NOW)
    assert (new.outcome, new.result["set_aside"], new.is_automatic) == ("approve", ["R08"], False)
    assert replay(Decision.objects.get(pk=new.pk)) == []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "set aside by people"), ("zh-hans", "经人工裁量\uff0c不计入")]
)
def test_the_page_says_which_check_was_set_aside(
    ada: User, cleo: User, dev: User, language: str, said: str
) -> None:
    referred = asked_of_a_person(ada, active_lenders=6)
    decide_referral(decision=referred, outcome="approve", reason="seen", by=acting(cleo), now=NOW)
    new = countersign_referral(decision=referred, by=acting(dev), now=NOW)
    rules = {rule["id"]: rule for rule in explain(decision=new, language=language, now=NOW)["rules"]}
    assert (rules["R08"]["status"], rules["R08"]["status_label"]) == ("set_aside", said)
    assert (rules["R08"]["passed"], rules["R08"]["outcome"]) == (None, None)


@pytest.mark.parametrize(
    "facts",
    [
        {"court_record_open": 1},
        {"current_overdue_days": 20},
        {"open_safety_flags": 1},
        {"identity_level": "basic"},
    ],
)
def test_nobody_sets_aside_what_the_policy_keeps(ada: User, cleo: User, facts: dict[str, Any]) -> None:
    referred = asked_of_a_person(ada, active_lenders=6, **facts)
    assert describe_referral(decision=referred, by=acting(cleo)).standing
    with pytest.raises(InputError) as refused:
        decide_referral(decision=referred, outcome="approve", reason="seen", by=acting(cleo), now=NOW)
    with translation.override("en"):
        assert "lets nobody set aside" in refused.value.fields["outcome"][0]


def test_what_only_waited_opens_the_referral_once_it_has_ended(ada: User, cleo: User, dev: User) -> None:
    referred = asked_of_a_person(ada, active_lenders=6, identity_level="basic")
    assert describe_referral(decision=referred, by=acting(cleo)).standing == ("R02",)
    assert wake_holds(now=LATER) == 0
    record_facts(
        applicant=referred.applicant, by=SITE, now=LATER,
        facts=[NewFact("identity_level", "full", VERIFIED_DOCUMENT, date(2026, 11, 6), {})],
    )  # fmt: skip
    assert (wake_holds(now=LATER), wake_holds(now=LATER)) == (1, 0)
    anew = Decision.objects.get(supersedes=referred)
    assert (anew.outcome, describe_referral(decision=anew, by=acting(cleo)).standing) == ("refer", ())
    assert describe_referral(decision=anew, by=acting(cleo)).set_aside == ("R08",)


def test_less_than_was_asked_for_is_explained_by_the_amount_alone(ada: User, cleo: User, dev: User) -> None:
    referred = asked_of_a_person(ada, amount=200_000, active_lenders=6)
    assert referred.result["reasons"][0]["code"] == "U01"
    decide_referral(decision=referred, outcome="approve", reason="seen", by=acting(cleo), now=NOW)
    new = countersign_referral(decision=referred, by=acting(dev), now=NOW)
    codes = list(new.reasons.values_list("position", "code"))
    assert new.outcome == "counter"
    assert codes[0][0] == 1
    assert "U01" not in [code for _position, code in codes]
    assert replay(Decision.objects.get(pk=new.pk)) == []


@pytest.mark.parametrize("named", ["R01x", "R04", "R09", "R12", "R25"])
def test_a_policy_names_only_checks_that_decline_by_themselves(named: str) -> None:
    document = compiled(get_policy_in_force(now=NOW)).document
    document["delegation"]["may_set_aside"] = [named]
    del document["predecessor"]
    with pytest.raises(PolicyError) as refused:
        load_policy(document)
    assert refused.value.path == "delegation.may_set_aside[0]"
