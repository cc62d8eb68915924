"""What the values of an event's codes are called, where they are codes themselves."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Role
from appeals.models import AppealStatus, ItemState, RequestState
from applicants.characteristics import get_dictionary
from applicants.sources import get_sources
from applicants.vocabularies import ShownLabel, get_vocabularies
from core.catalogues import get_catalogue
from creditportal.staff.naming import MESSAGE_KINDS, beside
from creditportal.staff.places import ROLE_LABELS
from creditportal.staff.wording import ACTIONS, LANGUAGES
from decisions.models import LineState, Market, MeasureState, RunState
from decisions.products import product_name
from evidence.catalogue import list_kinds


def characteristic_name(code: str) -> str:
    """What an item of data is called."""
    known = get_dictionary().get(code)
    return str(ShownLabel(known.label)) if known else code


def source_name(code: str) -> str:
    """What a source of data is called."""
    known = get_sources().get(code)
    return str(ShownLabel(known.label)) if known else code


def paper_name(code: str) -> str:
    """What a kind of evidence is called."""
    return next((str(kind.label) for kind in list_kinds() if kind.code == code), code)


def product_words(code: str) -> str:
    """What a product is called."""
    try:
        return product_name(code, get_language() or "zh-hans")
    except KeyError:
        return code


def purpose_words(code: str) -> str:
    """What money is wanted for."""
    known = get_vocabularies()["purposes"].get(code)
    return str(ShownLabel(known)) if known else code


def method_words(code: str) -> str:
    """What a way of repaying is called."""
    known = get_catalogue("products").document["methods"].get(code)
    return str(ShownLabel(known)) if known else code


def place_name(code: str) -> str:
    """What the place is called whose law counts."""
    entry = get_catalogue("jurisdictions").document.get(code)
    return beside(ShownLabel(entry["name"]), code) if entry else code


def language_name(code: str) -> str:
    """What a language is called by those who speak it."""
    return LANGUAGES.get(code, code)


def _kind(code: str) -> str:
    found = MESSAGE_KINDS.get(code)
    return str(found) if found is not None else paper_name(code)


def appeal_status(code: str) -> str:
    """What the state of an appeal is called among colleagues; to an applicant one of them is "you"."""
    if code == AppealStatus.INFO_REQUESTED:
        return _("waiting for the applicant")
    return str(AppealStatus(code).label) if code in AppealStatus.values else code


def _status(code: str) -> str:
    """What an appeal or an account changed from, and to."""
    if code in set(Role):
        return str(ROLE_LABELS[Role(code)])
    return appeal_status(code)


def _state(code: str) -> str:
    """What a state is called; no two kinds of records use one code with two meanings."""
    if code in AppealStatus.values:
        return appeal_status(code)
    return next((str(states(code).label) for states in _STATES if code in states.values), code)


_STATES: Final = (LineState, RunState, RequestState, ItemState, MeasureState)
_BY_NAME: Final[Mapping[str, Callable[[str], str]]] = {
    "characteristic": characteristic_name,
    "from": _status,
    "kind": _kind,
    "market": lambda code: str(Market(code).label) if code in Market.values else code,
    "outcome": lambda code: str(ACTIONS.get(code, code)),
    "product": product_words,
    "role": _status,
    "source": source_name,
    "state": _state,
    "to": _status,
}


def value_words(name: str, value: object) -> SafeString | None:
    """The words for a value with its code small beside them; None where the value is no code we know."""
    if not isinstance(value, str) or name not in _BY_NAME:
        return None
    words = _BY_NAME[name](value)
    return None if words == value else beside(words, value)
