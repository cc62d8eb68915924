from decimal import Decimal
from typing import Any

import pytest

from assessment import InputError, cost_sheet
from assessment.costs import present_value

RATE = Decimal("18.25")


@pytest.mark.parametrize(
    ("term", "instalment", "interest"),
    [(3, "3435.23", "305.70"), (6, "1756.50", "538.99"), (12, "917.99", "1015.88")],
)
def test_worked_example_of_ten_thousand(term: Any, instalment: Any, interest: Any) -> None:
    sheet = cost_sheet(amount=10_000, annual_rate_pct=RATE, term=term, method="equal_instalment")
    assert (str(sheet.instalment), str(sheet.total_interest)) == (instalment, interest)
    assert str(sheet.effective_pct) == "19.86"


@pytest.mark.parametrize("method", ["equal_instalment", "interest_first", "revolving"])
def test_every_table_pays_back_exactly(method: Any) -> None:
    sheet = cost_sheet(amount=Decimal("12345.67"), annual_rate_pct=RATE, term=12, method=method)
    rows = sheet.instalments
    assert rows[-1].remaining == 0
    assert sum(row.principal for row in rows) == sheet.amount
    assert sum(row.interest for row in rows) == sheet.total_interest
    assert sum(row.payment for row in rows) == sheet.total


def test_interest_first_pays_the_amount_back_at_the_end() -> None:
    sheet = cost_sheet(amount=12_000, annual_rate_pct=Decimal(12), term=6, method="interest_first")
    assert [str(row.payment) for row in sheet.instalments] == ["120.00"] * 5 + ["12120.00"]


def test_bullet_pays_once_with_interest_by_the_day() -> None:
    sheet = cost_sheet(
        amount=640_000, annual_rate_pct=Decimal("4.8"), term=90, method="bullet_on_due_date", term_unit="days"
    )
    assert str(sheet.total_interest) == "7574.79"
    assert len(sheet.instalments) == 1
    assert str(sheet.instalments[0].payment) == "647574.79"
    assert sheet.to_dict()["total"] == "647574.79"


def test_no_interest_means_equal_parts() -> None:
    sheet = cost_sheet(amount=100, annual_rate_pct=Decimal(0), term=3, method="equal_instalment")
    assert [str(row.payment) for row in sheet.instalments] == ["33.33", "33.33", "33.34"]
    assert present_value(100, Decimal(0), 12) == 1200


def test_an_amount_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="amount"):
        cost_sheet(amount=-1, annual_rate_pct=RATE, term=3, method="equal_instalment")
