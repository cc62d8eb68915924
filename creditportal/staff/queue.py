"""The queue of appeals: saved views, the soonest due first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission
from appeals.queue import ANSWERS, COUNT_CAP, QueueFilter, QueueRow, count_queue, list_queue
from core import clock
from core.catalogues import get_catalogue
from core.errors import NotFoundError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case_forms import FilterForm, ManyForm
from creditportal.staff.catalogue_words import reason_words
from creditportal.staff.colleagues import list_colleagues
from creditportal.staff.desk import staff_page
from creditportal.staff.forms import SearchForm
from creditportal.staff.frames import show_framed
from creditportal.staff.presence import who_is_there
from creditportal.staff.queue_rows import RowWriter
from creditportal.staff.wording import EMPTY_VIEWS, VIEWS
from decisions.products import product_name
from decisions.reason_catalogue import get_reasons

PAGE: Final = 50


@dataclass(frozen=True)
class Tab:
    """One saved view with how many cases it holds."""

    code: str
    label: Promise
    count: str
    is_current: bool


@staff_page(Permission.SEE_QUEUE)
def show_queue(request: StaffRequest) -> HttpResponse:
    """One page of one view."""
    by, now = actor_of(request), clock.now()
    asked = request.GET.get("view")
    view = asked if asked in VIEWS else None
    counts = None if view else count_queue(by=by, now=now)
    if counts is not None:
        view = "mine" if counts["mine"] else "unclaimed"
    assert view is not None
    after = request.GET.get("after") or None
    page = list_queue(
        by=by, view=view, now=now, narrowed=_narrowed(request), after=after, limit=PAGE,
        with_counts=counts is None,
    )  # fmt: skip
    counts = counts or page.counts or count_queue(by=by, now=now)
    colleagues = list_colleagues() if request.user.can(Permission.COUNTERSIGN) else None
    known = None if colleagues is None else tuple((one.pk, str(one.display_name)) for one in colleagues)
    reads_answers = request.user.can(Permission.DECIDE_REFERRAL)
    has = {
        "has_rows": bool(page.rows),
        "has_next": page.next_after is not None,
        "has_answers": reads_answers and counts[ANSWERS] > 0,
    }
    return show_framed(
        request,
        "staff/queue.html",
        frame=lambda shown: {**_frame(request, view, shown, colleagues), **has},
        key=(view, *has.values(), known, *_choices().values()),
        filled={
            "rows": write_rows(page.rows, now=now, besides=request.user, can_choose=known is not None),
            "next_after": page.next_after or "",
            **{code: _shown(count) for code, count in counts.items()},
        },
    )


def write_rows(
    rows: Sequence[QueueRow], *, now: datetime, besides: User, can_choose: bool = False
) -> SafeString:
    """The rows of these cases; one query more tells who looks at which of them."""
    there = who_is_there([row.reference for row in rows], besides=besides, now=now)
    return RowWriter(now=now, can_choose=can_choose).write(rows, there)


def _frame(
    request: StaffRequest, view: str, shown: Mapping[str, str], colleagues: Sequence[User] | None
) -> dict[str, Any]:
    """All of the page but what is filled in."""
    form = _filters(request)
    return {
        "title": _("Appeals"),
        "tabs": [
            Tab(code=code, label=label, count=shown[code], is_current=code == view)
            for code, label in VIEWS.items()
        ],
        "view": view,
        "filters": form,
        "is_narrowed": any(form.cleaned_data.values()),
        "kept": urlencode(
            {name: value for name, value in form.data.items() if name in form.fields and value}
        ),
        "share": None if colleagues is None else ManyForm(colleagues=colleagues, auto_id="share-%s"),
        "is_first_page": not request.GET.get("after"),
        "empty": EMPTY_VIEWS[view],
        "search": SearchForm(),
    }


def _filters(request: StaffRequest) -> FilterForm:
    form = FilterForm(request.GET, **_choices())
    form.is_valid()
    return form


def _choices() -> dict[str, tuple[tuple[str, str], ...]]:
    """The products and reasons to choose from; none before the catalogues are loaded for the first time."""
    language = get_language() or "zh-hans"
    try:
        products, reasons = get_catalogue("products").document["products"], get_reasons()
    except NotFoundError:
        return {}
    return {
        "product": tuple((code, product_name(code, language)) for code in products),
        "reason": tuple((code, f"{code} {reason_words(code)}") for code in sorted(reasons)),
    }


def _narrowed(request: StaffRequest) -> QueueFilter | None:
    """What narrows the queue; a part that makes no sense narrows nothing, and the form says so."""
    if request.GET.keys().isdisjoint(FilterForm.base_fields):
        return None
    typed = _filters(request).cleaned_data
    return QueueFilter(
        product=typed.get("product", ""), reason=typed.get("reason", ""),
        language=typed.get("language", ""), is_urgent=typed.get("urgent", False),
        is_vulnerable=typed.get("care", False), is_second_tier=typed.get("second", False),
    )  # fmt: skip


def _shown(count: int) -> str:
    return f"{COUNT_CAP}+" if count >= COUNT_CAP else str(count)
