"""A policy version's way: drafted, proposed, approved by somebody else, in force from a day, retired."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.actors import SITE
from accounts.models import User
from audit.queries import list_events
from core.errors import ForbiddenError, InputError
from decisions.dry_run import dry_run
from decisions.models import PolicyState, PolicyVersion
from decisions.policies import (
    NoPolicyError,
    compiled,
    current_market,
    get_latest_policy,
    get_policy_in_force,
)
from decisions.policy_drafting import (
    draft_from_text,
    draft_policy,
    redraft_from_text,
    redraft_policy,
    rule_changes,
)
from decisions.policy_errors import (
    NoDryRunError,
    OutdatedBaseError,
    OwnPolicyError,
    PolicyUnknownError,
    StalePolicyError,
    VersionExistsError,
)
from decisions.policy_lifecycle import (
    approve_policy,
    get_policy_version,
    propose_policy,
    return_policy,
)
from decisions.policy_periods import PolicyOverlapError, RetroactiveError
from decisions.policy_publishing import first_day, publish_policy, retire_policy
from decisions.policy_states import Stage, stage_of
from tests.factories import policies as made
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def paul(db: None) -> User:
    """Paul manages the policy too."""
    return made.manager("Paul")


def moved(row: PolicyVersion) -> PolicyVersion:
    row.refresh_from_db()
    return row


def test_a_draft_is_whole_hashed_and_compared_with_what_is_in_force(pia: User) -> None:
    row = made.drafted_version()
    assert (row.state, row.drafted_by, row.effective_from) == (PolicyState.DRAFT, acting(pia).code, None)
    assert row.predecessor == get_policy_in_force(now=NOW)
    assert compiled(row).hash == row.content_hash
    assert get_policy_in_force(now=NOW).version == "2026.1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not an empty text"),
        ("policy_version: [", "readable YAML"),
        ("policy_version: '1'\nsurprise: 1\n", "line 2"),
        ("a: &a\n  b: *a\n", "contains itself"),
    ],
)
def test_a_text_that_is_no_policy_is_refused_with_its_line(pia: User, text: str, expected: str) -> None:
    with pytest.raises(InputError) as refusal:
        draft_from_text(text=text, by=acting(pia), now=NOW)
    assert expected in refusal.value.fields["document"][0]


def test_a_document_that_is_no_policy_is_refused_with_its_path(pia: User) -> None:
    document = made.changed_document(edit=lambda one: one["gates"].pop("consumer_loan"))
    with pytest.raises(InputError) as refusal:
        draft_policy(document=document, by=acting(pia), now=NOW)
    assert "gates.consumer_loan" in refusal.value.fields["document"][0]


@pytest.mark.parametrize("rules", [None, 7, [7], [{"id": 7}]])
def test_rules_that_are_none_do_not_break_the_comparison(rules: Any, pia: User) -> None:
    with pytest.raises(InputError):
        draft_policy(document=made.changed_document(rules=rules), by=acting(pia), now=NOW)


def test_a_version_has_its_name_alone_and_a_short_one(pia: User) -> None:
    made.drafted_version()
    with pytest.raises(VersionExistsError):
        made.drafted_version()
    with pytest.raises(InputError):
        made.drafted_version(made.changed_document("2026.2-with-a-very-long-name"))


def test_who_may_draft(cleo: User, dev: User) -> None:
    for user in (cleo, dev):
        with pytest.raises(ForbiddenError):
            draft_policy(document=made.changed_document(), by=acting(user), now=NOW)
    assert draft_policy(document=made.changed_document(), by=SITE, now=NOW).drafted_by == "site"


def _stricter(document: dict[str, Any]) -> None:
    rules = {rule["id"]: rule for rule in document["rules"]}
    rules["R08"]["test"] = "active_lenders <= 3"
    rules["R09"]["id"] = "R99"


def test_the_draft_says_what_it_changes_of_the_rules(pia: User) -> None:
    policy = compiled(made.drafted_version(made.changed_document(edit=_stricter)))
    assert policy.document["predecessor"]["changes"] == {"R08": "active_lenders <= 4", "R99": "absent"}
    assert policy.predecessor is not None
    assert policy.predecessor.version == "2026.1"
    words = policy.document["predecessor"]["words"]["R08"]
    assert words["en"] == "the check \u201cNumber of lenders with open credit\u201d changed"


def test_an_older_test_that_the_inputs_cannot_answer_is_left_out() -> None:
    base = compiled(get_policy_in_force(now=NOW))
    document = base.document
    rule = next(rule for rule in document["rules"] if rule["id"] == "R07")
    rule.update(test="inflow_cover_x > 1", applies="enterprise")
    assert "R07" not in rule_changes(document, base)


def test_missing_information_that_passed_before_is_told() -> None:
    older = PolicyVersion.objects.get(version="2026.0")
    document = compiled(get_policy_in_force(now=NOW)).document
    assert rule_changes(document, compiled(older))["unknown_in_a_rule"] == "pass"


def test_a_stricter_rule_gives_the_reason_that_rules_changed() -> None:
    made.published_version(made.changed_document(edit=_reach_everybody))
    decision = sample_decision("ordinary", now=NOW + timedelta(days=2))
    p01 = next(row for row in decision.reasons.all() if row.code == "P01")
    assert p01.parameters["change"] == ["R09"]
    assert p01.parameters["date"] == TOMORROW.isoformat()


def _reach_everybody(document: dict[str, Any]) -> None:
    rules = {rule["id"]: rule for rule in document["rules"]}
    rules["R09"]["test"] = "hard_inquiries_3m < 0"


def test_a_draft_can_be_replaced_by_whoever_saw_it_last(pia: User) -> None:
    row = made.drafted_version()
    document = made.changed_document("anything", edit=_stricter)
    again = redraft_policy(
        policy_version=row, document=document, expected_hash=row.content_hash, by=acting(pia), now=NOW
    )
    assert (again.version, again.content_hash) != (row.version, row.content_hash)
    assert again.version == "2026.2"
    with pytest.raises(StalePolicyError):
        redraft_policy(
            policy_version=row, document=document, expected_hash=row.content_hash, by=acting(pia), now=NOW
        )


def test_a_draft_can_be_replaced_by_text(pia: User) -> None:
    row = made.drafted_version()
    with pytest.raises(InputError):
        redraft_from_text(
            policy_version=row, text="a: 1", expected_hash=row.content_hash, by=acting(pia), now=NOW
        )
    assert moved(row).state == PolicyState.DRAFT


def test_proposing_freezes_the_baselines_and_the_content(pia: User) -> None:
    row = made.drafted_version()
    proposed = propose_policy(policy_version=row, impact=made.IMPACT, by=acting(pia), now=NOW)
    assert proposed.state == PolicyState.PROPOSED
    assert compiled(proposed).baselines["personal"].method == "max"
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=row.pk).update(content_hash="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=row.pk).update(document={})


def test_a_policy_without_words_for_people_is_not_proposed(pia: User) -> None:
    row = made.drafted_version(made.changed_document(edit=_stricter))
    with pytest.raises(InputError) as refusal:
        propose_policy(policy_version=row, impact=made.IMPACT, by=acting(pia), now=NOW)
    assert "words.rules: R99 is missing" in refusal.value.fields["document"]


def test_a_method_is_one_of_three(pia: User) -> None:
    row = made.drafted_version()
    with pytest.raises(InputError):
        propose_policy(policy_version=row, impact=made.IMPACT, baseline="mode", by=acting(pia), now=NOW)


def test_nobody_approves_what_he_drafted_or_proposed(pia: User, paul: User, dev: User) -> None:
    row = made.drafted_version()
    propose_policy(policy_version=row, impact=made.IMPACT, baseline="max", by=acting(paul), now=NOW)
    made.with_dry_run(row)
    for maker in (pia, paul):
        with pytest.raises(OwnPolicyError):
            approve_policy(policy_version=row, by=acting(maker), now=NOW)
    assert approve_policy(policy_version=row, by=acting(dev), now=NOW).approved_by == acting(dev).code


def test_the_database_knows_maker_and_checker_too(pia: User, paul: User) -> None:
    row = made.proposed_version()
    for maker in {row.proposed_by, row.drafted_by}:
        with pytest.raises(IntegrityError), transaction.atomic():
            PolicyVersion.objects.filter(pk=row.pk).update(
                state="APPROVED", approved_by=maker, approved_at=NOW
            )


@pytest.mark.parametrize(
    "jump",
    [
        {"state": "APPROVED", "approved_by": "user:0", "approved_at": NOW},
        {"state": "PUBLISHED", "effective_from": TOMORROW},
        {"is_shipped": True},
        {"version": "2027.9"},
    ],
)
def test_the_database_refuses_a_jump(jump: dict[str, Any]) -> None:
    row = made.drafted_version()
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=row.pk).update(**jump)


def test_a_dry_run_of_the_content_comes_before_the_approval(paul: User) -> None:
    row = made.proposed_version()
    with pytest.raises(NoDryRunError):
        approve_policy(policy_version=row, by=acting(paul), now=NOW)
    made.with_dry_run(row)
    assert approve_policy(policy_version=row, by=acting(paul), now=NOW).state == PolicyState.APPROVED


def test_what_was_seen_is_what_is_approved(paul: User) -> None:
    row = made.proposed_version()
    with pytest.raises(StalePolicyError):
        approve_policy(policy_version=row, expected_hash="0" * 64, by=acting(paul), now=NOW)


def test_a_returned_version_is_a_draft_again(pia: User, paul: User) -> None:
    row = made.proposed_version()
    with pytest.raises(InputError):
        return_policy(policy_version=row, reason=" ", by=acting(paul), now=NOW)
    back = return_policy(policy_version=row, reason="Too strict.", by=acting(paul), now=NOW)
    assert (back.state, back.proposed_by, back.return_reason) == (PolicyState.DRAFT, "", "Too strict.")


def test_publishing_ends_the_version_before(pia: User) -> None:
    row = made.published_version()
    older = PolicyVersion.objects.get(version="2026.1")
    assert (row.effective_from, row.retired_on, older.retired_on) == (TOMORROW, None, TODAY)
    assert get_policy_in_force(now=NOW).version == "2026.1"
    assert get_policy_in_force(now=NOW + timedelta(days=1)).version == "2026.2"
    assert compiled(row).effective_from == "2026-11-21"


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), date(2020, 1, 1)])
def test_a_policy_never_changes_the_past(pia: User, day: date) -> None:
    row = made.approved_version()
    with pytest.raises(RetroactiveError, match="2026-11-21"):
        publish_policy(policy_version=row, from_on=day, by=acting(pia), now=NOW)
    assert moved(row).state == PolicyState.APPROVED


def test_nor_does_it_wait_for_years(pia: User) -> None:
    with pytest.raises(InputError):
        publish_policy(
            policy_version=made.approved_version(), from_on=date(2029, 1, 1), by=acting(pia), now=NOW
        )


def test_the_database_keeps_two_versions_from_one_product_on_one_day() -> None:
    row = made.approved_version()
    with pytest.raises(IntegrityError, match="decisions_one_policy"), transaction.atomic():
        PolicyVersion.objects.filter(pk=row.pk).update(
            state="PUBLISHED", effective_from=date(2026, 12, 1), published_by="user:1", published_at=NOW
        )


def test_two_versions_do_not_begin_on_one_day(pia: User) -> None:
    made.published_version()
    document = made.changed_document("2026.3")
    row = made.approved_version(document)
    with pytest.raises(PolicyOverlapError):
        publish_policy(policy_version=row, from_on=TOMORROW, by=acting(pia), now=NOW)


def test_a_version_drafted_on_an_outdated_one_is_not_published(pia: User) -> None:
    stale = made.approved_version(made.changed_document("2026.3"))
    made.published_version(made.changed_document("2026.2"))
    with pytest.raises(OutdatedBaseError) as refusal:
        publish_policy(policy_version=stale, from_on=date(2026, 12, 1), by=acting(pia), now=NOW)
    assert "2026.2" in str(refusal.value)


def test_one_that_comes_earlier_ends_before_the_one_that_waits(pia: User) -> None:
    made.published_version(made.changed_document("2026.3"), from_on=date(2026, 12, 10))
    between = made.published_version(made.changed_document("2026.2"), from_on=date(2026, 12, 1))
    assert between.retired_on == date(2026, 12, 9)


def test_a_version_that_never_began_leaves_no_gap(pia: User) -> None:
    row = made.published_version()
    gone = retire_policy(policy_version=row, reason="A mistake.", by=acting(pia), now=NOW)
    assert (gone.state, gone.effective_from) == (PolicyState.WITHDRAWN, None)
    assert PolicyVersion.objects.get(version="2026.1").retired_on is None


@pytest.mark.parametrize("day", [TODAY - timedelta(days=30), TODAY, date(2026, 12, 24)])
def test_a_version_that_never_began_has_no_last_day(pia: User, day: date) -> None:
    row = made.published_version()
    with pytest.raises(InputError) as refused:
        retire_policy(policy_version=row, last_day=day, reason="A mistake.", by=acting(pia), now=NOW)
    row.refresh_from_db()
    assert ("last_day" in refused.value.fields, row.state) == (True, PolicyState.PUBLISHED)


def test_a_gap_closes_up_to_the_version_that_follows(pia: User) -> None:
    made.published_version(made.changed_document("2026.3"), from_on=date(2026, 12, 10))
    row = made.published_version(made.changed_document("2026.2"), from_on=date(2026, 12, 1))
    retire_policy(policy_version=row, reason="A mistake.", by=acting(pia), now=NOW)
    assert PolicyVersion.objects.get(version="2026.1").retired_on == date(2026, 12, 9)


def test_a_version_in_force_ends_on_its_last_day(pia: User) -> None:
    row = get_policy_in_force(now=NOW)
    with pytest.raises(RetroactiveError):
        retire_policy(
            policy_version=row, last_day=TODAY - timedelta(days=1), reason="x", by=acting(pia), now=NOW
        )
    ended = retire_policy(policy_version=row, last_day=TOMORROW, reason="x", by=acting(pia), now=NOW)
    assert stage_of(ended, today=TOMORROW) is Stage.IN_FORCE
    assert stage_of(ended, today=TOMORROW + timedelta(days=1)) is Stage.RETIRED
    with pytest.raises(InputError):
        retire_policy(policy_version=row, last_day=date(2026, 12, 1), reason="x", by=acting(pia), now=NOW)


def test_each_step_leaves_its_event() -> None:
    made.published_version()
    verbs = [event.verb for event in list_events("policy:2026.2")]
    assert verbs == ["policy:drafted", "policy:proposed", "policy:approved", "policy:activated"]


def test_an_old_decision_replays_with_its_own_version() -> None:
    from decisions.replaying import replay

    old = sample_decision("li_na")
    made.published_version(made.changed_document(edit=_reach_everybody))
    new = sample_decision("ordinary", now=datetime(2026, 11, 23, tzinfo=UTC))
    assert (old.policy.version, new.policy.version) == ("2026.1", "2026.2")
    assert replay(old) == []
    assert replay(new) == []


def test_an_unknown_version_is_not_found() -> None:
    with pytest.raises(PolicyUnknownError):
        get_policy_version("1999.1")


def test_after_the_last_version_ended_a_draft_on_it_still_goes_its_way(pia: User) -> None:
    last = get_policy_in_force(now=NOW)
    retire_policy(policy_version=last, reason="Too early.", by=acting(pia), now=NOW)
    later = NOW + timedelta(days=3)
    with pytest.raises(NoPolicyError):
        get_policy_in_force(now=later)
    assert current_market(later) == "normal"
    document = {**compiled(get_latest_policy(now=later)).document, "policy_version": "2026.2"}
    row = draft_policy(document=document, by=acting(pia), now=later)
    assert row.predecessor == last
    row = propose_policy(policy_version=row, impact=made.IMPACT, baseline="max", by=acting(pia), now=later)
    dry_run(version=row, by=SITE, now=later)
    row = approve_policy(policy_version=row, by=acting(made.manager("Paul")), now=later)
    publish_policy(policy_version=row, from_on=first_day(later), by=acting(pia), now=later)
    assert get_policy_in_force(now=later + timedelta(days=1)) == row


def test_without_any_version_there_is_nothing_to_start_from() -> None:
    with pytest.raises(NoPolicyError):
        get_latest_policy(now=datetime(2000, 1, 1, tzinfo=UTC))
