"""The notice to everybody: the one that counts, putting one up, taking it down."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from core import clock
from core.errors import DomainError
from creditportal.site_notice import board
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import TypedForm
from creditportal.staff.trail import name_actors
from decisions.platform import NOTICE_LENGTH, get_notice, is_up, put_up_notice, take_down_notice

_TELL = Permission.TELL_EVERYBODY
_WORDS = forms.Textarea(attrs={"rows": 2})
_TIME = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "w-m"})


class NoticeForm(TypedForm):
    """What everybody reads, and from when to when."""

    text_zh = forms.CharField(max_length=NOTICE_LENGTH, label=gettext_lazy("Text in Chinese"), widget=_WORDS)
    text_en = forms.CharField(max_length=NOTICE_LENGTH, label=gettext_lazy("Text in English"), widget=_WORDS)
    starts_at = forms.DateTimeField(label=gettext_lazy("From"), widget=_TIME)
    ends_at = forms.DateTimeField(label=gettext_lazy("Until"), widget=_TIME)


@staff_page(_TELL, "GET", "HEAD", "POST")
def tell_everybody(request: StaffRequest) -> HttpResponse:
    """The notice that counts, and putting up another in its place."""
    if request.method != "POST":
        return _page(request, NoticeForm(initial={"starts_at": clock.now()}))
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        notice = put_up_notice(by=actor_of(request), now=clock.now(), **form.cleaned_data)
    except DomainError as error:
        form.explain(error)
        return _page(request, form, status=error.status)
    board.keep(notice)
    messages.success(request, _("The notice is put up. Every page shows it half a minute after its start."))
    return redirect("admin:notice")


@staff_page(_TELL, "POST")
def end_telling(request: StaffRequest) -> HttpResponse:
    """Take the notice down."""
    take_down_notice(by=actor_of(request), now=clock.now())
    board.keep(None)
    messages.success(request, _("The notice is taken down. No page shows it half a minute from now."))
    return redirect("admin:notice")


def _page(request: StaffRequest, form: NoticeForm, *, status: int = 200) -> HttpResponse:
    now, notice = clock.now(), get_notice()
    is_over = notice is None or notice.ends_at is None or notice.ends_at <= now
    context: dict[str, Any] = {
        "title": _("Notice to everybody"),
        "form": form,
        "notice": None if is_over else notice,
        "is_up": notice is not None and is_up(notice, now),
        "names": name_actors([notice.stated_by] if notice else []),
        "errors": status >= 400,
    }
    return show(request, "staff/telling.html", context, status=status)
