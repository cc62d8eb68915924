"""What every page of the portal is made with."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from creditportal.portal.access import PortalRequest
from creditportal.portal.forms.base import PortalForm
from creditportal.portal.keeping import sign_owner
from notifications.queries import count_unread


def show(
    request: PortalRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page with the count of unread messages, unless it is known already, beside its own content."""
    words = dict(context or {})
    if "unread" not in words:
        words["unread"] = count_unread(user=request.user)
    return render(request, f"portal/{template}", words, status=status)


def show_open(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page for everybody; whoever is signed in also sees the count of unread messages."""
    user = request.user
    unread = count_unread(user=user) if isinstance(user, User) and not user.is_staff else 0
    return render(request, f"portal/{template}", {"unread": unread, **context}, status=status)


def show_form(
    request: PortalRequest,
    template: str,
    form: PortalForm,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page with a form; when something is to be put right, it says so first."""
    problems = form.problems if request.method == "POST" else []
    words = {"form": form, "problems": problems, "form_owner": sign_owner(request.user.pk), **(context or {})}
    return show(request, template, words, status=form.refused_with if problems and status == 200 else status)
