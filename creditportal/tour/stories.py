"""The three people of the tour: what they were told, what they contest, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from creditportal.tour.applicants import Paper
from creditportal.tour.papers import make_pdf, make_photo


@dataclass(frozen=True)
class Finding:
    """What a reviewer finds to be true of one input, as typed into the form."""

    reason: str
    characteristic: str
    typed: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """One person's way through the loop."""

    name: str
    email: str
    score: int
    reasons: tuple[str, ...]
    claims: Mapping[str, str]
    statement: str
    papers: tuple[Paper, ...]
    outcome: str
    score_after: int
    findings: tuple[Finding, ...] = field(default=())

    @property
    def is_corrected(self) -> bool:
        """Whether something was found to be otherwise."""
        return bool(self.findings)


def _findings(reason: str, **values: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(reason, name, {"state": value} if value.isalpha() else {"value": value})
        for name, value in values.items()
    )


LI_NA: Final = Story(
    name="Li Na",
    email="li.na@example.test",
    score=608,
    reasons=("U02", "U01", "S07"),
    claims={"U02": "CHANGED", "U01": "WRONG"},
    statement="One loan is paid back, the certificate comes next week.",
    papers=(Paper("U02", "V02", make_pdf("li-na-statement")), Paper("U01", "V09", make_photo("li-na-loan"))),
    outcome="UNCHANGED",
    score_after=608,
)
ZHANG_WEI: Final = Story(
    name="Zhang Wei",
    email="zhang.wei@example.test",
    score=633,
    reasons=("S08", "S09", "P01"),
    claims={"S08": "WRONG", "S09": "CHANGED"},
    statement="The order was paid in September, and my income comes from one platform.",
    papers=(
        Paper("S08", "V10", make_pdf("zhang-wei-order-paid")),
        Paper("S09", "V02", make_pdf("zhang-wei-statement")),
        Paper("S09", "V15", make_photo("zhang-wei-bills")),
    ),
    outcome="RESTORED",
    score_after=746,
    findings=(
        *_findings("S08", linked_product_event="nothing", unusual_flags_90d="0"),
        *_findings(
            "S09",
            verified_income_month="9200",
            debt_service_pct="12",
            bills_on_time_pct_12m="100",
            income_inflow_months_12m="11",
        ),
    ),
)
ZHAO_MING: Final = Story(
    name="Zhao Ming",
    email="zhao.ming@example.test",
    score=629,
    reasons=("U05",),
    claims={"U05": "WRONG"},
    statement="Somebody borrowed in my name. The police report is with the papers.",
    papers=(Paper("U05", "V14", make_pdf("zhao-ming-police-report")),),
    outcome="CORRECTED",
    score_after=723,
    findings=_findings(
        "U05",
        worst_dpd_24m="0",
        hard_inquiries_3m="1",
        active_lenders="2",
        debt_service_pct="24",
        existing_repayments_cny="2040",
        other_unsecured_cny="9000",
    ),
)
STORIES: Final = (LI_NA, ZHANG_WEI, ZHAO_MING)
