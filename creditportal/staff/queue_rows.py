"""The rows of the queue, written without a template: fifty of them are most of the page."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from appeals.models import AppealOutcome
from appeals.outcomes import COUNTERSIGN_LABELS
from appeals.queue import QueueRow
from core.masking import mask_name
from creditportal.staff.catalogue_words import reason_words
from creditportal.staff.code_values import appeal_status
from creditportal.staff.showing import DESK_ZONE, EMPTY, day
from creditportal.staff.wording import ACTIONS
from decisions.products import product_name

_PLACE: Final = "AP-0000-0000"
_NOBODY: Final[list[str]] = []


def due_words(due_at: datetime | None, *, now: datetime) -> str:
    """How far away the legal date is, in days of the desk."""
    if due_at is None:
        return ""
    days = (due_at.astimezone(DESK_ZONE).date() - now.astimezone(DESK_ZONE).date()).days
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    if days == 0:
        return _("today")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


class RowWriter:
    """Writes rows in the language of one answer; what many rows share is worded once."""

    def __init__(self, *, now: datetime, can_choose: bool) -> None:
        self._now, self._can_choose = now, can_choose
        self._language = get_language() or "zh-hans"
        self._address = reverse("admin:case", args=[_PLACE])
        self._urgent = _tag(_("urgent"), "tag wait")
        self._care = _tag(_("particular care"), "tag wait")
        self._second = _tag(_("second look"), "tag")
        self._took_part = _tag(_("you took part"), "tag wait")
        self._looking = escape(_("looking now:"))
        self._due: dict[datetime | None, str] = {}
        self._appealed: dict[tuple[str, str], str] = {}
        self._codes: dict[tuple[str, ...], str] = {}
        self._reasons: dict[str, str] = {}
        self._states: dict[tuple[str, ...], str] = {}

    def write(self, rows: Iterable[QueueRow], looking: Mapping[str, list[str]]) -> SafeString:
        """The body of the table; `looking` names the colleagues at each case."""
        written = [self._row(row, looking.get(row.reference, _NOBODY)) for row in rows]
        return mark_safe("".join(written))  # noqa: S308 - every value was escaped

    def _row(self, row: QueueRow, looking: list[str]) -> str:
        reference = escape(row.reference)
        cells = [
            f'<tr role="row">{self._choice(reference)}',
            f'<td role="cell" class="due">{self._due_cell(row)}</td>',
            f'<td role="cell">{self._case(row, reference)}</td>',
            f'<td role="cell">{self._appealed_cell(row.product, row.outcome)}</td>',
            f'<td role="cell">{self._codes_cell(row.codes)}</td>',
            f'<td role="cell">{self._state(row.status, row.signatures)}</td>',
            f'<td role="cell">{self._held(row, looking)}</td></tr>\n',
        ]
        return "".join(cells)

    def _choice(self, reference: str) -> str:
        if not self._can_choose:
            return ""
        return (
            '<td role="cell" class="pick"><input type="checkbox" form="share" name="case"'
            f' value="{reference}" aria-label="{reference}"></td>'
        )

    def _due_cell(self, row: QueueRow) -> str:
        if row.ended_at is not None:
            return self._ended_cell(row, row.ended_at)
        due_at = row.due_at
        if due_at not in self._due:
            is_late = due_at is not None and due_at < self._now
            words = escape(due_words(due_at, now=self._now))
            tone = "tag wait" if is_late else "soft small"
            self._due[due_at] = (
                f'<span class="nowrap">{escape(day(due_at))}</span> <span class="{tone}">{words}</span>'
            )
        return self._due[due_at]

    def _ended_cell(self, row: QueueRow, ended_at: datetime) -> str:
        """When it was decided or else ended, and how, in the place of a countdown."""
        how = AppealOutcome(row.ending).label if row.ending else appeal_status(row.status)
        words = escape(_("ended: %(how)s") % {"how": how})
        return f'<span class="nowrap">{escape(day(ended_at))}</span> <span class="soft small">{words}</span>'

    def _case(self, row: QueueRow, reference: str) -> str:
        address = self._address.replace(_PLACE, reference)
        marks = [
            self._urgent if row.is_urgent else "",
            self._care if row.is_vulnerable else "",
            self._second if row.tier > 1 else "",
        ]
        return (
            f'<a class="case" href="{address}">{reference}</a>'
            f' <span class="soft">{escape(mask_name(row.name))}</span>{"".join(marks)}'
        )

    def _appealed_cell(self, product: str, outcome: str) -> str:
        if (product, outcome) not in self._appealed:
            name, action = product_name(product, self._language), str(ACTIONS[outcome])
            self._appealed[product, outcome] = f'{escape(name)}<span class="caption">{escape(action)}</span>'
        return self._appealed[product, outcome]

    def _codes_cell(self, codes: list[str]) -> str:
        key = tuple(codes)
        if key not in self._codes:
            self._codes[key] = "".join(self._reason(code) for code in codes)
        return self._codes[key]

    def _reason(self, code: str) -> str:
        if code not in self._reasons:
            words = escape(reason_words(code))
            self._reasons[code] = (
                f'<span class="caption"><span class="tag">{escape(code)}</span> {words}</span>'
            )
        return self._reasons[code]

    def _state(self, status: str, signatures: list[str]) -> str:
        key = (status, *signatures)
        if key not in self._states:
            words = [str(COUNTERSIGN_LABELS[code]) for code in signatures]
            self._states[key] = escape(appeal_status(status)) + "".join(
                f' <span class="caption">{escape(text)}</span>' for text in words
            )
        return self._states[key]

    def _held(self, row: QueueRow, looking: list[str]) -> str:
        seen = (
            f' <span class="caption">{self._looking} {escape(", ".join(looking))}</span>' if looking else ""
        )
        return f"{escape(row.holder or EMPTY)}{seen}{self._took_part if row.is_conflicted else ''}"


def _tag(words: str, tone: str) -> str:
    return f' <span class="{tone}">{escape(words)}</span>'
