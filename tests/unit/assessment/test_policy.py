import dataclasses
import json
from typing import Any

import pytest

from assessment import PolicyError, load_policy, read_policy
from assessment.policy_reading import content_hash
from assessment.policy_yaml import write_document
from tests.unit.assessment.samples import DELETE, POLICY, POLICY_TEXT, changed_document, changed_policy

CARD = "scorecards.personal.characteristics"
BOMB = "".join(f"v{n + 1}: &v{n + 1} [{', '.join([f'*v{n}'] * 9)}]\n" for n in range(6))
BINS = f"{CARD}.hard_inquiries_3m.bins"


def test_the_same_content_has_the_same_hash_whatever_its_form() -> None:
    shuffled = dict(reversed(list(changed_document().items())))
    shuffled["score"] = {**shuffled["score"], "base": 350.0}
    assert load_policy(shuffled) == POLICY
    assert hash(load_policy(shuffled)) == hash(POLICY)
    assert POLICY.hash == content_hash(POLICY.canonical)


def test_a_document_written_out_reads_back_the_same_and_begins_with_its_version() -> None:
    written = write_document(POLICY.document)
    assert written.startswith("policy_version: ")
    assert read_policy(written) == POLICY


def test_the_order_of_a_card_survives_a_store_that_sorts_keys() -> None:
    stored = json.loads(json.dumps(POLICY.document, sort_keys=True))
    names = [one.name for one in load_policy(stored).scorecards["personal"].characteristics]
    assert names == [one.name for one in POLICY.scorecards["personal"].characteristics]
    assert names[0] == "worst_dpd_24m"
    assert POLICY.scorecards["personal"].dimensions[0] == ("credit_history", 210)


def test_any_change_changes_the_hash() -> None:
    assert changed_policy(("recourse.margin_points", 21)) != POLICY


def test_the_document_loads_again_to_the_same_policy() -> None:
    assert load_policy(POLICY.document).hash == POLICY.hash


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        POLICY.version = "2"  # type: ignore[misc]
    POLICY.document["policy_version"] = "2"
    assert POLICY.document["policy_version"] == "2026.1"


def test_the_predecessor_is_a_policy_of_its_own() -> None:
    older = load_policy(POLICY.document, version="2026.0")
    assert older.version == "2026.0"
    assert older.hash != POLICY.hash
    assert "R11" not in [rule.id for rule in older.rules]
    assert next(rule.test for rule in older.rules if rule.id == "R15") == "data_coverage >= 0.75"
    assert older.predecessor is None


def test_another_version_is_not_there() -> None:
    with pytest.raises(PolicyError, match="version 1999"):
        load_policy(POLICY.document, version="1999")


def test_a_policy_without_predecessor_loads() -> None:
    assert changed_policy(("predecessor", DELETE)).predecessor is None


def test_required_inputs_name_the_scorecard_first() -> None:
    names = POLICY.required_inputs("consumer_loan")
    assert names[0] == "worst_dpd_24m"
    assert "on_time_instalments" not in names
    assert {"age", "existing_repayments_cny"} <= set(names)


@pytest.mark.parametrize(
    ("path", "value", "place", "expected"),
    [
        ("colour", "red", "colour", "no such key"),
        ("score.colour", "red", "score.colour", "no such key"),
        ("pricing", DELETE, "pricing", "it is missing"),
        ("score", [], "score", "a mapping"),
        ("rules", {}, "rules", "a list"),
        ("rules", [], "rules", "at least 1"),
        ("score.base", "350", "score.base", "a whole number"),
        ("score.base", True, "score.base", "a whole number"),
        ("score.base", -1, "score.base", "from 0"),
        ("score.min", 400, "score.min", "at most the base"),
        ("score.max", 951, "scorecards.personal.dimensions", "601"),
        ("scorecards.personal.order[0]", "luck", "scorecards.personal.order", "once"),
        ("effective_from", "tomorrow", "effective_from", "a day"),
        ("market_condition", "wild", "market_condition", "one of easing"),
        ("policy_version", "", "policy_version", "text"),
        ("pricing.total_cost_cap_apr_pct", 101, "pricing.total_cost_cap_apr_pct", "to 100"),
        (f"{CARD}.hard_inquiries_3m.dimension", "luck", f"{CARD}.hard_inquiries_3m.dimension",
        "credit_history"),
        ("scorecards.personal.dimensions.identity", 91, "scorecards.personal.dimensions.identity", "90"),
        (f"{BINS}[2].max", 0, f"{BINS}[2].max", "above 0"),
        (f"{BINS}[2].max", -1, f"{BINS}[2].max", "above 0"),
        (f"{BINS}[3].max", None, f"{BINS}[3].max", "only in the last"),
        (f"{BINS}[5].max", 99, f"{BINS}[5].max", "no upper edge"),
        (f"{BINS}[0].pts", 15, f"{BINS}[0].pts", "average bin"),
        (f"{BINS}[0].pts", -1, f"{BINS}[0].pts", "from 0"),
        (f"{BINS}[0]", {"is": "unknown", "pts": 0, "counts_as": 0}, f"{BINS}[0].counts_as", "no number"),
        (f"{CARD}.identity_level.bins[1].is", "full", f"{CARD}.identity_level.bins[2].is", "each state once"),
        (f"{CARD}.identity_level.bins", [{"is": "unknown", "pts": 30}], f"{CARD}.identity_level.bins",
        "known"),
        ("bands[0].from", 300, "bands[0].from", "lowest score, 350"),
        ("bands[1].from", 551, "bands[1].from", "550"),
        ("bands[1].to", 549, "bands[1].to", "at least 550"),
        ("price_bands[4].to", 949, "price_bands[4].to", "950"),
        ("gates.consumer_loan.easing", 599, "gates.consumer_loan.easing", "price band"),
        ("products.consumer_loan.terms_days", [30], "products.consumer_loan", "either terms"),
        ("products.consumer_loan.min", 300_000, "products.consumer_loan.min", "at most the cap"),
        ("inputs.score", {"applies": "all", "kind": "flag", "changes": "fixed"}, "inputs.score",
        "nothing else has"),
        ("inputs.other_unsecured_cny", DELETE, "inputs.other_unsecured_cny", "its limit needs it"),
        ("limits.consumer_loan.band_cap.P9", 1, "limits.consumer_loan.band_cap.P9", "price bands"),
        ("limits.consumer_loan.band_cap.P1", DELETE, "limits.consumer_loan.band_cap.P1", "missing"),
        ("limits.consumer_loan.band_cap.P2", 1, "limits.consumer_loan.band_cap", "do not fall"),
        ("limits.consumer_loan.comfortable_dsr_pct", 60, "limits.consumer_loan.comfortable_dsr_pct",
        "at most 50"),
        ("limits.supply_chain_finance.advance_rate", {"A": 1}, "limits.supply_chain_finance.advance_rate",
        "A, B, C"),
        ("pricing.consumer_daily_rate_pct.P5.tight", 0.9, "pricing.consumer_daily_rate_pct", "do not rise"),
        ("pricing.consumer_daily_rate_pct.P1.tight", 0.01, "pricing.consumer_daily_rate_pct", "do not"),
        ("rules[0].test", "age >=", "rules[0].test", "a comparison"),
        ("rules[0].test", "inflow_cover_x > 1", "rules[0].test", "a known name"),
        ("rules[0].test", "R01", "rules[0].test", "a known name"),
        ("rules[1].id", "R01", "rules[1].id", "no other rule"),
        ("rules[0].reason", "X99", "rules[0].reason", "a reason code"),
        ("rules[0].reason", "LIMIT", "rules[0].reason", "LIMIT only"),
        ("predecessor.changes.R99", "absent", "predecessor.changes.R99", "number of a rule"),
        ("predecessor.changes.unknown_in_a_rule", "hold", "predecessor.changes.unknown_in_a_rule", "pass"),
        ("predecessor.changes.R15", "luck > 1", "predecessor (rules[15].test)", "a known name"),
        ("baseline.personal", {"method": "all"}, "baseline.personal.points", "exactly"),
        ("brake", {"share_pct": 101, "hours": 24}, "brake.share_pct", "to 100"),
        ("brake", {"share_pct": 1}, "brake.hours", "missing"),
        ("brake", {"share_pct": 1, "hours": 24, "mood": 1}, "brake.mood", "no such key"),
        ("predecessor.words", {"R11": {"zh": "x"}}, "predecessor.words.R11.en", "missing"),
        ("recourse.groups[0].moves", ["age"], "recourse.groups[0].moves", "may move"),
        ("recourse.groups[1].id", "verify_income", "recourse.groups[1].id", "once"),
        ("recourse.groups[0].step", 1, "recourse.groups[0]", "either"),
        ("recourse.groups[0].cost", DELETE, "recourse.groups[0].cost", "effort"),
        ("recourse.groups[2].step", 1, "recourse.groups[2]", "either"),
        ("recourse.groups[2].cost_per_step", 1, "recourse.groups[2]", "no steps without"),
        ("recourse.groups[5].step", 0, "recourse.groups[5].step", "up or down"),
        ("recourse.groups[5].step", -1, "recourse.groups[5].step", "supporting_relations never fall"),
        ("recourse.groups[6].step", 10, "recourse.groups[6].step", "revolving_use_pct never fall"),
        ("recourse.groups[2].to", 90, "recourse.groups[2].to", "best points of profile_complete_pct, 15"),
        ("recourse.groups[3].to", "gold", "recourse.groups[3].to", "one of unverified, basic, full"),
        ("recourse.groups[3].to", 3, "recourse.groups[3].to", "one of unverified, basic, full"),
        ("pricing.sme_spread_pct.P1", {"easing": 9, "normal": 8, "tight": 9}, "pricing.sme_spread_pct",
        "easing to tight"),
        ("reapply.appeal_is_free_and_has_no_wait", "yes", "reapply.appeal_is_free_and_has_no_wait",
        "true or false"),
        ("pricing.scf_spread_pct", {}, "pricing.scf_spread_pct", "at least 1 entries"),
        ("pricing.scf_spread_pct", {"A B": 1}, "pricing.scf_spread_pct.A B", "a name of letters"),
        ("inputs.age.applies", 7, "inputs.age.applies", "one of all, .* or a list"),
        ("recourse.time_alone.address_months", "shrinks", "recourse.time_alone.address_months", "one of"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_refused_with_its_place(path: Any, value: Any, place: Any, expected: Any) -> None:
    with pytest.raises(PolicyError, match=expected) as refusal:
        changed_policy((path, value))
    assert refusal.value.path == place


def test_frozen_means_may_not_exceed_the_points() -> None:
    points = {one.name: 0 for one in POLICY.scorecards["personal"].characteristics}
    described: dict[str, Any] = {
        "method": "near_gate",
        "people": 700,
        "points": {**points, "hard_inquiries_3m": 31},
    }
    with pytest.raises(PolicyError, match="at most 30"):
        changed_policy(("baseline.personal", described))
    described["points"]["hard_inquiries_3m"] = 30
    assert changed_policy(("baseline.personal", described)).baselines["personal"].people == 700


def test_a_card_without_what_the_limit_needs_is_refused() -> None:
    document = changed_document()
    card = document["scorecards"]["personal"]
    card["characteristics"]["income"] = card["characteristics"].pop("verified_income_month")
    card["order"][card["order"].index("verified_income_month")] = "income"
    with pytest.raises(PolicyError, match="the limit needs it"):
        load_policy(document)


def test_what_can_change_each_input_is_known() -> None:
    assert (POLICY.tag("age"), POLICY.tag("industry"), POLICY.tag("requested")) == (
        "with_time", "fixed", "changeable",
    )  # fmt: skip


def test_a_state_that_a_rule_cannot_count_is_refused() -> None:
    with pytest.raises(PolicyError, match="counts_as for the state none_on_file"):
        changed_policy((f"{CARD}.worst_dpd_24m.bins[1].counts_as", DELETE))


@pytest.mark.parametrize("value", [{}, [], {"policy_version": "1"}, {1: 2}, {"a": object()}])
def test_what_is_no_policy_is_refused(value: Any) -> None:
    with pytest.raises(PolicyError):
        load_policy(value)


def test_a_document_that_contains_itself_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["score"] = endless
    with pytest.raises(PolicyError, match="contained in itself"):
        load_policy(endless)


def test_text_names_the_line_of_what_is_wrong() -> None:
    wanted = next(n for n, line in enumerate(POLICY_TEXT.splitlines(), 1) if "id: R07" in line)
    with pytest.raises(PolicyError, match=rf"rules\[.*line {wanted}\)") as refusal:
        read_policy(POLICY_TEXT.replace("debt_service_pct <= 55", "debt_service_pct <= luck"))
    assert refusal.value.line == wanted


def test_text_names_the_line_of_a_missing_key_and_of_the_predecessor() -> None:
    with pytest.raises(PolicyError) as refusal:
        read_policy(POLICY_TEXT.replace("  round_down_to: 100\n", ""))
    assert POLICY_TEXT.splitlines()[(refusal.value.line or 0) - 1].startswith("limits:")
    with pytest.raises(PolicyError) as refusal:
        read_policy(POLICY_TEXT.replace("data_coverage >= 0.75", "luck > 1"))
    assert POLICY_TEXT.splitlines()[(refusal.value.line or 0) - 1].startswith("predecessor:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not an empty text"),
        ("- 1", "a mapping"),
        ("a: {b: 1, b: 2}", "each key once"),
        ("a: [1", "readable YAML"),
        ("a: &x [*x]", "contains itself"),
        ("a: !!python/object:os.system x", "readable YAML"),
        ("a: \x00", "readable YAML"),
        ("a: 2026-99-99", "readable YAML"),
        ("v0: &v0 [1]\n" + BOMB, "at most 50000"),
    ],
)  # fmt: skip
def test_unreadable_text_is_refused(text: Any, expected: Any) -> None:
    with pytest.raises(PolicyError, match=expected):
        read_policy(text)


def test_the_text_and_the_document_give_the_same_policy() -> None:
    assert read_policy(POLICY_TEXT).canonical == json.dumps(
        POLICY.document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_of_a_predecessor_people_may_set_aside_what_was_the_same_then() -> None:
    older = changed_policy(("predecessor.changes.R06", "absent")).predecessor
    assert older is not None
    assert older.may_set_aside == {"R06E", "R08"}
    silent = changed_policy(("delegation.may_set_aside", DELETE))
    assert silent.predecessor is not None
    assert silent.may_set_aside == silent.predecessor.may_set_aside == frozenset()
