"""What fills the braces of each reason: raw values from what was frozen, worded only when shown; pure."""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from assessment import Policy
from decisions.reason_case import UNKNOWN_STATES, Case, add_months, birthday
from decisions.reasons_firms import FIRM_FILLERS
from decisions.reasons_platform import PLATFORM_FILLERS

Parameters = dict[str, Any]


def reason_parameters(
    *,
    reason: Mapping[str, Any],
    facts: Mapping[str, Mapping[str, Any]],
    request: Mapping[str, Any],
    result: Mapping[str, Any],
    policy: Policy,
) -> Parameters:
    """Return the parameters of one reason of a frozen decision; `form` names another wording."""
    case = Case(reason, facts, request, result, policy)
    return {name: value for name, value in _FILLERS[reason["code"]](case).items() if value not in (None, "")}


def _total_score(case: Case) -> Parameters:
    if case.cap is not None and case.reason["gap"] is None:
        return {
            "form": "band_cap", "score": case.result["score"], "cap": case.cap_amount(), "asked": case.asked,
            "date": case.decided_on,
        }  # fmt: skip
    score, gate = case.result["score"], case.result["gate"]
    return {"score": score, "gate": gate, "gap": gate - score, "date": case.decided_on}


def _identity(case: Case) -> Parameters:
    return {"items": case.detail("identity_level", "items") or ["check_not_done"]}


def _profile(case: Case) -> Parameters:
    if not case.rules:
        return {"form": "score", "checks": case.characteristics}
    items = case.detail("profile_complete_pct", "items")
    if items:
        return {"n": len(items), "items": items}
    return {"form": "short", "pct": case.value("profile_complete_pct")}


def _history(case: Case) -> Parameters:
    if case.cap is not None:
        months, settled = case.number("credit_age_months") or 0, case.number("settled_on_time") or 0
        amounts = {"cap": case.cap_amount(), "asked": case.asked}
        return {"form": "thin_file", "months": months, "settled": settled, **amounts}
    if "operating_months" in case.facts:
        known = case.number("operating_months")
        return {"form": "unknown"} if known is None else {"form": "firm", "months": known}
    age, loans = case.number("credit_age_months"), case.number("settled_on_time")
    return {"form": "unknown"} if age is None or loans is None else {"months": age, "settled": loans}


def _safety(case: Case) -> Parameters:
    if not case.rules:
        return {"form": "score"}
    flag, day = case.detail("open_safety_flags", "flag"), case.detail("open_safety_flags", "date")
    return {"flag": flag, "date": day} if flag and day else {"form": "short"}


def _inquiries(case: Case) -> Parameters:
    count = case.number("hard_inquiries_3m")
    if count is None:
        return {"form": "unknown"}
    oldest = case.detail("hard_inquiries_3m", "oldest_on")
    return {"n": count, "date": add_months(oldest, 3)} if oldest else {"form": "short", "n": count}


def _linked_product(case: Case) -> Parameters:
    name = "linked_product_event"
    event = case.value(name)
    if event in UNKNOWN_STATES:
        return {"form": "unknown"}
    product, day, amount = (case.detail(name, key) for key in ("product", "date", "amount_cny"))
    if product and day and amount is not None:
        return {"product": product, "date": day, "event": event, "amount": amount}
    return {"form": "short", "event": event}


def _information(case: Case) -> Parameters:
    if not case.rules:
        return {"form": "score", "checks": case.characteristics}
    used = [line for line in case.result["points"].values() if line["used"]]
    counts = {"known": sum(line["known"] for line in used), "total": len(used)}
    if case.rule("R15") is not None:
        return counts
    missing = [
        name
        for rule in case.result["rules"]
        if rule["id"] in case.rules and rule["status"] == "unknown"
        for name, value in rule["values"].items()
        if value is None or value in UNKNOWN_STATES
    ]
    checks = [name for name in case.in_order(missing) if name in case.facts]
    return {"form": "unknown", "checks": checks} if checks else counts


def _lenders(case: Case) -> Parameters:
    count = case.number(case.first_of("active_lenders", "ent_active_lenders"))
    if count is None:
        return {"form": "unknown"}
    rule = case.rule("R08")
    return {"form": "score", "n": count} if rule is None else {"n": count, "max": rule["limit"]}


def _debt_service(case: Case) -> Parameters:
    rule = case.rule("R07")
    pct = case.number("debt_service_pct")
    if rule is not None and pct is not None:
        return {"pct": pct, "max": rule["limit"], **_debt_service_sizes(case, rule["limit"])}
    if case.cap is not None:
        if case.rule("R25") is not None:
            return {"form": "minimum", "limit": case.limit_high(), "min": case.minimum}
        return {"form": "limit", "limit": case.limit_high(), "asked": case.asked}
    return {"form": "unknown"} if pct is None else {"form": "score", "pct": pct}


def _debt_service_sizes(case: Case, limit: float) -> Parameters:
    """How much less to repay, or more to earn, brings the share to the limit; rounded up to whole yuan."""
    pay, income = case.number("existing_repayments_cny"), case.number("verified_income_month")
    if pay is None or income is None:
        return {"form": "short"}
    share = Decimal(str(limit)) / 100
    repayments, earned = Decimal(str(pay)), Decimal(str(income))
    reduce = (repayments - earned * share).to_integral_value(rounding=ROUND_CEILING)
    extra = (repayments / share - earned).to_integral_value(rounding=ROUND_CEILING)
    if reduce <= 0 or extra <= 0:
        return {"form": "short"}
    return {"pay": pay, "reduce": int(reduce), "extra": int(extra)}


def _income(case: Case) -> Parameters:
    if case.cap is not None:
        return {"form": "unverified_cap", "cap": case.cap_amount(), "asked": case.asked}
    income = case.number("verified_income_month")
    if income is None:
        return {"form": "unverified"}
    change = case.detail("verified_income_month", "change_pct")
    if change is not None and change < 0:
        return {"income": income, "change": change}
    months = case.number("income_inflow_months_12m")
    if months is None:
        return {"form": "income", "income": income}
    return {"form": "score", "income": income, "months": months}


def _overdue(case: Case) -> Parameters:
    name = "current_overdue_days"
    lender, amount = case.detail(name, "lender"), case.detail(name, "amount_cny")
    always = {"days": case.value(name), "date": case.observed_on(name)}
    if lender and amount is not None:
        return {**always, "lender": lender, "amount": amount}
    return {"form": "short", **always}


def _late_payments(case: Case) -> Parameters:
    name = case.first_of("worst_dpd_24m", "ent_worst_dpd_24m")
    days = case.number(name)
    if days is None:
        return {"form": "none_on_file" if case.value(name) == "none_on_file" else "unknown"}
    month = case.detail(name, "month")
    return {"days": days, "month": month} if month else {"form": "short", "days": days}


def _revolving(case: Case) -> Parameters:
    name = "revolving_use_pct"
    pct = case.number(name)
    if pct is None:
        return {"form": "no_revolving" if case.value(name) == "no_revolving" else "unknown"}
    card = case.policy.scorecards["personal"].by_name[name]
    present = card.bins[card.encode(pct)]
    better = [
        one for one in card.bins if one.upper is not None and one.upper < pct and one.points > present.points
    ]
    step = max(better, key=lambda one: one.upper or 0)
    target = Decimal(str(step.upper)).to_integral_value(rounding=ROUND_CEILING)
    return {"pct": pct, "target": int(target), "gain": step.points - present.points}


def _court(case: Case) -> Parameters:
    name = case.first_of("court_record_open", "court_records_open")
    count = case.number(name)
    if not case.rules and "court_records_open" not in case.characteristics:
        pct = case.number("guarantees_to_net_assets_pct")
        return {"form": "unknown"} if pct is None else {"form": "guarantees", "pct": pct}
    if count is None:
        return {"form": "unknown"}
    day = case.detail(name, "checked_on") or case.observed_on(name)
    number = case.detail(name, "case")
    return {"case": number, "date": day} if number else {"form": "short", "n": count, "date": day}


def _purpose(case: Case) -> Parameters:
    return {"purpose": case.request["purpose"]}


def _capacity(case: Case) -> Parameters:
    born = case.detail("age", "birth_date")
    age = case.number("age")
    adult = int(case.context.get("adult_age", 18))
    if born and age is not None and age < adult:
        return {"dob": born, "date": birthday(born, adult)}
    return {"form": "capacity"}


def _industry(case: Case) -> Parameters:
    industry = case.value("industry")
    if industry is None or industry in UNKNOWN_STATES:
        return {"form": "unknown"}
    gate = case.policy.gates["high_risk_industry"][case.context["market"]]
    return {"industry": industry, "gate": gate}


_FILLERS: dict[str, Callable[[Case], Parameters]] = {
    "S01": _total_score, "S03": _identity, "S04": _profile, "S05": _history, "S06": _safety,
    "S07": _inquiries, "S08": _linked_product, "S09": _information, "U01": _lenders, "U02": _debt_service,
    "U03": _income, "U04": _overdue, "U05": _late_payments, "U06": _revolving, "U07": _court,
    "U08": _purpose, "U09": _capacity, "U10": _industry, **FIRM_FILLERS, **PLATFORM_FILLERS,
}  # fmt: skip
ENGINE_CODES = frozenset(_FILLERS)
