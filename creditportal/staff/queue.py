"""The queue of appeals: saved views, the soonest due first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.models import Appeal
from appeals.outcomes import COUNTERSIGN_LABELS
from appeals.queries import COUNT_CAP, count_queue, list_queue
from core import clock
from core.masking import mask_name
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import SearchForm
from creditportal.staff.showing import DESK_ZONE
from creditportal.staff.wording import ACTIONS, EMPTY_VIEWS, VIEWS
from decisions.products import product_name

PAGE: Final = 50


@dataclass(frozen=True)
class Tab:
    """One saved view with how many cases it holds."""

    code: str
    label: Promise
    count: str
    is_current: bool


@dataclass(frozen=True)
class Row:
    """One case in the queue, ready to show."""

    appeal: Appeal
    product: str
    action: Promise
    name: str
    codes: list[str]
    due_words: str
    is_late: bool
    holder: str
    signatures: list[Promise | str]


@staff_page(Permission.SEE_QUEUE)
def show_queue(request: StaffRequest) -> HttpResponse:
    """One page of one view."""
    by, now = actor_of(request), clock.now()
    counts = count_queue(by=by, now=now)
    view = request.GET.get("view") or ("mine" if counts["mine"] else "unclaimed")
    after = request.GET.get("after") or None
    page = list_queue(by=by, view=view, now=now, after=after, limit=PAGE)
    context = {
        "title": _("Appeals"),
        "tabs": [
            Tab(code=code, label=label, count=_shown(counts[code]), is_current=code == view)
            for code, label in VIEWS.items()
        ],
        "view": view,
        "rows": list_rows(page.rows, now=now),
        "next_after": page.next_after,
        "is_first_page": after is None,
        "empty": EMPTY_VIEWS[view],
        "search": SearchForm(),
    }
    return show(request, "staff/queue.html", context)


def list_rows(appeals: Iterable[Appeal], *, now: datetime) -> list[Row]:
    """The rows of these cases; nothing is asked of the database a second time."""
    language = get_language() or "zh-hans"
    products: dict[str, str] = {}
    rows = []
    for appeal in appeals:
        code = appeal.decision.product
        products[code] = products.get(code) or product_name(code, language)
        rows.append(_row(appeal, products[code], now))
    return rows


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


def _row(appeal: Any, product: str, now: datetime) -> Row:
    return Row(
        appeal=appeal,
        product=product,
        action=ACTIONS[appeal.decision.outcome],
        name=mask_name(appeal.applicant.name),
        codes=sorted(getattr(appeal, "codes", [])),
        due_words=due_words(appeal.due_at, now=now),
        is_late=appeal.due_at is not None and appeal.due_at < now,
        holder=appeal.claimed_by.display_name if appeal.claimed_by else "",
        signatures=[COUNTERSIGN_LABELS[code] for code in getattr(appeal, "countersign_reasons", None) or ()],
    )


def _shown(count: int) -> str:
    return f"{COUNT_CAP}+" if count >= COUNT_CAP else str(count)
