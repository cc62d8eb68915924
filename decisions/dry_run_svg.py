"""A dry run as one picture: from what to what, drawn as a matrix that also says its data in words."""

import json
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from decisions.dry_run_counting import OUTCOMES
from decisions.dry_run_showing import HIDDEN, matrix_of, shown_counts
from decisions.models import DryRun

CELL: Final = 96
LEFT: Final = 150
TOP: Final = 72
HEIGHT: Final = 52
INK: Final = "#1c2530"
_WORDS: Final[dict[str, Promise]] = {
    "decline": pgettext_lazy("matrix", "not approved"),
    "refer": pgettext_lazy("matrix", "to a person"),
    "hold": pgettext_lazy("matrix", "waiting"),
    "counter": pgettext_lazy("matrix", "another offer"),
    "approve": pgettext_lazy("matrix", "approved"),
}


def draw_matrix(dry_run: DryRun, *, language: str) -> str:
    """Inline SVG with title, description and the data; darker cells hold more people."""
    with translation.override(language):
        versions = {"old": dry_run.base.version, "new": dry_run.policy.version}
        title = _("Outcomes under %(old)s and %(new)s") % versions
        counts = shown_counts(dry_run.counts)
        desc = _("%(changed)s of %(people)s people would have another result.") % {
            "changed": f"{counts['changed']:,}", "people": f"{counts['people']:,}",
        }  # fmt: skip
        return _svg(title, desc + " " + _sentences(counts), counts, versions)


def _sentences(counts: Mapping[str, Any]) -> str:
    """The cells off the diagonal in words, the largest first; small ones are not told."""
    moves = [
        (count, before, after)
        for before, row in matrix_of(counts)
        for after, count in zip(OUTCOMES, row, strict=True)
        if before != after and count
    ]
    return " ".join(
        _("From %(before)s to %(after)s: %(count)s.")
        % {"before": _WORDS[before], "after": _WORDS[after], "count": f"{count:,}"}
        for count, before, after in sorted(moves, reverse=True)
    )


def _svg(title: str, desc: str, counts: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    rows = matrix_of(counts)
    most = max((count or 0 for _before, row in rows for count in row), default=1) or 1
    width, height = LEFT + CELL * 5 + 8, TOP + HEIGHT * 5 + 8
    cells = "".join(
        _cell(row, column, count, most)
        for row, (_before, numbers) in enumerate(rows)
        for column, count in enumerate(numbers)
    )
    shown = {before: dict(zip(OUTCOMES, row, strict=True)) for before, row in rows}
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
        f' class="matrix" aria-labelledby="matrix-title matrix-desc" font-family="sans-serif" font-size="13">'
        f'<title id="matrix-title">{escape(title)}</title><desc id="matrix-desc">{escape(desc)}</desc>'
        f'<metadata id="matrix-data">{escape(json.dumps(shown))}</metadata>'
        f"{_heads(versions)}{cells}</svg>"
    )


def _heads(versions: Mapping[str, str]) -> str:
    after = escape(_("Result under %(version)s") % {"version": versions["new"]})
    before = escape(_("Result under %(version)s") % {"version": versions["old"]})
    parts = [
        _text(LEFT + CELL * 2.5, 20, after, "middle", weight=600),
        _text(4, TOP - 12, before, "start", weight=600),
    ]
    for place, outcome in enumerate(OUTCOMES):
        word = escape(str(_WORDS[outcome]))
        parts.append(_text(LEFT + CELL * (place + 0.5), 44, word, "middle"))
        parts.append(_text(4, TOP + HEIGHT * (place + 0.5) + 5, word, "start"))
    return "".join(parts)


def _cell(row: int, column: int, count: int | None, most: int) -> str:
    share = ((count or 0) / most) ** 0.5
    x, y = LEFT + CELL * column, TOP + HEIGHT * row
    fill = "#5b6b7a" if row == column else "#1f6f54" if column > row else "#9a4a00"
    label = HIDDEN if count is None else f"{count:,}"
    mark = "" if row == column or not count else "\u25b2 " if column > row else "\u25bc "
    box = (
        f'<rect x="{x}" y="{y}" width="{CELL - 4}" height="{HEIGHT - 4}" rx="3"'
        f' fill="{fill}" fill-opacity="{0.04 + 0.5 * share:.2f}" stroke="{fill}" stroke-opacity="0.35"/>'
    )
    return box + _text(x + CELL / 2 - 2, y + HEIGHT / 2 + 3, mark + label, "middle")


def _text(x: float, y: float, words: str, anchor: str, *, weight: int = 400) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}" fill="{INK}">{words}</text>'
    )
