"""The promises that a version must still be kept for: seen before it is retired."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from applicants.showing import show_money
from core.references import normalise_reference
from creditportal.staff.access import StaffRequest
from creditportal.staff.desk import show, staff_page
from decisions.models import PolicyVersion, Promise
from decisions.policy_lifecycle import get_policy_version
from decisions.products import product_name
from decisions.promises import count_open_promises, last_promised_day, list_open_promises

_PAGE: Final = 50
_FIRST: Final = 5


@dataclass(frozen=True)
class PromiseRow:
    """One promise without its person: what was promised and until when."""

    promise: Promise
    product: str
    amount: str


@staff_page(Permission.APPROVE_POLICY)
def show_promises(request: StaffRequest, version: str) -> HttpResponse:
    """The open promises of one version, page by page."""
    row, after = get_policy_version(version), request.GET.get("after")
    found = list_open_promises(
        policy_version=row, after=normalise_reference(after) if after else None, limit=_PAGE + 1
    )
    context = {
        "title": _("Open promises"),
        "row": row,
        **describe_promises(row, rows=found[:_PAGE]),
        "next_after": found[_PAGE - 1].reference if len(found) > _PAGE else None,
        "is_first_page": not after,
    }
    return show(request, "staff/policy_promises.html", context)


def describe_promises(row: PolicyVersion, *, rows: Sequence[Promise] | None = None) -> dict[str, Any]:
    """How many promises a version must be kept for, until when, and some of them."""
    language = get_language() or "zh-hans"
    if rows is None:
        rows = list_open_promises(policy_version=row, limit=_FIRST)
    return {
        "promises": count_open_promises(row),
        "promised_until": last_promised_day(row),
        "promise_rows": [
            PromiseRow(
                one, product_name(one.request["product"], language), show_money(one.plan["amount_cny"])
            )
            for one in rows
        ],
    }
