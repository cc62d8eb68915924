"""The admin site of the staff: one door, one guard, one way to show a problem."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from accounts.models import User
from accounts.roles import Role
from core.busy import BusyError, told_when_busy
from core.catalogues import pinned_catalogues
from core.errors import DomainError, ForbiddenError, NotFoundError
from creditportal.staff.access import turn_away, typed_text
from creditportal.staff.places import ROLE_LABELS, list_places
from creditportal.staff.showing import DESK_ZONE

View: TypeAlias = Callable[..., HttpResponse]


class WrongMethodError(DomainError):
    """The address was opened in a way that it does not answer."""

    code = "wrong-method"
    status = 405
    default_message = _("This address cannot be opened like this.")


class StaffSite(AdminSite):
    """Django's admin, open to staff with a second factor and to nobody else."""

    site_url = None
    enable_nav_sidebar = False
    empty_value_display = "--"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the visitor works here; the door itself is kept by `admin_view`."""
        return isinstance(request.user, User) and request.user.is_active and request.user.is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's hook
        """The view behind the door; what the domain refuses is shown as a page."""
        renews = not getattr(view, "by_itself", False)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with timezone.override(DESK_ZONE), pinned_catalogues():
                return turn_away(request, renews=renews) or self._answer(view, request, *args, **kwargs)

        guarded: View = csrf_protect(inner if cacheable else never_cache(inner))
        return update_wrapper(guarded, view)

    def _answer(self, view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with told_when_busy():
                response = view(request, *args, **kwargs)
                if isinstance(response, HttpResponseNotAllowed):
                    raise WrongMethodError
                return response.render() if isinstance(response, SimpleTemplateResponse) else response
        except DomainError as error:
            return self.show_problem(request, error)
        except PermissionDenied:
            return self.show_problem(request, ForbiddenError())
        except Http404:
            return self.show_problem(request, NotFoundError())

    def show_problem(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        """A calm page with what went wrong and everything the person had typed."""
        context = {
            **self.each_context(request),
            "title": str(error),
            "status": error.status,
            "typed": typed_text(request),
        }
        response = render(request, "staff/problem.html", context, status=error.status)
        if isinstance(error, BusyError):
            response.headers["Retry-After"] = str(error.wait_seconds)
        return response

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the desk needs: the places this person may go."""
        context = super().each_context(request)
        if isinstance(request.user, User) and request.user.is_staff:
            context["places"] = list_places(request.user)
            context["my_role"] = ROLE_LABELS[Role(request.user.role)]
            context["session_seconds"] = settings.STAFF_SESSION_SECONDS
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The desk begins where the work is."""
        assert isinstance(request.user, User)
        return redirect(list_places(request.user)[0].url)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """There is one list of records for all apps."""
        return redirect("admin:records")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Staff sign in on the same page as everybody."""
        return turn_away(request) or redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Staff sign out on the same page as everybody."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Staff change their password on the same page as everybody."""
        return redirect("account_change_password")


site = StaffSite(name="admin")
