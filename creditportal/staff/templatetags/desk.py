"""How instants, days and identities are written on the desk."""

from collections.abc import Mapping

from django import template

from core.masking import mask_name
from creditportal.staff.showing import day, instant
from creditportal.staff.wording import CHANNELS, SAID

register = template.Library()


@register.filter
def channel(code: str) -> str:
    """What a way of delivery is called."""
    return str(CHANNELS.get(code, code))


@register.filter
def said(code: str) -> str:
    """What kind of line in a conversation this is."""
    return str(SAID.get(code, code))


@register.filter
def item(rows: Mapping[str, object], key: str) -> object:
    """One entry, by a name that a template cannot spell."""
    return rows.get(key)


@register.filter
def named(code: str, names: Mapping[str, str]) -> str:
    """What a colleague is called, or the code when there is no name."""
    return names.get(code, code)


register.filter("instant", instant)
register.filter("day", day)
register.filter("masked", mask_name)
