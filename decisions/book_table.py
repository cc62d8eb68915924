"""The public credit-card default table, read as facts of the personal scorecard (docs/book.md).

Source: Yeh and Lien 2009, UCI 350: 30,000 card holders in Taiwan, April to September 2005. What the table
gives is a fact of `public_table`; what it cannot give is left out, or drawn from a fixed distribution and
marked synthetic. Sex, education and marital status are never read here.
"""

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from applicants.characteristics import Value

TABLE_PACKAGE = "mercury-robust"
TABLE_FILE = "UCI_Credit_card.csv"
OBSERVED_ON = date(2005, 9, 30)
CNY_PER_TWD = 0.25
DAYS_A_MONTH_LATE = 30
SEED = 20_261_101
PAY_COLUMNS = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
BILL_COLUMNS = tuple(f"BILL_AMT{month}" for month in range(1, 7))
PAID_COLUMNS = tuple(f"PAY_AMT{month}" for month in range(1, 7))
COLUMNS = ("ID", "LIMIT_BAL", "AGE", *PAY_COLUMNS, *BILL_COLUMNS, *PAID_COLUMNS)

INDUSTRIES = (
    "manufacturing", "retail", "construction", "catering", "transport", "technology", "finance",
    "education", "healthcare", "public_service", "household_services", "freelance",
)  # fmt: skip
PURPOSES = ("daily_spending", "education", "medical", "travel", "home_repair", "wedding", "appliances")


class TableError(ValueError):
    """The table is not there, or a line of it cannot be read; the message says which."""


@dataclass(frozen=True, slots=True)
class TableFact:
    """One value of one person, read from the table or drawn."""

    characteristic: str
    value: Value
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """The request that is drawn for one person: amount in CNY, term in months, purpose."""

    amount_cny: int
    term_months: int
    purpose: str


def find_table() -> Path:
    """The table inside the installed package; says what to install when it is not there."""
    try:
        found = [item for item in files(TABLE_PACKAGE) or [] if item.name == TABLE_FILE]
    except PackageNotFoundError:
        found = []
    if not found:
        raise TableError(
            f"The table {TABLE_FILE} is not installed. Install it with: "
            "pip install --no-deps --require-hashes -r requirements/data.txt"
        )
    return Path(str(found[0].locate()))


def read_table(path: Path, *, rows: int | None = None) -> Iterator[Mapping[str, float]]:
    """The lines of the table as numbers, in order; a broken line is named and nothing after it is read."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"{path.name}: the columns {', '.join(missing)} are missing")
        for at, line in enumerate(reader):
            if rows is not None and at >= rows:
                return
            try:
                yield {name: float(line[name]) for name in COLUMNS}
            except (TypeError, ValueError) as error:
                raise TableError(
                    f"{path.name}, line {reader.line_num}: a number is expected ({error})"
                ) from error


def facts_of(line: Mapping[str, float]) -> list[TableFact]:
    """Every fact of one line: what the table gives, then what is drawn for it, always the same."""
    draw = random.Random(SEED + int(line["ID"]))  # noqa: S311  sample data, not secrets
    return [*_given(line), *_income(line, draw), *_drawn_history(line, draw), *_drawn_life(draw)]


def wish_of(line: Mapping[str, float]) -> Wish:
    """The request drawn for one line: 5 to 60 % of the card limit, in hundreds, at least 1,000."""
    draw = random.Random(-SEED - int(line["ID"]))  # noqa: S311  sample data, not secrets
    amount = line["LIMIT_BAL"] * CNY_PER_TWD * draw.uniform(0.05, 0.6)
    return Wish(
        amount_cny=max(1_000, int(amount // 100) * 100),
        term_months=draw.choice((3, 6, 12, 12)),
        purpose=draw.choice(PURPOSES),
    )


def _given(line: Mapping[str, float]) -> list[TableFact]:
    """What the six months of the table say themselves."""
    late = [max(0, int(line[name])) for name in PAY_COLUMNS]
    bill, limit = max(0.0, line["BILL_AMT1"]), line["LIMIT_BAL"]
    return [
        TableFact("worst_dpd_24m", max(late) * DAYS_A_MONTH_LATE),
        TableFact("current_overdue_days", late[0] * DAYS_A_MONTH_LATE),
        TableFact("revolving_use_pct", round(min(bill / limit * 100, 1000), 2)),
        TableFact("existing_repayments_cny", _monthly_paid(line)),
        TableFact("other_unsecured_cny", int(bill * CNY_PER_TWD)),
        TableFact("age", int(line["AGE"])),
    ]


def _monthly_paid(line: Mapping[str, float]) -> int:
    """The median month, since one month of paying everything back is no burden."""
    paid = sorted(line[name] for name in PAID_COLUMNS)
    return int((paid[2] + paid[3]) / 2 * CNY_PER_TWD)


def _income(line: Mapping[str, float], draw: random.Random) -> list[TableFact]:
    """Income follows the card limit loosely; one in seven is not verified, and then its share is unknown."""
    income = int(
        min(120_000, 2_200 + (line["LIMIT_BAL"] * CNY_PER_TWD) ** 0.5 * 38 * draw.lognormvariate(0, 0.35))
    )
    months = min(12, max(0, round(draw.gauss(9.6, 2.2))))
    if draw.random() < 1 / 7:
        return [TableFact("income_inflow_months_12m", months, is_synthetic=True)]
    share = round(_monthly_paid(line) / income * 100, 2)
    return [
        TableFact("verified_income_month", income, is_synthetic=True),
        TableFact("debt_service_pct", min(share, 1000.0), is_synthetic=True),
        TableFact("income_inflow_months_12m", months, is_synthetic=True),
    ]


def _drawn_history(line: Mapping[str, float], draw: random.Random) -> list[TableFact]:
    """History beyond the six months: scaled where the table says something, drawn where it does not."""
    used = sum(
        line[bill] > 0 or line[paid] > 0 for bill, paid in zip(BILL_COLUMNS, PAID_COLUMNS, strict=True)
    )
    age_months = max(6, int((line["AGE"] - 20) * 12 * draw.uniform(0.1, 0.8)))
    values: dict[str, Value] = {
        "active_months_12m": used * 2,
        "credit_age_months": age_months,
        "settled_on_time": _count(draw, age_months / 60),
        "hard_inquiries_3m": _count(draw, 0.8),
        "active_lenders": 1 + _count(draw, 1.1),
        "liquid_months": round(min(60.0, draw.lognormvariate(0.2, 1.1)), 1),
    }
    if draw.random() < 0.4:
        values["bills_on_time_pct_12m"] = min(100, round(draw.gauss(98, 6)))
    return [TableFact(name, value, is_synthetic=True) for name, value in values.items()]


def _drawn_life(draw: random.Random) -> list[TableFact]:
    """Identity, contacts, record: mostly in order, and never from sex, education or marriage."""
    values: dict[str, Value] = {
        "unusual_flags_90d": _count(draw, 0.05),
        "open_safety_flags": int(draw.random() < 0.01),
        "identity_level": draw.choices(("full", "basic", "unverified"), (96, 3, 1))[0],
        "profile_complete_pct": draw.choices((100, 96, 90, 80, 55), (20, 22, 30, 25, 3))[0],
        "address_months": int(draw.expovariate(1 / 48)),
        "verified_contacts": draw.choices((0, 1, 2, 3), (3, 17, 45, 35))[0],
        "supporting_relations": draw.choices((0, 1, 2), (82, 14, 4))[0],
        "full_legal_capacity": True,
        "court_record_open": int(draw.random() < 0.006),
        "linked_product_event": None,
        "industry": draw.choice(INDUSTRIES) if draw.random() > 0.003 else "loan_brokerage",
    }
    if draw.random() < 0.93:
        values["employment_months"] = int(draw.expovariate(1 / 40))
    return [TableFact(name, value, is_synthetic=True) for name, value in values.items()]


def _count(draw: random.Random, mean: float) -> int:
    """A Poisson count by multiplying uniform draws (Knuth)."""
    floor, product, count = 2.718281828459045**-mean, draw.random(), 0
    while product > floor:
        product *= draw.random()
        count += 1
    return count
