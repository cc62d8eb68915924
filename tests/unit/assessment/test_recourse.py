import json
from dataclasses import FrozenInstanceError, replace
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from assessment import Context, RecourseError, Request, assess
from assessment.actions import Circumstances, act, available_levels, facts_after
from assessment.certificates import check_certificate
from assessment.recourse import _best, _blocked, _Search, find_routes, reassess
from tests.unit.assessment.samples import PLAIN, POLICY, changed_policy, facts_of, request_of

CARD = POLICY.scorecards["personal"]
LENDERS = {"close_a_lender": {"existing_repayments_cny": -1008.0, "other_unsecured_cny": -24_000.0}}
ENQUIRIES = {"hard_inquiries_3m": [(1, 4), (2, 2), (3, 0)]}
STATED = {"verified_income_month": 9_200, "bills_on_time_pct_12m": 100}


def routes(key: str, *, policy: Any = POLICY, request: Any = None, context: Any = PLAIN, **known: Any) -> Any:
    return find_routes(
        policy, facts_of(key), request or request_of(key), market="normal", context=context,
        circumstances=Circumstances(**known),
    )  # fmt: skip


def taken(route: Any) -> list[tuple[str, int]]:
    return [(action.group, action.steps) for action in route.actions]


def test_each_route_is_a_plan_that_a_full_assessment_approves() -> None:
    for key in ("li_na", "chen_jing_before", "zhang_wei"):
        for horizon in routes(key, stated=STATED).horizons:
            for route in horizon.routes:
                again = assess(POLICY, route.facts, route.request, market="normal")
                assert again.outcome == route.assessment.outcome == "approve"
                assert again.score >= again.gate + route.margin
                assert route.months <= horizon.months


def test_zhang_wei_verifies_his_income_and_settles_the_item() -> None:
    best = routes("zhang_wei", stated=STATED).best
    assert taken(best) == [("verify_income", 1), ("settle_linked", 1)]
    assert best.actions[1].moves == (("linked_product_event", "unpaid_order", None),)
    assert (best.cost, best.months, best.assessment.score) == (4, 0, 679)


def test_li_na_must_pass_the_rules_and_the_limit_and_not_only_the_score() -> None:
    found = routes("li_na", effects=LENDERS, later=ENQUIRIES, stated={"bills_on_time_pct_12m": 100})
    full = next(route for route in found.horizons[1].routes if not route.asks_less)
    assert taken(full) == [("close_a_lender", 2)]
    assert (full.facts["active_lenders"], full.facts["debt_service_pct"]) == (3, 30.0)
    assert (full.assessment.limit.high, full.cost) == (15_900, 12)


def test_a_counter_offer_is_named_and_the_full_amount_keeps_its_place() -> None:
    horizon = routes("li_na", effects=LENDERS, later=ENQUIRIES).horizons[1]
    less = horizon.routes[0]
    assert less.asks_less
    assert less.request.amount == less.assessment.limit.high < 15_000
    assert any(not route.asks_less for route in horizon.routes[1:])


def test_a_full_route_far_dearer_than_the_others_is_still_shown() -> None:
    horizon = routes("li_na").horizons[1]
    assert [route.asks_less for route in horizon.routes] == [True, True, False]
    assert horizon.routes[2].cost > horizon.routes[1].cost + 10


def test_too_many_combinations_are_refused_by_name() -> None:
    wide = {group.id: {"existing_repayments_cny": -10.0} for group in POLICY.recourse.groups}
    with pytest.raises(RecourseError, match="too many combinations of verify_income"):
        find_routes(
            POLICY, facts_of("li_na", liquid_months=0.3, income_inflow_months_12m=1, active_lenders=30),
            request_of("li_na"), market="normal", horizons=[60],
            circumstances=Circumstances(effects=wide, stated=STATED),
        )  # fmt: skip


def test_an_effect_moves_only_numbers_besides_the_first_input() -> None:
    known = Circumstances(
        effects={"pay_down_cards": {"revolving_use_pct": -50, "existing_repayments_cny": -100}}
    )
    facts = facts_of("li_na", existing_repayments_cny="unknown")
    (level, *_) = available_levels(POLICY, CARD, facts, known, 1)["pay_down_cards"]
    changed, _ = act(facts, [level], known)
    assert (changed["revolving_use_pct"], changed["existing_repayments_cny"]) == (72, "unknown")


def test_debt_service_follows_income_unless_it_is_stated_too() -> None:
    known = Circumstances(stated={"verified_income_month": 8_000, "debt_service_pct": 20})
    levels = available_levels(POLICY, CARD, facts_of("zhang_wei"), known, 1)
    assert act(facts_of("zhang_wei"), levels["verify_income"], known)[0]["debt_service_pct"] == 20
    nothing = Circumstances(stated={"verified_income_month": 0})
    facts = facts_of("zhang_wei")
    levels = available_levels(POLICY, CARD, facts, nothing, 1)
    assert act(facts, levels["verify_income"], nothing)[0]["debt_service_pct"] == 1000


def test_other_routes_leave_one_action_of_the_best_out() -> None:
    stated = {**STATED, "verified_income_month": 5_200}
    first, *others = routes("chen_jing_before", stated=stated).horizons[0].routes
    assert others
    for other in others:
        assert set(taken(first)) - set(taken(other))
        assert other.cost >= first.cost


def test_what_a_person_cannot_do_is_in_no_route() -> None:
    barred = routes("zhang_wei", stated=STATED, cannot=frozenset({"settle_linked"}))
    assert all(not horizon.routes and horizon.blocked == ("R11",) for horizon in barred.horizons)
    bounded = routes("li_na", effects=LENDERS, later=ENQUIRIES, most_steps={"close_a_lender": 1})
    steps = [dict(taken(route)).get("close_a_lender", 0) for one in bounded.horizons for route in one.routes]
    assert max(steps) == 1


def test_time_alone_comes_first_and_can_be_enough() -> None:
    found = routes("zhao_ming", later={"worst_dpd_24m": [(5, 0)]})
    assert found.time_alone_months == 5
    assert [bool(horizon.routes) for horizon in found.horizons] == [False, False, True, True]
    assert found.horizons[2].routes[0].cost == 0
    assert found.horizons[0].blocked == ("R06",)
    assert routes("minor", later={"age": [(4, 18)]}).time_alone_months == 4
    assert routes("loan_broker").time_alone_months is None


def test_time_alone_is_looked_for_in_five_years_and_no_longer() -> None:
    assert routes("minor", later={"age": [(60, 18)]}).time_alone_months == 60
    assert routes("minor", later={"age": [(61, 18)]}).time_alone_months is None


def test_at_most_three_routes_are_shown() -> None:
    shown = [len(horizon.routes) for key in SAMPLES for horizon in routes(key, stated=STATED).horizons]
    assert max(shown) == 3


def test_an_approved_person_needs_no_action() -> None:
    found = routes("ordinary")
    assert found.time_alone_months == 0
    assert (found.best.cost, found.best.months, found.best.actions) == (0, 0, ())


def test_a_route_without_margin_is_offered_when_the_margin_is_out_of_reach() -> None:
    cannot = frozenset({"link_bills", "complete_profile", "add_contacts", "find_supporter", "build_savings"})
    only = {"stated": {"verified_income_month": 5200}, "cannot": cannot | {"regular_inflow"}}
    horizons = routes("chen_jing_before", **only).horizons
    assert [route.margin for route in horizons[0].routes] == [0]


def test_coverage_that_falls_short_must_be_gained() -> None:
    facts = {"stated": {"bills_on_time_pct_12m": 100, "verified_income_month": 9_200}}
    at = [rule["id"] for rule in POLICY.document["rules"]].index("R15")
    policy = changed_policy((f"rules[{at}].test", "data_coverage >= 0.99"))
    best = routes("zhang_wei", policy=policy, **facts).best
    assert {"verify_income", "link_bills"} <= {group for group, _ in taken(best)}
    assert best.assessment.coverage == 1
    blocked = routes("zhang_wei", policy=policy, stated={"verified_income_month": 9_200}).horizons[0]
    assert (blocked.routes, blocked.blocked) == ((), ("R15",))


def test_platform_reasons_block_and_are_named() -> None:
    found = routes("li_na", context=Context(portfolio_exposure_pct=100), effects=LENDERS)
    assert all("R17" in horizon.blocked for horizon in found.horizons)


def test_firms_have_routes_too() -> None:
    facts = facts_of("ruian", receivable_confirmed=True, current_overdue_days=4)
    found = find_routes(POLICY, facts, request_of("ruian"), market="normal")
    assert taken(found.best) == [("clear_overdue", 1)]
    asked = replace(request_of("hengxin_after_shock"), amount=400_000)
    facts = facts_of("hengxin_after_shock", inflow_cover_x=1.3, open_safety_flags=1)
    assert taken(find_routes(POLICY, facts, asked, market="normal").best) == [("clear_flag", 1)]


def test_the_written_form_is_plain_json() -> None:
    written = json.loads(json.dumps(routes("zhang_wei", stated=STATED).to_dict()))
    route = written["horizons"][0]["routes"][0]
    assert route["actions"][0]["group"] == "verify_income"
    assert (route["outcome"], route["asks_less"], route["amount"]) == ("approve", False, "3000")
    assert route["limit"] == routes("zhang_wei", stated=STATED).horizons[0].routes[0].assessment.limit.high


def test_what_was_found_cannot_be_changed() -> None:
    found: Any = routes("zhang_wei", stated=STATED)
    for one in (found, found.horizons[0], found.best, found.best.actions[0]):
        with pytest.raises(FrozenInstanceError):
            setattr(one, next(iter(one.__slots__)), None)


def test_asking_for_more_is_not_asking_for_less() -> None:
    best: Any = routes("zhang_wei", stated=STATED).best
    asked = [replace(best, request=replace(best.request, amount=best.asked + more)) for more in (-1, 0, 1)]
    assert [route.asks_less for route in asked] == [True, False, False]


def test_the_first_of_equally_cheap_cases_is_taken() -> None:
    case: Any = SimpleNamespace(options=[[(0, 0), (2, 5)]], need=5)
    dearer: Any = SimpleNamespace(options=[[(0, 0), (3, 5)]], need=5)
    found = [_best(cases) for cases in ([case, case], [dearer, case], [case, dearer])]
    assert [(at, choice.cost) for at, _, choice in filter(None, found)] == [(0, 2), (1, 2), (0, 2)]


@pytest.mark.parametrize(("more", "is_asked"), [(0, True), (1, False), (-1, True)])
def test_a_counter_offer_is_at_least_the_products_minimum(more: int, is_asked: bool) -> None:
    limit: Any = assess(POLICY, facts_of("wang_fang"), request_of("wang_fang"), market="normal").limit
    policy = changed_policy(("products.consumer_loan.min", limit.high + more))
    asked = replace(request_of("wang_fang"), amount=limit.high + 5_000)
    told, _ = reassess(
        policy, facts_of("wang_fang"), asked, market="normal", context=PLAIN, asks_less=True
    )  # fmt: skip
    assert (told.amount == limit.high, told.amount == asked.amount) == (is_asked, not is_asked)


@pytest.mark.parametrize(
    ("best_asks_less", "costs"), [(True, [2, 9]), (False, [2, 3])], ids=["full kept", "cheapest"]
)
def test_other_routes_are_two_and_one_of_them_is_for_the_full_amount(
    best_asks_less: bool, costs: list[int]
) -> None:
    others = {
        at: SimpleNamespace(
            actions=[SimpleNamespace(group=at, steps=1)], cost=cost, months=0, asks_less=cost < 9
        )
        for at, cost in enumerate([4, 3, 9, 2])
    }
    best: Any = SimpleNamespace(
        actions=[SimpleNamespace(group=at) for at in others], margin=0, asks_less=best_asks_less
    )
    case: Any = SimpleNamespace(without=lambda at: SimpleNamespace(options=[], need=0, at=at))
    search: Any = SimpleNamespace(_route=lambda _after, _months, _margin, found: others[found[1].at])
    assert [route.cost for route in _Search._others(search, best, [case], {}, 1)] == costs


def test_unused_connections_offer_no_contacts() -> None:
    found = routes("chen_jing_before", stated=STATED, context=Context(connections_dimension=False))
    groups = {group for one in found.horizons for route in one.routes for group, _ in taken(route)}
    assert not groups & {"add_contacts", "find_supporter"}


@pytest.mark.parametrize(
    "test", ["score >= gate and age > 5", "not score < gate", "score >= 600 or age > 70"]
)
def test_rules_that_mix_the_score_with_something_else_are_refused_by_name(test: str) -> None:
    with pytest.raises(RecourseError, match="R01"):
        routes("zhao_ming", policy=changed_policy(("rules[0].test", test)))


def test_time_moves_only_what_the_policy_lists_or_the_person_is_told() -> None:
    facts = facts_of("li_na")
    after = facts_after(POLICY, facts, Circumstances(later=ENQUIRIES), 2)
    assert {name for name in after if after[name] != facts[name]} == {
        "credit_age_months", "address_months", "employment_months", "hard_inquiries_3m",
    }  # fmt: skip
    assert after["hard_inquiries_3m"] == 2
    unknown = facts_after(POLICY, facts_of("chen_jing_before"), Circumstances(), 3)
    assert unknown["employment_months"] == "unknown"


def brute_force(facts: Any, request: Request, known: Circumstances, months: int, margin: int) -> int | None:
    """The least effort of all combinations, each assessed in full."""
    after = facts_after(POLICY, facts, known, months)
    levels = available_levels(POLICY, CARD, after, known, months)
    best = None
    for chosen in product(*([None, *found] for found in levels.values())):
        done = [level for level in chosen if level is not None]
        cost = sum(level.cost for level in done)
        if best is not None and cost >= best:
            continue
        changed, _ = act(after, done, known)
        decided = assess(POLICY, changed, request, market="normal")
        asks_less = any("requested" in level.group.moves for level in done)
        if asks_less and decided.limit is not None and decided.limit.high >= 500:
            less = replace(request, amount=decided.limit.high)
            decided = assess(POLICY, changed, less, market="normal")
        if decided.outcome == "approve" and decided.score >= decided.gate + margin:
            best = cost
    return best


ABLE = [
    "verify_income", "link_bills", "pay_down_cards", "close_a_lender", "add_contacts", "ask_for_less",
    "settle_linked", "stop_applying", "complete_profile", "build_savings", "clear_flag",
]  # fmt: skip


SAMPLES = ["li_na", "chen_jing_before", "zhang_wei", "zhao_ming", "ordinary", "wang_fang", "loan_broker"]


def somebody(rng: Random) -> dict[str, Any]:
    """A sample person with up to nine other values."""
    facts = facts_of(rng.choice(SAMPLES), industry="retail")
    facts["worst_dpd_24m"] = rng.choice([0, "none_on_file", 20, 95])
    for one in rng.sample(CARD.characteristics, rng.randint(0, 9)):
        facts[one.name] = rng.choice([*one.states, *one.edges, *(edge + 1 for edge in one.edges)])
    facts["existing_repayments_cny"] = rng.choice([0, 800, 2_000, 4_000])
    facts["other_unsecured_cny"] = rng.choice([0, 9_000, 60_000])
    facts["linked_product_event"] = rng.choice([None, "unpaid_order"])
    return facts


def room(rng: Random) -> Circumstances:
    """Five actions that somebody can take, with bounds that keep brute force possible."""
    able = set(rng.sample(ABLE, 5))
    return Circumstances(
        stated={"verified_income_month": rng.choice([4_000, 9_000]), "bills_on_time_pct_12m": 99},
        later=rng.choice([{}, {"worst_dpd_24m": [(2, 0)], "hard_inquiries_3m": [(1, 2), (2, 0)]}]),
        effects=rng.choice([{}, {"pay_down_cards": {"existing_repayments_cny": -300.0}}]),
        most_steps={"pay_down_cards": 3, "close_a_lender": 3, "build_savings": 3},
        cannot=frozenset({group.id for group in POLICY.recourse.groups} - able),
    )


@pytest.mark.parametrize("seed", range(500))
def test_no_combination_of_actions_is_cheaper(seed: int) -> None:
    rng = Random(seed)
    facts, known, months = somebody(rng), room(rng), rng.choice([1, 3, 6])
    request = Request("consumer_loan", rng.choice([1_000, 8_000, 30_000]), 12, "travel")
    found = find_routes(POLICY, facts, request, market="normal", circumstances=known, horizons=[months])
    (horizon,) = found.horizons
    check_certificate(horizon.certificate)
    margin = horizon.routes[0].margin if horizon.routes else 0
    cost = horizon.routes[0].cost if horizon.routes else None
    assert cost == brute_force(facts, request, known, months, margin)
    if margin == 0:
        assert brute_force(facts, request, known, months, 20) is None


def test_only_rules_that_block_every_case_are_named_in_the_order_of_the_first() -> None:
    cases: Any = [
        SimpleNamespace(blocked=names) for names in (("R2", "R1", "R3"), ("R1", "R2"), ("R1", "R2", "R4"))
    ]
    assert _blocked(cases) == ("R2", "R1")
    assert _blocked(cases[:1]) == ("R2", "R1", "R3")
