"""What the page of a version shows of its dry run: who goes from what to what, whole and by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from decisions.book_products import PRODUCTS
from decisions.dry_run_hiding import OTHER
from decisions.dry_run_showing import (
    HIDDEN,
    KINDS,
    GroupRow,
    count_hidden,
    groups_of,
    hidden_products_of,
    matrix_of,
    products_of,
    shown_counts,
)
from decisions.models import DryRun, Outcome
from decisions.products import product_name

_KINDS: Mapping[str, Promise] = {
    "band": gettext_lazy("By score"),
    "product": gettext_lazy("By product"),
    "sex": gettext_lazy("By sex"),
    "age": gettext_lazy("By age"),
}
_GROUPS: Mapping[str, Promise] = {
    "male": pgettext_lazy("group", "men"),
    "female": pgettext_lazy("group", "women"),
    OTHER: pgettext_lazy("group", "others together"),
}


@dataclass(frozen=True)
class Groups:
    """The groups of one kind, and how many are too small to be shown."""

    title: Promise
    rows: list[tuple[str, GroupRow]]
    is_judged: bool
    hidden: int


@dataclass(frozen=True)
class Table:
    """One table: of everybody, or of one product."""

    code: str
    title: str
    people: int
    changed: int
    matrix: list[tuple[str, list[str]]]
    groups: list[Groups]


def tables_of(tried: DryRun | None, language: str) -> list[Table]:
    """Everybody first, then each product that enough people have."""
    if tried is None:
        return []
    shown = shown_counts(tried.counts)
    parts = [_table("all", _("All products"), shown, KINDS, language)]
    kinds = [kind for kind in KINDS if kind != "product"]
    for product, counts in products_of(shown).items():
        parts.append(_table(product, product_name(product, language), counts, kinds, language))
    return parts


def hidden_products(tried: DryRun | None, language: str) -> list[str]:
    """The names of products with too few people."""
    few = hidden_products_of(shown_counts(tried.counts)) if tried else []
    return [product_name(one, language) for one in few]


def _table(code: str, title: str, counts: Mapping[str, Any], kinds: Sequence[str], language: str) -> Table:
    matrix = [
        (
            str(Outcome(before).label),
            [HIDDEN if count is None else f"{count:,}" for count in row],
        )
        for before, row in matrix_of(counts)
    ]
    groups = [_groups(counts, kind, language) for kind in kinds if counts["groups"].get(kind)]
    return Table(code, title, counts["people"], counts["changed"], matrix, groups)


def _groups(counts: Mapping[str, Any], kind: str, language: str) -> Groups:
    found = groups_of(counts, kind)
    if kind == "age":
        found = sorted(found, key=lambda row: row.group)
    rows = [(_named(row.group, language), row) for row in found]
    is_judged = any(row.impact_after is not None for _name, row in rows)
    return Groups(_KINDS[kind], rows, is_judged, count_hidden(counts, kind))


def _named(group: str, language: str) -> str:
    if group in PRODUCTS:
        return product_name(group, language)
    return str(_GROUPS.get(group, group))
