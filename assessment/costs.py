"""What a loan costs: instalment by instalment in fen, with the total beside the rate.

Equal instalments are the annuity payment rounded half up to the fen. Interest accrues on the exact
balance and its running total is rounded half up, so that rounding never adds to it; the last
instalment takes up the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assessment.money import EXACT, round_half_up, to_fen, to_yuan

SCALE = 10**15
_MONTHS_PCT = Decimal(1200)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: what is paid, what of it is interest, what is still owed after it."""

    number: int
    payment: Decimal
    interest: Decimal
    principal: Decimal
    remaining: Decimal


@dataclass(frozen=True, slots=True)
class CostSheet:
    """Amounts in CNY, rates in per cent a year; `instalment` is the regular payment."""

    amount: Decimal
    annual_rate_pct: Decimal
    effective_pct: Decimal
    method: str
    term: int
    term_unit: str
    instalment: Decimal
    total_interest: Decimal
    total: Decimal
    instalments: tuple[Instalment, ...]

    def to_dict(self) -> dict[str, object]:
        """JSON-safe: amounts and rates as strings."""
        return {
            "amount": str(self.amount),
            "annual_rate_pct": str(self.annual_rate_pct),
            "effective_pct": str(self.effective_pct),
            "method": self.method,
            "term": self.term,
            "term_unit": self.term_unit,
            "instalment": str(self.instalment),
            "total_interest": str(self.total_interest),
            "total": str(self.total),
            "instalments": [
                {
                    "number": one.number,
                    "payment": str(one.payment),
                    "interest": str(one.interest),
                    "principal": str(one.principal),
                    "remaining": str(one.remaining),
                }
                for one in self.instalments
            ],
        }


def annuity_factor(annual_rate_pct: Decimal, months: int) -> Decimal:
    """What one unit a month over `months` is worth today: (1 - (1 + i)^-n) / i."""
    monthly = EXACT.divide(annual_rate_pct, _MONTHS_PCT)
    if not monthly:
        return Decimal(months)
    growth = EXACT.power(EXACT.add(Decimal(1), monthly), months)
    return EXACT.divide(EXACT.subtract(Decimal(1), EXACT.divide(Decimal(1), growth)), monthly)


@lru_cache(maxsize=4096)
def present_value_factor(annual_rate_pct: Decimal, months: int) -> int:
    """The annuity factor times SCALE, rounded down: affordability is never overstated."""
    return int(EXACT.multiply(annuity_factor(annual_rate_pct, months), Decimal(SCALE)))


def present_value(monthly_fen: int, annual_rate_pct: Decimal, months: int) -> int:
    """Fen that equal instalments of `monthly_fen` repay at this rate, rounded down."""
    return monthly_fen * present_value_factor(annual_rate_pct, months) // SCALE


def effective_rate(annual_rate_pct: Decimal, *, periods: Decimal = Decimal(12)) -> Decimal:
    """What the nominal rate comes to in a year when interest is added `periods` times, in per cent."""
    per_period = EXACT.divide(annual_rate_pct, periods * 100)
    growth = EXACT.power(EXACT.add(Decimal(1), per_period), periods)
    return EXACT.multiply(EXACT.subtract(growth, Decimal(1)), Decimal(100)).quantize(
        Decimal("0.01"), context=EXACT
    )


def cost_sheet(
    *,
    amount: Decimal | int,
    annual_rate_pct: Decimal,
    term: int,
    method: str,
    term_unit: str = "months",
    day_count: int = 365,
) -> CostSheet:
    """The whole cost of one loan; `method` and `term` as the product allows them."""
    fen = to_fen("amount", amount)
    if method == "bullet_on_due_date":
        rows = _bullet(fen, annual_rate_pct, term, day_count)
        effective = effective_rate(annual_rate_pct, periods=EXACT.divide(Decimal(day_count), Decimal(term)))
    else:
        monthly = EXACT.divide(annual_rate_pct, _MONTHS_PCT)
        rows = (
            _equal(fen, monthly, annual_rate_pct, term)
            if method == "equal_instalment"
            else _interest_first(fen, monthly, term)
        )
        effective = effective_rate(annual_rate_pct)
    interest = sum(row[1] for row in rows)
    return CostSheet(
        amount=to_yuan(fen),
        annual_rate_pct=annual_rate_pct,
        effective_pct=effective,
        method=method,
        term=term,
        term_unit=term_unit,
        instalment=to_yuan(rows[0][0]),
        total_interest=to_yuan(interest),
        total=to_yuan(fen + interest),
        instalments=_table(fen, rows),
    )


def _equal(fen: int, monthly: Decimal, rate: Decimal, term: int) -> list[tuple[int, int]]:
    exact_payment = EXACT.divide(Decimal(fen), annuity_factor(rate, term))
    regular = round_half_up(exact_payment)
    owed, accrued, counted = Decimal(fen), Decimal(0), 0
    rows = []
    for _ in range(term):
        interest = EXACT.multiply(owed, monthly)
        accrued = EXACT.add(accrued, interest)
        owed = EXACT.subtract(EXACT.add(owed, interest), exact_payment)
        rows.append((regular, round_half_up(accrued) - counted))
        counted = round_half_up(accrued)
    rows[-1] = (fen + counted - regular * (term - 1), rows[-1][1])
    return rows


def _interest_first(fen: int, monthly: Decimal, term: int) -> list[tuple[int, int]]:
    interest = round_half_up(EXACT.multiply(Decimal(fen), monthly))
    return [(interest, interest)] * (term - 1) + [(fen + interest, interest)]


def _bullet(fen: int, rate: Decimal, days: int, day_count: int) -> list[tuple[int, int]]:
    share = EXACT.divide(EXACT.multiply(rate, Decimal(days)), Decimal(100 * day_count))
    interest = round_half_up(EXACT.multiply(Decimal(fen), share))
    return [(fen + interest, interest)]


def _table(fen: int, rows: list[tuple[int, int]]) -> tuple[Instalment, ...]:
    table = []
    owed = fen
    for number, (payment, interest) in enumerate(rows, start=1):
        owed -= payment - interest
        table.append(
            Instalment(
                number, to_yuan(payment), to_yuan(interest), to_yuan(payment - interest), to_yuan(owed)
            )
        )
    return tuple(table)
