"""What fills the braces of the reasons that only firms have; pure."""

from collections.abc import Callable
from typing import Any

from decisions.reason_case import Case

Parameters = dict[str, Any]
_ISSUE_OF = {"abnormal_list": "abnormal_list", "unverified": "licence_unverified"}


def _related(case: Case) -> Parameters:
    score = case.number("related_person_score")
    return {"form": "unknown"} if score is None else {"score": score}


def _owners(case: Case) -> Parameters:
    name = "owners_disclosed_pct"
    done, everyone = case.detail(name, "done"), case.detail(name, "all")
    if done is not None and everyone:
        return {"done": done, "all": everyone}
    pct = case.number(name)
    return {"form": "unknown"} if pct is None else {"form": "short", "pct": pct}


def _business(case: Case) -> Parameters:
    rule = case.rule("R23")
    cover = case.number("inflow_cover_x")
    if rule is not None and cover is not None:
        return {"x": cover, "min": rule["limit"]}
    if case.rules and case.result["limit"] is not None:
        if case.rule("R25") is not None:
            return {"form": "minimum", "limit": case.limit_high(), "least": case.minimum}
        return {"form": "limit", "limit": case.limit_high(), "asked": case.asked}
    return {"form": "score", "checks": case.characteristics or ["inflow_cover_x"]}


def _licence(case: Case) -> Parameters:
    if case.rule("R20") is None:
        return {"form": "score", "checks": case.characteristics}
    name = "licence_check"
    issue = case.detail(name, "issue") or _ISSUE_OF.get(str(case.value(name)))
    if issue:
        return {"issue": issue, "date": case.detail(name, "updated_on") or case.observed_on(name)}
    return {"form": "young", "months": case.value("operating_months")}


def _receivable(case: Case) -> Parameters:
    if case.cap is not None:
        return {"form": "limit", "limit": case.limit_high(), "asked": case.asked}
    if case.rule("R24") is None:
        return {"form": "score", "checks": case.characteristics}
    amount = case.number("receivable_amount_cny")
    if amount is None:
        return {"form": "unknown"}
    number = case.detail("receivable_confirmed", "invoice") or case.detail("receivable_amount_cny", "invoice")
    sizes = {"amount": amount, "months": 12}
    return {**sizes, "no": number} if number else {"form": "short", **sizes}


FIRM_FILLERS: dict[str, Callable[[Case], Parameters]] = {
    "E01": _related, "E02": _owners, "E03": _business, "E04": _licence, "E05": _receivable,
}  # fmt: skip
