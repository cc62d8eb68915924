"""Explanation documents in the shape that the domain gives, for tests of pages and charts."""

import copy
from typing import Any

_DIMENSIONS = [
    ("credit_history", "Credit history", "信用历史", 74, 210),
    ("fulfilment_capacity", "Ability to repay", "履约能力", 31, 150),
    ("behaviour", "Behaviour", "行为偏好", 85, 120),
    ("identity", "Identity", "身份特质", 56, 90),
    ("connections", "Connections", "人脉关系", 12, 30),
]
_RULES = [
    ("R07", "Repayments compared with income", "每月还款占收入的比例", False, "58%", "55%", "most", "U02"),
    ("R08", "Lenders in use", "未结清机构数", False, "5", "4", "most", "U01"),
    ("R09", "Credit applications in 3 months", "近 3 个月申请次数", False, "6", "5", "most", "S07"),
    ("R04", "Score", "评估分", True, "608", "600", "least", "S01"),
    ("R01", "Age and legal capacity", "年龄与行为能力", True, "29", "18", "least", "U09"),
    ("R05", "Payments late now", "当前逾期天数", True, "0", "0", "most", "U04"),
    ("R15", "Information we could verify", "可核实的资料", None, "80%", "85%", "least", "S09"),
]
_STATUS = {
    "en": {"passed": "passed", "failed": "not passed", "unknown": "could not be checked"},
    "zh": {"passed": "通过", "failed": "未通过", "unknown": "无法核对"},
}
_REASONS = [
    {
        "position": 1, "code": "U02", "layer": "user", "tag": "decided",
        "en": ("About your finances", "Repayments take too much of your income",
               "You repay about ¥4,176 a month, 58% of your verified income. This product's limit is 55%.",
               "Monthly repayments in your credit report and the income you verified.",
               "Lowering repayments by ¥216 a month, or verifying ¥393 more income, would meet the limit."),
        "zh": ("关于您的财务", "每月还款占收入的比例偏高",
               "您每月还款约 4,176 元\uff0c占核实收入的 58%\uff0c本产品上限为 55%。",
               "信用报告中的月还款额\uff0c和您核实过的收入。",
               "每月还款减少 216 元\uff0c或核实额外收入 393 元\uff0c即可达到要求。"),
        "facts": [("debt_service_pct", "Repayments as a share of income", "每月还款占收入", "58%",
                   "Credit report", "信用报告", "2026-11-06")],
    },
    {
        "position": 2, "code": "U01", "layer": "user", "tag": "decided",
        "en": ("About your finances", "You are borrowing from many lenders at once",
               "You have open unsecured credit with 5 lenders; this product accepts up to 4.",
               "The open accounts in your credit report.",
               "Close or combine the smaller ones first. If one is closed, send the certificate."),
        "zh": ("关于您的财务", "同时使用的贷款机构较多",
               "您目前在 5 家机构有未结清的信用贷款\uff0c本产品最多接受 4 家。", "信用报告中未结清账户清单。",
               "先结清或合并较小的贷款\uff1b已结清但未更新的\uff0c请提交结清证明。"),
        "facts": [("active_lenders", "Lenders in use", "未结清机构数", "5",
                   "Credit report", "信用报告", "2026-11-06")],
    },
    {
        "position": 3, "code": "S07", "layer": "system", "tag": "also",
        "en": ("About our assessment", "Many credit applications in a short time",
               "Your report shows 6 loan or card applications in the last 3 months.",
               "The enquiry list in your credit report, with dates and names.",
               "Pause new applications; the oldest drops out of the count on 4 Dec 2026."),
        "zh": ("关于评估", "短期内申请次数较多", "过去 3 个月您的信用报告有 6 次贷款或信用卡审批查询。",
               "信用报告的查询记录\uff0c日期与机构见明细。",
               "暂停新申请\uff1b最早一次查询将在 2026-12-04 移出统计。"),
        "facts": [("hard_inquiries_3m", "Credit applications in 3 months", "近 3 个月申请次数", "6",
                   "Credit report", "信用报告", "2026-11-06")],
    },
]  # fmt: skip
_WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "product": "Consumer loan",
        "title": "We did not approve the ¥20,000 consumer loan this time",
        "summary": "Your score passed. Two other checks did not.",
        "not_meaning": "This is not a late-payment mark and does not affect other services.",
        "band": "Good",
        "sentence": "608, Good; 8 above the consumer-loan minimum of 600.",
        "base": "Start", "score": "Score", "tags": {"decided": "decided this", "also": "also counted"},
    },
    "zh": {
        "product": "消费借款",
        "title": "这次没有批准 20,000 元消费借款",
        "summary": "评估分已达到门槛\uff0c另有两项检查没有通过。",
        "not_meaning": "这不是逾期记录\uff0c也不会影响其他服务。",
        "band": "良好",
        "sentence": "608 分\uff0c良好\uff1b比消费借款门槛 600 分高 8 分。",
        "base": "起点", "score": "评估分", "tags": {"decided": "决定性原因", "also": "同时考虑"},
    },
}  # fmt: skip


def li_na(language: str = "en") -> dict[str, Any]:
    """Li Na's declined consumer loan: 608 points, U02, U01 and S07."""
    tongue = "zh" if language.startswith("zh") else "en"
    words = _WORDS[tongue]
    return copy.deepcopy(
        {
            "reference": "DE-7K3Q-9XDM",
            "kind": "APPLICATION",
            "language": language,
            "product": {"code": "consumer_loan", "label": words["product"]},
            "asked": {"amount_cny": "20000.00", "amount": "¥20,000", "term": "12", "purpose": "medical"},
            "decided_on": "2026-11-21",
            "outcome": {"code": "decline"} | {key: words[key] for key in ("title", "summary", "not_meaning")},
            "score": _score(words),
            "dimensions": [
                {"code": code, "label": zh if tongue == "zh" else en, "points": points, "max": most}
                for code, en, zh, points, most in _DIMENSIONS
            ],
            "characteristics": _characteristics(tongue),
            "waterfall": _waterfall(tongue, words),
            "reasons": [_reason(reason, tongue, words) for reason in _REASONS],
            "rules": [_rule(rule, tongue) for rule in _RULES],
            "coverage": {"known": 18, "total": 19, "pct": 94},
            "limit": None,
            "price": None,
            "cost": None,
            "line": None,
            "comparison": None,
            "stamps": {
                "policy_version": "2026.1", "policy_hash": "4f1c9a", "market": "normal",
                "engine_version": "1", "catalogue_hash": "9be2d0",
            },
            "next": {
                "reapply_on": "2026-12-21", "next_evaluation_on": "2026-12-06", "appeal_until": "2027-01-20"
            },
            "not_solely": False,
        }
    )  # fmt: skip


def _score(words: dict[str, Any]) -> dict[str, Any]:
    edges = [("B1", 350, 549), ("B2", 550, 599), ("B3", 600, 649), ("B4", 650, 699), ("B5", 700, 950)]
    return {
        "value": 608, "gate": 600, "gap": 0, "passed": True, "min": 350, "max": 950, "gates": [600],
        "band": {"code": "B3", "label": words["band"], "from": 600, "to": 649},
        "bands": [{"code": code, "label": code, "from": low, "to": high} for code, low, high in edges],
        "sentence": words["sentence"],
    }  # fmt: skip


def _reason(reason: dict[str, Any], tongue: str, words: dict[str, Any]) -> dict[str, Any]:
    layer_label, title, meaning, data, action = reason[tongue]
    return {
        "position": reason["position"], "code": reason["code"], "layer": reason["layer"],
        "layer_label": layer_label, "title": title, "meaning": meaning, "data": data, "action": action,
        "contest": "facts", "tag": reason["tag"], "tag_label": words["tags"][reason["tag"]],
        "facts": [
            {
                "characteristic": name, "label": zh if tongue == "zh" else en, "value": value,
                "source_label": source_zh if tongue == "zh" else source_en, "observed_on": day,
            }
            for name, en, zh, value, source_en, source_zh, day in reason["facts"]
        ],
        "evidence": ["V01", "V09"],
    }  # fmt: skip


def _rule(rule: tuple[Any, ...], tongue: str) -> dict[str, Any]:
    number, en, zh, passed, value, limit, bound, reason = rule
    status = {True: "passed", False: "failed", None: "unknown"}[passed]
    return {
        "id": number, "label": zh if tongue == "zh" else en, "passed": passed, "status": status,
        "status_label": _STATUS[tongue][status], "value": value, "limit": limit, "bound": bound,
        "outcome": "decline", "reason": reason,
    }  # fmt: skip


def _waterfall(tongue: str, words: dict[str, Any]) -> list[dict[str, Any]]:
    running = 350
    steps = [{"label": words["base"], "delta": 0, "running": running}]
    for _code, en, zh, points, _most in _DIMENSIONS:
        running += points
        steps.append({"label": zh if tongue == "zh" else en, "delta": points, "running": running})
    return [*steps, {"label": words["score"], "delta": 0, "running": running}]


def _characteristics(tongue: str) -> list[dict[str, Any]]:
    rows = [
        ("debt_service_pct", "Repayments as a share of income", "每月还款占收入", "58%", 3, 40, True),
        ("active_lenders", "Lenders in use", "未结清机构数", "5", 0, 20, True),
        ("bills_on_time_pct_12m", "Bills paid on time", "按时缴费比例", "--", 8, 35, False),
    ]
    return [
        {
            "code": code, "label": zh if tongue == "zh" else en, "dimension": "fulfilment_capacity",
            "value": value, "points": points, "max": most, "known": known,
            "source": "信用报告" if tongue == "zh" else "Credit report", "observed_on": "2026-11-06",
        }
        for code, en, zh, value, points, most, known in rows
    ]  # fmt: skip
