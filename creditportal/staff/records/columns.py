"""How one value of a record is labelled and shown."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Protocol, cast

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from creditportal.staff.showing import EMPTY, day, instant


class Column(Protocol):
    """A labelled value of a record."""

    __name__: str
    short_description: Promise

    def __call__(self, record: Any, /) -> str: ...


def column(path: str, label: Promise, *, show: Callable[[Any], str] | None = None) -> Column:
    """A column that follows a path (`decision.reference`) and shows what it finds there."""

    def value(record: Any) -> str:
        return (show or show_value)(_follow(record, path))

    value.__name__ = path.replace(".", "_")
    value.short_description = label  # type: ignore[attr-defined]  # how the admin finds it
    return cast("Column", value)


def link_to(path: str, label: Promise) -> Column:
    """A column that leads to the record at the end of the path."""
    return column(path, label, show=_show_link)


def show_value(value: object) -> str:
    """Text for people: dates in their language, yes and no, two dashes for nothing."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    return str(value)


def show_json(value: object) -> str:
    """A JSON value as it is stored, indented."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return format_html('<pre class="stored" tabindex="0">{}</pre>', text)


def _follow(record: Any, path: str) -> Any:
    found = record
    for name in path.split("."):
        if found is None:
            return None
        label = getattr(found, f"get_{name}_display", None)
        found = label() if label else getattr(found, name)
    return found


def _show_link(target: Model | None) -> str:
    if target is None:
        return EMPTY
    meta = target._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[target.pk])
    return format_html('<a href="{}">{}</a>', url, getattr(target, "reference", target))
