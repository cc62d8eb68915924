"""Which group everybody belongs to; sex is read from the public table alone, and is never a fact."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.copying import Rows
from decisions.book_products import PRODUCTS, is_personal
from decisions.book_table import TableError, find_table
from decisions.dry_run_counting import Grouping, Side, into_steps
from decisions.models import BookRow

AGE_EDGES: Final = (25, 35, 45, 55, 65)
AGES: Final = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
BANDS: Final = ("350-599", "600-649", "650-699", "700-749", "750-799", "800-950")
BAND_EDGES: Final = (600, 650, 700, 750, 800)
SEXES: Final = ("male", "female")


@dataclass(frozen=True)
class Groups:
    """Applicants of the public table by key, with their sex as a place."""

    keys: Rows
    sexes: Rows

    @classmethod
    def read(cls) -> "Groups":
        """Read the sex of everybody who was loaded from the table; nobody else has one here."""
        rows = list(BookRow.objects.order_by("applicant_id").values_list("applicant_id", "row"))
        by_row = _sexes() if rows else {}
        keys = np.array([key for key, _row in rows], np.int64)
        return cls(keys, np.array([by_row.get(row, -1) for _key, row in rows], np.int64))

    def of(self, product: str, records: Rows, before: Side) -> Mapping[str, Grouping]:
        """The groupings of a chunk: score band under the version in force, product; for persons sex, age."""
        place = PRODUCTS.index(product)
        found = {
            "band": Grouping(BANDS, into_steps(before.score, BAND_EDGES)),
            "product": Grouping(PRODUCTS, np.full(len(records), place, np.int64)),
        }
        if not is_personal(product):
            return found
        age = records["age"]
        return {
            **found,
            "sex": Grouping(SEXES, self._sex_of(records["applicant"])),
            "age": Grouping(AGES, np.where(age < 18, -1, into_steps(age, AGE_EDGES))),
        }

    def _sex_of(self, applicants: Rows) -> Any:
        if not len(self.keys):
            return np.full(len(applicants), -1)
        place = np.minimum(np.searchsorted(self.keys, applicants), len(self.keys) - 1)
        return np.where(self.keys[place] == applicants, self.sexes[place], -1)


def _sexes() -> dict[int, int]:
    try:
        path = find_table()
    except TableError:
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {int(line["ID"]): int(float(line["SEX"])) - 1 for line in csv.DictReader(file)}
