"""Trying again: a delivery that failed, or a step that gave up."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.roles import Permission
from core import clock
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import staff_page
from notifications.models import Delivery
from notifications.retrying import retry_delivery
from outbox.retrying import retry_work


@staff_page(Permission.RETRY_WORK, "POST")
def try_delivery_again(request: StaffRequest, key: int) -> HttpResponse:
    """Try one delivery once more."""
    delivery = Delivery.objects.select_related("message").filter(pk=key).first()
    if delivery is None:
        raise Http404
    retry_delivery(delivery=delivery, by=actor_of(request), now=clock.now())
    messages.success(request, _("The message is sent again in a moment."))
    return _go_back(request, "admin:notifications_delivery_changelist")


@staff_page(Permission.RETRY_WORK, "POST")
def try_work_again(request: StaffRequest, key: int) -> HttpResponse:
    """Try one step that gave up once more."""
    count = retry_work(ids=[key], by=actor_of(request).code, now=clock.now())
    if count:
        messages.success(request, _("The step is tried again in a moment."))
    else:
        messages.warning(request, _("This step does not wait for a person any more."))
    return _go_back(request, "admin:outbox_outbox_changelist")


def _go_back(request: StaffRequest, fallback: str) -> HttpResponse:
    case = request.POST.get("back", "")
    return redirect("admin:case", reference=case) if case.startswith("AP-") else redirect(fallback)
