"""Prices of a book: by score and case one price band, one annual rate, and what that makes of money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import GRADE, LOYALTY, TERMS, BookError
from assessment.book_layout import Coding
from assessment.costs import present_value_factor
from assessment.limits import AFFORDABILITY_MONTHS
from assessment.policy import Policy, Setting
from assessment.policy_parts import LATE
from assessment.pricing import annual_rate

Price = tuple[int | None, Decimal | None]
MOST_PRICES = 255


@dataclass(frozen=True)
class Cases:
    """What limits and prices read of the codes: per input a number for each cell, summed to the row's case.

    `thin`, `instalments`, `grades` and `terms` say what each case means; there are a power of two of them.
    """

    columns: Mapping[str, tuple[int, ...]]
    thin: tuple[bool, ...]
    instalments: tuple[float, ...]
    grades: tuple[str, ...]
    terms: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.thin)

    @property
    def bits(self) -> int:
        """How many bits hold a case."""
        return (len(self) - 1).bit_length()


def read_cases(policy: Policy, coding: Coding) -> Cases:
    """Of persons: loyal or not, thin file or not; of firms: the term, or the buyer's grade."""
    if coding.product == "consumer_loan":
        after = policy.pricing.loyalty_after
        loyal = [not isinstance(cell, str) and cell >= after for cell in coding.coders[LOYALTY].cells]
        thin = [isinstance(cell, str) for cell in coding.coders[LATE].cells]
        columns = {LOYALTY: tuple(map(int, loyal)), LATE: tuple(2 * one for one in thin)}
        terms = (AFFORDABILITY_MONTHS,) * 4
        return Cases(columns, (False, False, True, True), (0, after, 0, after), ("",) * 4, terms)
    name = TERMS[0] if coding.product == "sme_working_capital" else GRADE
    cells = coding.coders[name].cells
    columns = {name: tuple(range(len(cells)))}
    many = 1 << (len(cells) - 1).bit_length()
    cells += cells[-1:] * (many - len(cells))
    return Cases(
        columns=columns,
        thin=(False,) * many,
        instalments=(0,) * many,
        grades=cells if name == GRADE else ("",) * many,
        terms=cells if name == TERMS[0] else (AFFORDABILITY_MONTHS,) * many,
    )


class PriceBook:
    """Band and rate for every key, which is score x number of cases + case."""

    def __init__(self, policy: Policy, setting: Setting, cases: Cases, *, top: int) -> None:
        self.cases = cases
        keys = [(policy.price_band(score), case) for score in range(top + 1) for case in range(len(cases))]
        found = {key: _price(policy, setting, cases, *key) for key in dict.fromkeys(keys)}
        self.prices = tuple(dict.fromkeys(found.values()))
        if len(self.prices) > MOST_PRICES:
            raise BookError(f"{setting.product.code}: more than {MOST_PRICES} prices")
        self.price = np.array([self.prices.index(found[key]) for key in keys], np.uint8)
        self.bands = np.array([band or 0 for band, _ in keys], np.intp)
        self.case = np.array([case for _, case in keys], np.intp)

    @cached_property
    def unpriced(self) -> npt.NDArray[np.bool_]:
        """By key, whether there is no rate and so no limit."""
        return np.array([rate is None for _, rate in self.prices], np.bool_)[self.price]

    @cached_property
    def unbanded(self) -> npt.NDArray[np.bool_]:
        """By key, whether the score lies below every price band."""
        return np.array([band is None for band, _ in self.prices], np.bool_)[self.price]

    @cached_property
    def factors(self) -> npt.NDArray[Any]:
        """By key the annuity factor times SCALE as a whole number; 0 without a rate."""
        pairs = list(zip(self.price.tolist(), self.case.tolist(), strict=True))
        found = {}
        for at, case in dict.fromkeys(pairs):
            rate = self.prices[at][1]
            found[at, case] = 0 if rate is None else present_value_factor(rate, self.cases.terms[case])
        return np.array([found[pair] for pair in pairs], object)


def _price(policy: Policy, setting: Setting, cases: Cases, band: int | None, case: int) -> Price:
    rate = annual_rate(
        policy,
        product=setting.product.code,
        market=setting.market,
        price_band=band,
        buyer_grade=cases.grades[case],
        on_time_instalments=cases.instalments[case],
    )
    return band, rate
