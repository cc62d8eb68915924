"""How a page of the desk is guarded and shown."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission
from core.errors import DomainError, InputError
from creditportal.staff.access import StaffRequest
from creditportal.staff.site import View, site

_Args = ParamSpec("_Args")


def staff_page(
    permission: Permission | None, *methods: str, by_itself: bool = False
) -> Callable[[Callable[Concatenate[StaffRequest, _Args], HttpResponseBase]], View]:
    """A view for staff whose role carries the permission (None: all staff); GET unless methods are named.

    `by_itself`: an open page asks this without anybody's hand, so the session does not last longer for it.
    """

    def guard(view: Callable[Concatenate[StaffRequest, _Args], HttpResponseBase]) -> View:
        @wraps(view)
        def allowed(request: StaffRequest, *args: _Args.args, **kwargs: _Args.kwargs) -> HttpResponseBase:
            if permission is not None and not request.user.can(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        limited = require_http_methods(methods or ("GET", "HEAD"))(allowed)
        limited.by_itself = by_itself  # type: ignore[attr-defined]
        page: View = site.admin_view(limited)
        # Read by the test that walks every address.
        page.permission = permission  # type: ignore[attr-defined]
        return page

    return guard


def show(
    request: StaffRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the desk."""
    return render(request, template, {**site.each_context(request), **context}, status=status)


def words_of(error: DomainError) -> list[str]:
    """What went wrong, in words: one for each field where there are fields."""
    fields = error.fields.values() if isinstance(error, InputError) else ()
    return [str(text) for texts in fields for text in texts] or [str(error)]
