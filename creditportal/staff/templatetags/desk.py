"""How instants, days and identities are written on the desk."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.translation import get_language, pgettext

from appeals.deriving import law_of
from appeals.models import Extension
from appeals.terms import list_refusal_reasons
from core.masking import mask_name
from creditportal.staff.catalogue_words import reason_words
from creditportal.staff.code_values import list_joint, said_in_words, value_words
from creditportal.staff.deeds import DEEDS
from creditportal.staff.naming import code_name, looked_at, message_kind, work_kind
from creditportal.staff.showing import EMPTY, day, instant
from creditportal.staff.wording import CHANNELS, SAID

register = template.Library()
_LISTED: Final = 4
_LONGEST: Final = 32


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


@register.filter
def refusal(code: str) -> str:
    """Why an appeal was not taken in, in the reader's language."""
    language = get_language() or "zh-hans"
    return next((one.text(language) for one in list_refusal_reasons() if one.code == code), code)


@register.filter
def law(extension: Extension) -> str:
    """What a longer period rests on."""
    return law_of(extension)


@register.filter
def deed(verb: str) -> str:
    """What an event of the audit is called."""
    return str(DEEDS.get(verb, verb))


@register.filter
def counted(number: object) -> str:
    """A number with its thousands told apart, the same in both languages; anything else as it is."""
    return f"{number:,}" if isinstance(number, int) else str(number)


def _name_of(entry: object) -> object:
    """What stands for an entry that has several parts: key, name, source."""
    return entry[-2] if isinstance(entry, list) and len(entry) > 1 else entry


@register.filter
def briefly(value: object) -> str:
    """A code short enough for a table: long lists and hashes begin and say how long they are."""
    joint = list_joint()
    if isinstance(value, list):
        shown = joint.join(briefly(_name_of(one)) for one in value[:_LISTED])
        return f"{shown}{joint}\u2026 ({len(value)})" if len(value) > _LISTED else shown
    if isinstance(value, dict):
        parts = (f"({briefly(one)})" if isinstance(one, dict) else str(one) for one in value.values())
        return joint.join(f"{name} {part}" for name, part in zip(value, parts, strict=True))
    text = "" if value is None else str(value)
    return f"{text[:_LONGEST]}\u2026" if len(text) > _LONGEST and " " not in text else text


@register.filter
def in_words(value: object, name: str) -> str:
    """The value of a code of the audit: in words where it is a code itself, else briefly."""
    if isinstance(value, bool):
        return pgettext("audit value", "yes") if value else pgettext("audit value", "no")
    plain = [_name_of(one) for one in value if one != ""] if isinstance(value, list) else value
    return value_words(name, value) or briefly(said_in_words(name, plain)) or EMPTY


register.filter("code_name", code_name)
register.filter("reason", reason_words)
register.filter("message_kind", message_kind)
register.filter("work_kind", work_kind)
register.filter("looked_at", looked_at)
register.filter("instant", instant)
register.filter("day", day)
register.filter("masked", mask_name)
