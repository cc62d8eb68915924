"""The admin site of the staff: one door, one guard, one way to show a problem."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from psycopg import errors as postgres

from accounts.models import User
from accounts.roles import Permission
from core.errors import DomainError, ForbiddenError, NotFoundError
from creditportal.staff.access import turn_away, typed_text

type_of_view = Callable[..., HttpResponse]


class BusyError(DomainError):
    """Somebody else holds the record at this moment."""

    code = "busy"
    status = 503
    default_message = _("Somebody else is saving this record right now. Please try again in a moment.")


class StaffSite(AdminSite):
    """Django's admin, open to staff with a second factor and to nobody else."""

    site_header = _("Staff desk")
    site_title = _("Staff desk")
    index_title = _("Records")
    site_url = None
    enable_nav_sidebar = False
    empty_value_display = "--"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the visitor works here; the door itself is kept by `admin_view`."""
        return isinstance(request.user, User) and request.user.is_active and request.user.is_staff

    def admin_view(self, view: type_of_view, cacheable: bool = False) -> type_of_view:  # noqa: FBT001, FBT002
        """The view behind the door, its refusals shown as pages."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            turned_away = turn_away(request)
            if turned_away is not None:
                return turned_away
            try:
                return view(request, *args, **kwargs)
            except DomainError as error:
                return self.show_problem(request, error)
            except PermissionDenied:
                return self.show_problem(request, ForbiddenError())
            except Http404:
                return self.show_problem(request, NotFoundError())
            except OperationalError as error:
                if not isinstance(error.__cause__, postgres.LockNotAvailable | postgres.QueryCanceled):
                    raise
                return self.show_problem(request, BusyError())

        guarded = csrf_protect(inner if cacheable else never_cache(inner))
        return update_wrapper(guarded, view)

    def show_problem(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        """A calm page with what went wrong and everything the person had typed."""
        context = {
            **self.each_context(request),
            "title": str(error),
            "status": error.status,
            "typed": typed_text(request),
        }
        return TemplateResponse(request, "staff/problem.html", context, status=error.status).render()

    def each_context(self, request: Any) -> dict[str, Any]:
        """What every page of the desk needs: the places this person may go."""
        context = super().each_context(request)
        context["places"] = list_places(request.user) if self.has_permission(request) else []
        return context

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Staff sign in on the same page as everybody."""
        return turn_away(request) or redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Signing out is on the same page as everybody's."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Passwords are changed on the same page as everybody's."""
        return redirect("account_change_password")
