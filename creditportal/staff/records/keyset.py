"""Lists that continue after the last row seen; nothing is counted and nothing is skipped over."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from creditportal.staff.records.columns import name_rows

BEFORE = "before"


class KeysetChangeList(ChangeList):
    """One page of records, newest first, and the address of the next."""

    before: str = ""
    next_page: str = ""
    first_page: str = ""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """The filters, without the place where the page begins."""
        found = dict(super().get_filters_params(params))
        self.before = str(found.pop(BEFORE, [""])[-1])
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The rows after the last one seen."""
        queryset = super().get_queryset(request, exclude_parameters).order_by("-pk")
        columns: list[Any] = [shown for shown in self.list_display if callable(shown)]
        labels = {shown.__name__: shown.short_description for shown in columns}
        for spec in self.filter_specs:
            spec.title = labels.get(getattr(spec, "field_path", ""), spec.title)
        if not self.before:
            return queryset
        try:
            return queryset.filter(pk__lt=self.before)
        except ValueError as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        """One row more than shown tells whether there is a next page."""
        rows = list(self.queryset[: self.list_per_page + 1])
        self.result_list = rows[: self.list_per_page]
        name_rows(self.result_list, [shown for shown in self.list_display if callable(shown)])
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = bool(rows)
        self.can_show_all = False
        self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, self.result_list, self.list_per_page)
        self.first_page = self.get_query_string(remove=[BEFORE])
        if len(rows) > self.list_per_page:
            self.next_page = self.get_query_string({BEFORE: self.result_list[-1].pk}, remove=[BEFORE])
