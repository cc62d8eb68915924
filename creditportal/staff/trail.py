"""Reading the audit: the newest events, and the chain of one case with whether it holds."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.actors import SITE
from accounts.clients import name_clients
from accounts.models import User
from accounts.roles import Permission, Role
from applicants.overseeing import list_looks_at
from audit.chains import check_chain, list_recent
from audit.queries import Entry, count_events, list_events
from audit.receipts import make_receipt
from core.clock import now
from core.errors import NotFoundError
from core.references import UnknownReferenceError, normalise_reference
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.places import ROLE_LABELS

_PAGE: Final = 50
_SUBJECT: Final = re.compile(r"[\w.:-]{1,64}")


@staff_page(Permission.SEE_AUDIT)
def show_audit(request: StaffRequest) -> HttpResponse:
    """The newest events of all cases, and a way to one case's chain."""
    wanted = request.GET.get("subject", "").strip()
    if wanted:
        return redirect("admin:audit_subject", subject=_subject(wanted))
    before = request.GET.get("before", "")
    rows = list_recent(
        before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=_PAGE + 1
    )
    page = rows[:_PAGE]
    context = {
        "title": _("Audit"),
        "entries": [row.entry for row in page],
        "names": name_actors(_actors_in(row.entry for row in page)),
        "next_before": page[-1].key if len(rows) > _PAGE else None,
        "is_first_page": not before,
    }
    return show(request, "staff/audit.html", context)


@staff_page(Permission.SEE_AUDIT)
def show_subject(request: StaffRequest, subject: str) -> HttpResponse:
    """Every event of one case in order, with the state of its chain."""
    after = request.GET.get("after", "")
    rows = list_events(
        subject, after=int(after) if after.isdecimal() and len(after) < 19 else 0, limit=_PAGE + 1
    )
    page = rows[:_PAGE]
    state = check_chain(subject)
    if not state.events:
        raise NotFoundError
    looks = list_looks_at(by=actor_of(request), reference=subject)
    context = {
        "title": subject,
        "subject": subject,
        "state": state,
        "entries": page,
        "names": name_actors([*_actors_in(page), *(look.who for look in looks)]),
        "next_after": page[-1].seq if len(rows) > _PAGE else None,
        "looks": looks,
    }
    return show(request, "staff/audit_subject.html", context)


@staff_page(Permission.SEE_AUDIT)
def get_receipt(request: StaffRequest, subject: str) -> HttpResponse:
    """Every event of one case with the proof that it stands in the signed record, as a file."""
    if not count_events(subject):
        raise NotFoundError
    headers = {"Content-Disposition": 'attachment; filename="receipt.json"'}
    return JsonResponse(make_receipt(subject, now=now()), headers=headers, json_dumps_params={"indent": 1})


def name_actors(codes: Iterable[str]) -> dict[str, str]:
    """What those who acted are called, by the code under which they did."""
    codes = set(codes)
    keys = {int(code[5:]) for code in codes if code.startswith("user:") and code[5:].isdecimal()}
    partners = {code[7:] for code in codes if code.startswith("client:")}
    called = name_clients(partners)
    clients = {f"client:{one}": f"{_('API client')} {called.get(one) or one}" for one in partners}
    named = {str(user): _name(user) for user in User.objects.filter(pk__in=keys)}
    return {str(SITE.code): _("automatic step"), **clients, **named}


def _actors_in(entries: Iterable[Entry]) -> Iterator[str]:
    """Who acted, and whoever else an event names by a code."""
    for entry in entries:
        yield entry.actor
        named = (code for code in entry.codes.values() if isinstance(code, str))
        yield from (code for code in named if code.startswith("user:"))


def _name(user: User) -> str:
    if user.role == Role.APPLICANT.value:
        return f"{ROLE_LABELS[Role.APPLICANT]} {user}"
    return user.display_name or str(user)


def _subject(text: str) -> str:
    try:
        return normalise_reference(text)
    except UnknownReferenceError:
        if not _SUBJECT.fullmatch(text):
            raise
        return text
