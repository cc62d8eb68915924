"""The queue of appeals: saved views, the soonest due first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission
from appeals.models import Appeal, AppealStatus
from appeals.outcomes import COUNTERSIGN_LABELS
from appeals.queries import COUNT_CAP, QueueFilter, count_queue, list_queue
from core import clock
from core.catalogues import get_catalogue
from core.errors import NotFoundError
from core.masking import mask_name
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.case_forms import FilterForm, ManyForm
from creditportal.staff.colleagues import list_colleagues
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import SearchForm
from creditportal.staff.presence import who_is_there
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
    looking: list[str]
    signatures: list[Promise | str]
    status: Promise | str


@staff_page(Permission.SEE_QUEUE)
def show_queue(request: StaffRequest) -> HttpResponse:
    """One page of one view."""
    by, now = actor_of(request), clock.now()
    view = request.GET.get("view")
    counts = None if view else count_queue(by=by, now=now)
    if counts is not None:
        view = "mine" if counts["mine"] else "unclaimed"
    assert view is not None
    after = request.GET.get("after") or None
    form = _filters(request)
    page = list_queue(
        by=by, view=view, now=now, narrowed=_narrowed(form), after=after, limit=PAGE,
        with_counts=counts is None,
    )  # fmt: skip
    counts = counts or page.counts or count_queue(by=by, now=now)
    can_share = request.user.can(Permission.COUNTERSIGN)
    context = {
        "title": _("Appeals"),
        "tabs": [
            Tab(code=code, label=label, count=_shown(counts[code]), is_current=code == view)
            for code, label in VIEWS.items()
        ],
        "view": view,
        "rows": list_rows(page.rows, now=now, besides=request.user),
        "filters": form,
        "is_narrowed": any(form.cleaned_data.values()),
        "kept": urlencode(
            {name: value for name, value in form.data.items() if name in form.fields and value}
        ),
        "share": ManyForm(colleagues=list_colleagues(), auto_id="share-%s") if can_share else None,
        "next_after": page.next_after,
        "is_first_page": after is None,
        "empty": EMPTY_VIEWS[view],
        "search": SearchForm(),
    }
    return show(request, "staff/queue.html", context)


def list_rows(appeals: Sequence[Appeal], *, now: datetime, besides: User) -> list[Row]:
    """The rows of these cases; one query more tells who looks at which of them."""
    language = get_language() or "zh-hans"
    there = who_is_there([appeal.reference for appeal in appeals], besides=besides, now=now)
    products: dict[str, str] = {}
    rows = []
    for appeal in appeals:
        code = appeal.decision.product
        products[code] = products.get(code) or product_name(code, language)
        rows.append(_row(appeal, products[code], now, there.get(appeal.reference, [])))
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


def _filters(request: StaffRequest) -> FilterForm:
    form = FilterForm(request.GET, products=_products())
    form.is_valid()
    return form


def _products() -> list[tuple[str, str]]:
    """The products to choose from; none before the catalogues are loaded for the first time."""
    language = get_language() or "zh-hans"
    try:
        names = get_catalogue("products").document["products"]
    except NotFoundError:
        return []
    return [(code, product_name(code, language)) for code in names]


def _narrowed(form: FilterForm) -> QueueFilter:
    """What narrows the queue; a part that makes no sense narrows nothing, and the form says so."""
    typed = form.cleaned_data
    return QueueFilter(
        product=typed.get("product", ""), reason=typed.get("reason", "").upper(),
        language=typed.get("language", ""), is_urgent=typed.get("urgent", False),
        is_vulnerable=typed.get("care", False), is_second_tier=typed.get("second", False),
    )  # fmt: skip


def _row(appeal: Any, product: str, now: datetime, looking: list[str]) -> Row:
    return Row(
        appeal=appeal,
        # Django's own `get_status_display` builds the table of all labels anew for each row.
        status=AppealStatus(appeal.status).label,
        product=product,
        action=ACTIONS[appeal.decision.outcome],
        name=mask_name(appeal.applicant.name),
        codes=sorted(getattr(appeal, "codes", [])),
        due_words=due_words(appeal.due_at, now=now),
        is_late=appeal.due_at is not None and appeal.due_at < now,
        looking=looking,
        holder=appeal.claimed_by.display_name if appeal.claimed_by else "",
        signatures=[COUNTERSIGN_LABELS[code] for code in getattr(appeal, "countersign_reasons", None) or ()],
    )


def _shown(count: int) -> str:
    return f"{COUNT_CAP}+" if count >= COUNT_CAP else str(count)
