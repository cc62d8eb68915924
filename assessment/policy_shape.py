"""The shape of a policy document: every key it may have, and of what kind its value is."""

from __future__ import annotations

from assessment.shapes import (
    Shape,
    either,
    flag,
    list_of,
    map_of,
    nullable,
    number,
    one_of,
    record,
    text,
    whole,
)

MARKETS = ("easing", "normal", "tight")
APPLICANTS = ("personal", "enterprise")
PRODUCTS = ("consumer_loan", "sme_working_capital", "supply_chain_finance")
OUTCOMES = ("decline", "refer", "hold", "counter")
TAGS = ("changeable", "with_time", "fixed")
KINDS = ("number", "money", "flag", "text", "event")
BASELINES = ("near_gate", "all", "max")
METHODS = ("equal_instalment", "interest_first", "revolving", "bullet_on_due_date")

_NAME = text(pattern=r"\w+", expected="a name")
_CODE = text(pattern=r"[SUEP]\d{2}", expected="a reason code such as U02")
_RULE_CODE = text(pattern=r"[SUEP]\d{2}|LIMIT", expected="a reason code such as U02, or LIMIT")
_DAY = text(pattern=r"\d{4}-\d{2}-\d{2}", expected="a day such as 2026-11-01")
_SCORE = whole(low=0, high=100_000)
_AMOUNT = whole(low=0, high=10**12)
_SHARE = number(low=0, high=1)

_BY_MARKET = dict.fromkeys(MARKETS, number(low=0, high=100))
_GATE = record(dict.fromkeys(MARKETS, _SCORE))
_APPLIES = one_of("all", *APPLICANTS, *PRODUCTS)

_BIN = either(
    record({"max": nullable(number()), "pts": whole(low=0)}),
    record({"is": _NAME, "pts": whole(low=0)}, {"counts_as": number(low=0)}),
)
_SCORECARD = record(
    {
        "dimensions": map_of(whole(low=1), at_least=1),
        "characteristics": map_of(
            record(
                {
                    "dimension": _NAME,
                    "reason": _CODE,
                    "changes": one_of(*TAGS),
                    "bins": list_of(_BIN, at_least=1),
                }
            ),
            at_least=1,
        ),
    },
    {"order": list_of(_NAME)},
)
_PRODUCT = record(
    {
        "applicant": one_of(*APPLICANTS),
        "min": _AMOUNT,
        "cap": _AMOUNT,
        "methods": list_of(one_of(*METHODS), at_least=1),
        "early_repayment_fee": one_of(0),
    },
    {
        "terms": list_of(whole(low=1, high=600), at_least=1),
        "terms_days": list_of(whole(low=1, high=3660), at_least=1),
    },
)
_INPUT = record(
    {
        "applies": either(_APPLIES, list_of(_APPLIES, at_least=1)),
        "kind": one_of(*KINDS),
        "changes": one_of(*TAGS),
    },
    {"default": nullable(number()), "states": list_of(_NAME, at_least=1), "min": number()},
)


def _cap_reasons(*names: str) -> Shape:
    return record(dict.fromkeys((*names, "product_cap", "regulatory_cap"), _CODE))


_LIMITS = record(
    {
        "round_down_to": whole(low=1, high=10**6),
        "market_factor": record(dict.fromkeys(MARKETS, number(low=0.01, high=10))),
        "consumer_loan": record(
            {
                "income_multiple": map_of(number(low=0, high=100)),
                "band_cap": map_of(_AMOUNT),
                "thin_file_cap": _AMOUNT,
                "unverified_income_cap": _AMOUNT,
                "deduct_other_unsecured": _SHARE,
                "max_dsr_after_pct": number(low=0, high=100),
                "comfortable_dsr_pct": number(low=0, high=100),
                "cap_reasons": _cap_reasons(
                    "income_multiple", "affordability", "band_cap", "thin_file_cap", "unverified_income_cap"
                ),
            }
        ),
        "sme_working_capital": record(
            {
                "inflow_share": map_of(_SHARE),
                "band_cap": map_of(_AMOUNT),
                "min_cover_x": number(low=0.1, high=100),
                "cap_reasons": _cap_reasons("inflow_share", "cover", "demand", "band_cap"),
            }
        ),
        "supply_chain_finance": record(
            {"advance_rate": map_of(_SHARE, at_least=1), "cap_reasons": _cap_reasons("advance")}
        ),
    }
)
_PRICING = record(
    {
        "day_count": one_of(360, 365),
        "total_cost_cap_apr_pct": number(low=0, high=100),
        "consumer_daily_rate_pct": map_of(record(_BY_MARKET)),
        "loyalty_step": record(
            {
                "after_on_time_instalments": whole(low=1),
                "daily_rate_minus": number(low=0, high=1),
                "floor": number(low=0, high=1),
            }
        ),
        "sme_base_rate_pct": number(low=0, high=100),
        "sme_spread_pct": map_of(record(_BY_MARKET)),
        "scf_spread_pct": map_of(number(low=0, high=100), at_least=1),
    }
)
_RULE = record(
    {
        "id": text(pattern=r"[A-Z]\d{2,3}[A-Z]?", expected="a rule number such as R07"),
        "applies": _APPLIES,
        "test": text(),
        "else": one_of(*OUTCOMES),
        "reason": _RULE_CODE,
    }
)
_UNKNOWN = either(
    record({"outcome": one_of("refer", "hold", "decline"), "reason": _CODE}),
    record({"outcome": one_of("pass")}),
)
_WARNINGS = record(
    {
        "triggers": list_of(
            record(
                {"id": _NAME, "applies": _APPLIES, "when": text(), "level": one_of("watch", "amber", "red")}
            )
        ),
        "measures": list_of(
            record(
                {
                    "id": _NAME,
                    "level": one_of("watch", "amber", "red"),
                    "do": text(),
                    "staff": flag(),
                    "notice_days": whole(low=0),
                }
            )
        ),
        "every_measure_has": list_of(_NAME),
    }
)
_GROUP = record(
    {"id": _NAME, "moves": list_of(_NAME, at_least=1)},
    {
        "to": either(number(), _NAME),
        "step": number(),
        "max_steps": whole(low=1, high=60),
        "cost": whole(low=0, high=1000),
        "cost_per_step": whole(low=0, high=1000),
        "months": whole(low=0, high=120),
        "months_per_step": whole(low=0, high=120),
    },
)
_RECOURSE = record(
    {
        "margin_points": whole(low=0, high=600),
        "honour_days": whole(low=1, high=3660),
        "horizons_months": list_of(whole(low=1, high=120), at_least=1),
        "time_alone": map_of(_NAME),
        "groups": list_of(_GROUP),
        "never": list_of(_NAME),
    }
)
_BASELINE = record({"method": one_of(*BASELINES)}, {"points": map_of(whole(low=0)), "people": whole(low=1)})
_BRAKE = record({"share_pct": number(low=0, high=100), "hours": whole(low=1, high=8760)})
_WORDS = record({"zh": text(), "en": text()})

POLICY_SHAPE: Shape = record(
    {
        "policy_version": text(),
        "effective_from": _DAY,
        "currency": one_of("CNY"),
        "market_condition": one_of(*MARKETS),
        "score": record(
            {
                "base": _SCORE,
                "min": _SCORE,
                "max": _SCORE,
                "evaluation_day": whole(low=1, high=28),
                "validity_days": whole(low=1, high=3660),
            }
        ),
        "bands": list_of(
            record({"code": _NAME, "from": _SCORE, "to": _SCORE, "zh": text(), "en": text()}), at_least=1
        ),
        "price_bands": list_of(record({"code": _NAME, "from": _SCORE, "to": _SCORE}), at_least=1),
        "unknown_states": list_of(_NAME),
        "scorecards": record(dict.fromkeys(APPLICANTS, _SCORECARD)),
        "products": record(dict.fromkeys(PRODUCTS, _PRODUCT)),
        "inputs": map_of(_INPUT),
        "limits": _LIMITS,
        "pricing": _PRICING,
        "gates": record({**dict.fromkeys(PRODUCTS, _GATE), "high_risk_industry": _GATE}),
        "rules": list_of(_RULE, at_least=1),
        "high_risk_industries": list_of(_NAME),
        "allowed_purposes": record({product: list_of(_NAME, at_least=1) for product in PRODUCTS}),
        "related_person_weights": record(
            {
                "legal_representative": _SHARE,
                "shareholders": _SHARE,
                "shareholder_min_pct": number(low=0, high=100),
            }
        ),
        "reapply": record(
            {
                "wait_days_after_decline": whole(low=0),
                "appeal_is_free_and_has_no_wait": flag(),
                "re_run_after_evidence_adds_no_enquiry": flag(),
            }
        ),
        "line_states": list_of(_NAME, at_least=1),
        "line_guards": list_of(text()),
        "early_warning": _WARNINGS,
        "unknown_in_a_rule": _UNKNOWN,
        "delegation": record(
            {
                "caseworker_max": _AMOUNT,
                "supervisor_max": _AMOUNT,
                "second_signature_always": list_of(_NAME),
                "random_sample_pct": number(low=0, high=100),
            },
            {"may_set_aside": list_of(_NAME)},
        ),
        "recourse": _RECOURSE,
        "baseline": record(dict.fromkeys(APPLICANTS, _BASELINE)),
    },
    {
        "brake": _BRAKE,
        "predecessor": record(
            {"policy_version": text(), "changes": map_of(text())},
            {"effective_from": _DAY, "words": map_of(_WORDS)},
        ),
    },
)
