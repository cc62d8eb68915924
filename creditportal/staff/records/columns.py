"""How one value of a record is labelled and shown."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol, cast

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission
from creditportal.staff.showing import EMPTY, day, instant
from creditportal.staff.trail import name_actors

NAMES: Final = "actor_names"


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


def whole_column(name: str, label: Promise, *, show: Callable[[Any], str]) -> Column:
    """A column that needs the whole record to say what it shows."""

    def value(record: Any) -> str:
        return show(record)

    value.__name__ = name
    value.short_description = label  # type: ignore[attr-defined]  # how the admin finds it
    return cast("Column", value)


def link_to(path: str, label: Promise, *, needs: Permission | None = None) -> Column:
    """A column that leads to the record at the end of the path; its name alone without the permission."""
    made = column(path, label, show=_show_link)
    if needs is not None:
        made.needs = needs  # type: ignore[attr-defined]  # read by `for_reader`
        made.plain = column(path, label, show=_show_name)  # type: ignore[attr-defined]
    return made


def for_reader(columns: Sequence[Column], user: User) -> list[Column]:
    """The columns as this person may see them: a link that would be turned away is text."""
    return [
        one if getattr(one, "needs", None) is None or user.can(one.needs) else one.plain  # type: ignore[attr-defined]
        for one in columns
    ]


def actor(path: str, label: Promise) -> Column:
    """A column that says who acted; a page of a list has looked up the names of all its rows."""

    def value(record: Any) -> str:
        code = _follow(record, path)
        if not code:
            return EMPTY
        names = getattr(record, NAMES, None) or name_actors([code])
        return str(names.get(code, code))

    value.__name__ = path.replace(".", "_")
    value.short_description = label  # type: ignore[attr-defined]  # how the admin finds it
    value.acts = path  # type: ignore[attr-defined]  # read by `name_rows`
    return cast("Column", value)


def name_rows(rows: Sequence[Any], columns: Iterable[Any]) -> None:
    """Look up once who acted in any of the rows."""
    paths = [one.acts for one in columns if hasattr(one, "acts")]
    codes = {code for path in paths for row in rows if (code := _follow(row, path))}
    if codes:
        names = name_actors(codes)
        for row in rows:
            setattr(row, NAMES, names)


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
    return format_html('<a href="{}">{}</a>', url, _show_name(target))


def _show_name(target: Model | None) -> str:
    return EMPTY if target is None else str(getattr(target, "reference", target))
