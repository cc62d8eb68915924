"""Summaries as months of work leave them."""

from datetime import date

from appeals.models import Tally

MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))


def tally(dimension: str, value: str, *, month: date = MONTHS[-1], decided: int = 12, **numbers: int) -> None:
    """One row of the summaries."""
    given = {"sent": decided, "overturned": decided // 2, "in_time": decided, **numbers}
    Tally.objects.create(month=month, dimension=dimension, value=value, decided=decided, **given)


def full_boards() -> None:
    """Something in every part of every board."""
    for place, month in enumerate(MONTHS):
        tally("ALL", "", month=month, decided=40 + 10 * place, withdrawn=3, not_accepted=1)
        for days, decided in (("004", 20), ("009", 15 + 3 * place), ("031", 5)):
            tally("DAYS", days, month=month, decided=decided)
    for dimension, value, decided, overturned in (
        ("REASON", "U02", 80, 40), ("REASON", "U01", 30, 6), ("REASON", "S07", 4, 1),
        ("SOURCE", "credit_report", 90, 41), ("SOURCE", "bank_flows", 22, 3), ("RULE", "R07", 70, 35),
        ("POLICY", "2026-11-01", 120, 46), ("CHANNEL", "portal", 100, 40), ("CHANNEL", "partner", 20, 6),
        ("REVIEWER", "1", 60, 30), ("LANGUAGE", "zh-hans", 90, 30), ("LANGUAGE", "en", 30, 16),
        ("GROUP", "age:25-34", 60, 25), ("GROUP", "age:35-44", 40, 18), ("GROUP", "age:65+", 3, 3),
        ("GROUP", "kind:PERSON", 110, 44), ("GROUP", "kind:FIRM", 10, 2), ("GROUP", "place:CN", 120, 46),
        ("INPUT", "debt_service_pct", 44, 30), ("INPUT", "active_lenders", 12, 2),
    ):  # fmt: skip
        # Groups of people are shown for whole months only.
        month = MONTHS[1] if dimension in {"GROUP", "LANGUAGE"} else MONTHS[-1]
        tally(dimension, value, month=month, decided=decided, overturned=overturned)
