"""The public table becomes facts: read where it speaks, drawn and marked where it does not."""

from pathlib import Path

import pytest

from decisions.book_table import COLUMNS, TableError, facts_of, find_table, read_table, wish_of

LATE = dict.fromkeys(COLUMNS, 0.0) | {
    "ID": 7.0, "LIMIT_BAL": 20_000.0, "AGE": 24.0, "PAY_0": 2.0, "PAY_2": 3.0, "BILL_AMT1": 5_000.0,
}  # fmt: skip


def values(line: dict[str, float]) -> dict[str, object]:
    """The facts of a line by characteristic."""
    return {fact.characteristic: fact.value for fact in facts_of(line)}


def test_what_the_table_says_is_read() -> None:
    """Lateness, use of the limit and the balance come from the line itself."""
    facts = values(LATE)
    assert facts["worst_dpd_24m"] == 90
    assert facts["current_overdue_days"] == 60
    assert facts["revolving_use_pct"] == 25.0
    assert facts["other_unsecured_cny"] == 1_250
    assert facts["age"] == 24


def test_only_what_the_table_says_is_not_synthetic() -> None:
    """Every drawn value is marked."""
    read = {fact.characteristic for fact in facts_of(LATE) if not fact.is_synthetic}
    assert read == {
        "worst_dpd_24m", "current_overdue_days", "revolving_use_pct", "existing_repayments_cny",
        "other_unsecured_cny", "age",
    }  # fmt: skip


def test_the_same_line_gives_the_same_person() -> None:
    """The draw is seeded by the line."""
    assert facts_of(LATE) == facts_of(LATE)
    assert wish_of(LATE) == wish_of(LATE)
    assert facts_of(LATE | {"ID": 8.0}) != facts_of(LATE)


def test_protected_columns_are_not_even_read() -> None:
    """Sex, education, marriage and the later default do not reach the facts."""
    assert not {"SEX", "EDUCATION", "MARRIAGE", "default.payment.next.month"} & set(COLUMNS)


def test_a_balance_in_credit_is_no_debt() -> None:
    """An overpaid card is not a negative debt."""
    facts = values(LATE | {"BILL_AMT1": -300.0})
    assert (facts["revolving_use_pct"], facts["other_unsecured_cny"]) == (0.0, 0)


def test_the_whole_table_is_there() -> None:
    """The package carries 30,000 lines."""
    assert sum(1 for _ in read_table(find_table())) == 30_000


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    """A text in a number is refused with its line."""
    path = tmp_path / "table.csv"
    path.write_text(",".join(COLUMNS) + "\n" + ",".join(["x"] * len(COLUMNS)) + "\n")
    with pytest.raises(TableError, match="line 2"):
        list(read_table(path))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """A table without AGE is refused by that name."""
    path = tmp_path / "table.csv"
    path.write_text(",".join(name for name in COLUMNS if name != "AGE") + "\n")
    with pytest.raises(TableError, match="AGE"):
        list(read_table(path))
