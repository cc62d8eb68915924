"""A dry run as rows, as a text table and as CSV, of what may be shown of it. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from decisions.dry_run_counting import OUTCOMES
from decisions.dry_run_hiding import FEWEST, OTHER

HIDDEN: Final = "–"
FOUR_FIFTHS: Final = 0.8
KINDS: Final = ("band", "product", "sex", "age")


@dataclass(frozen=True)
class GroupRow:
    """One group: how many, what changes, and its share of favourable outcomes against the best group's."""

    kind: str
    group: str
    people: int
    changed: int
    better: int
    worse: int
    rate_before: float
    rate_after: float
    impact_before: float | None
    impact_after: float | None

    @property
    def percent_before(self) -> str:
        """The share of favourable outcomes before, in words."""
        return f"{self.rate_before:.1%}"

    @property
    def percent_after(self) -> str:
        """The share of favourable outcomes after, in words."""
        return f"{self.rate_after:.1%}"

    @property
    def is_low(self) -> bool:
        """Whether the ratio falls below four fifths."""
        return self.impact_after is not None and self.impact_after < FOUR_FIFTHS


def shown_counts(counts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a dry run that may be shown."""
    shown: Mapping[str, Any] = counts["shown"]
    return shown


def matrix_of(counts: Mapping[str, Any]) -> list[tuple[str, list[int | None]]]:
    """The outcome before and, in the order of outcomes, how many end in which; None is not shown."""
    return [
        (before, [counts["matrix"].get(before, {}).get(after, 0) for after in OUTCOMES])
        for before in OUTCOMES
    ]


def groups_of(counts: Mapping[str, Any], kind: str) -> list[GroupRow]:
    """The groups of a kind that are large enough to be shown."""
    found = {name: one for name, one in counts["groups"].get(kind, {}).items() if one["people"] >= FEWEST}
    is_judged = kind in ("sex", "age")
    named = [one for name, one in found.items() if name != OTHER]
    best_before = max((_rate(one, "before") for one in named), default=0.0)
    best_after = max((_rate(one, "after") for one in named), default=0.0)
    return [
        GroupRow(
            kind, name, one["people"], one["changed"], one["better"], one["worse"],
            _rate(one, "before"), _rate(one, "after"),
            _rate(one, "before") / best_before if is_judged and best_before and name != OTHER else None,
            _rate(one, "after") / best_after if is_judged and best_after and name != OTHER else None,
        )
        for name, one in found.items()
    ]  # fmt: skip


def count_hidden(counts: Mapping[str, Any], kind: str) -> int:
    """How many groups of a kind are too small to be shown."""
    small = sum(1 for one in counts["groups"].get(kind, {}).values() if one["people"] < FEWEST)
    return small + int(counts.get("left_out", {}).get(kind, 0))


def _rate(one: Mapping[str, Any], side: str) -> float:
    return float(one[f"favourable_{side}"]) / float(one["people"])


def products_of(counts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """A table for each product that enough people have, where there is more than one product."""
    tables: Mapping[str, Mapping[str, Any]] = counts.get("products", {})
    if len(tables) + len(counts.get("few", [])) < 2:
        return {}
    return {name: table for name, table in tables.items() if table["people"] >= FEWEST}


def hidden_products_of(counts: Mapping[str, Any]) -> list[str]:
    """The products that only a few people have."""
    tables: Mapping[str, Mapping[str, Any]] = counts.get("products", {})
    return [*counts.get("few", []), *(name for name, table in tables.items() if table["people"] < FEWEST)]


def write_csv(counts: Mapping[str, Any]) -> str:
    """Everything that may be shown: first the matrix, then the groups; of all, then of each product."""
    counts = shown_counts(counts)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["product", "kind", "group", "before", "after", "people"])
    tables = {"all": counts, **products_of(counts)}
    for product, table in tables.items():
        for before, row in matrix_of(table):
            writer.writerows(
                [product, "outcome", "all", before, after, count]
                for after, count in zip(OUTCOMES, row, strict=True)
                if count is not None
            )
    writer.writerow([])
    writer.writerow(
        ["product", "kind", "group", "people", "changed", "better", "worse", "favourable_before",
         "favourable_after", "impact_ratio_before", "impact_ratio_after", "below_four_fifths"]
    )  # fmt: skip
    for product, table in tables.items():
        for kind in KINDS:
            writer.writerows([product, *_cells(row)] for row in groups_of(table, kind))
    return file.getvalue()


def _cells(row: GroupRow) -> list[Any]:
    return [
        row.kind, row.group, row.people, row.changed, row.better, row.worse, f"{row.rate_before:.4f}",
        f"{row.rate_after:.4f}", _ratio(row.impact_before), _ratio(row.impact_after),
        "yes" if row.is_low else "no",
    ]  # fmt: skip


def write_table(counts: Mapping[str, Any]) -> str:
    """The matrix and the groups as text, with the line at 0.8 marked; of all, then of each product."""
    counts = shown_counts(counts)
    parts = [*_table(counts, KINDS)]
    for product, table in products_of(counts).items():
        parts += ["", f"{product}: {table['changed']:,} of {table['people']:,}", ""]
        parts += _table(table, tuple(kind for kind in KINDS if kind != "product"))
    hidden = [f"{product}: fewer than {FEWEST}, not shown" for product in hidden_products_of(counts)]
    parts += ["", *hidden] if hidden else []
    if counts.get("is_partial"):
        parts += ["", f"people in groups of fewer than {FEWEST} are left out of every number here"]
    parts += [f"{HIDDEN}: fewer than {FEWEST}, or a number that would tell one that is", ""]
    parts += ["ratio: share of favourable outcomes over that of the best group; < marks one below 0.8"]
    return "\n".join(parts)


def _table(counts: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[str]:
    head = ["before \\ after", *OUTCOMES]
    matrix = [[before, *(_shown(count) for count in row)] for before, row in matrix_of(counts)]
    yield from _lines([head, *matrix])
    for kind in kinds:
        rows = groups_of(counts, kind)
        if not counts["groups"].get(kind):
            continue
        yield ""
        yield from _lines([_HEAD[kind], *([*map(str, _text(row))] for row in rows)])
        if hidden := count_hidden(counts, kind):
            groups = "group" if hidden == 1 else "groups"
            yield f"  {hidden} {groups} of fewer than {FEWEST} people not shown"


_COLUMNS = ["people", "changed", "better", "worse", "favourable", "after", "ratio", "after"]
_HEAD = {kind: [kind, *_COLUMNS] for kind in KINDS}


def _text(row: GroupRow) -> Iterator[str]:
    yield row.group
    yield from (f"{number:,}" for number in (row.people, row.changed, row.better, row.worse))
    yield row.percent_before
    yield row.percent_after
    yield _ratio(row.impact_before)
    yield _ratio(row.impact_after) + (" < 0.8" if row.is_low else "")


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else f"{count:,}"


def _lines(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others]).rstrip()
