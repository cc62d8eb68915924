"""What every page of records shares: permissions by role, and no way to change anything."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from core.references import UnknownReferenceError, normalise_reference
from creditportal.staff.records.columns import Column, for_reader
from creditportal.staff.records.keyset import KeysetChangeList

if TYPE_CHECKING:
    _Admin = ModelAdmin[Any]
else:
    _Admin = ModelAdmin


class RecordAdmin(_Admin):
    """History: read by those with the permission, changed by nobody."""

    singular: ClassVar[Promise]
    plural: ClassVar[Promise]
    needs: ClassVar[Permission]
    found_by: ClassVar[Sequence[str]] = ()
    columns: ClassVar[Sequence[Column]] = ()
    details: ClassVar[Sequence[Column]] = ()
    change_list_template = "staff/records/change_list.html"
    change_form_template = "staff/records/change_form.html"
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    sortable_by = ()
    ordering = ("-pk",)
    search_help_text = _("For example DE-7K3Q-9XDM")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list under its name in the reader's language; nothing is sent to it but its actions."""
        if not _is_reading(request) and not self.get_actions(request):
            raise PermissionDenied
        if ERROR_FLAG in request.GET:
            messages.warning(request, _("This list cannot be narrowed in that way."))
            return redirect(request.path)
        names = {"singular": self.singular, "plural": self.plural, "title": capfirst(str(self.plural))}
        return super().changelist_view(request, {**names, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to one record, to be read."""
        if not _is_reading(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One record under its name; saving is offered only where something can be saved."""
        can_save = self.has_change_permission(request) or (
            object_id is None and self.has_add_permission(request)
        )
        names = {"singular": self.singular, "plural": self.plural, "title": capfirst(str(self.singular))}
        shown = {**names, "can_save": can_save, **(extra_context or {})}
        response: HttpResponse = super().changeform_view(request, object_id, form_url, shown)
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of one record, headed by what people call it."""
        record = context.get("original")
        heading = self.heading_of(record) if record is not None else ""
        return super().render_change_form(request, {**context, "heading": heading}, *args, **kwargs)

    def heading_of(self, record: Any) -> str:
        """What people call one record."""
        return str(record)

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns of the list."""
        return self.columns

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the page of one record shows: the columns, then the details."""
        assert isinstance(request.user, User)
        return for_reader([*self.columns, *self.details], request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.get_fields(request, obj)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Keyset pages for every list."""
        return KeysetChangeList

    def get_search_fields(self, request: HttpRequest) -> Any:
        """The fields that hold references; the search box is there when there are any."""
        return self.found_by

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Exactly the rows of one reference, forgiving how it was typed."""
        if not search_term:
            return queryset, False
        try:
            reference = normalise_reference(search_term)
        except UnknownReferenceError as error:
            messages.warning(request, str(error))
            return queryset.none(), False
        found = queryset.none()
        for field in self.found_by:
            found = found | queryset.filter(**{field: reference})
        return found, False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Only the actions this record names; nothing is ever deleted."""
        return {
            name: item for name, item in super().get_actions(request).items() if name != "delete_selected"
        }

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the records of this app appear at all."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person's role carries the permission."""
        return isinstance(request.user, User) and request.user.can(self.needs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: records come from the work itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


def _is_reading(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"}
