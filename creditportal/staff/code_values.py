"""What the values of an event's codes are called, where they are codes themselves."""

from collections.abc import Callable, Mapping
from typing import Final

from django.db.models import TextChoices
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Role
from appeals.models import AppealStatus, Dimension, ItemState, Leaning, RequestState, Verdict
from applicants.characteristics import get_dictionary
from applicants.models import ApplicantKind, CheckResult, DataRequestKind, RelatedRole, SourceReply
from applicants.sources import get_sources
from applicants.vocabularies import ShownLabel, get_vocabularies
from core.catalogues import get_catalogue
from creditportal.staff.code_sets import (
    DRAFT_PARTS,
    FIELDS,
    GONE,
    HOLDS,
    LINE_CAUSES,
    PARTIES,
    Words,
)
from creditportal.staff.naming import MESSAGE_KINDS, beside
from creditportal.staff.places import ROLE_LABELS
from creditportal.staff.wording import ACTIONS, LANGUAGES
from decisions.models import (
    Correction,
    DecisionKind,
    ErrorKind,
    LineState,
    Market,
    MeasureState,
    RunState,
    WarningLevel,
)
from decisions.products import product_name
from evidence.catalogue import list_kinds
from evidence.models import DocumentState, ScanResult
from notifications.models import LetterKind


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


def action_words(code: str) -> str:
    """What a step of a plan is called."""
    known = get_catalogue("words").document["routes"]["short"].get(code)
    return str(ShownLabel(known)) if known else code


def _kind(code: str) -> str:
    found = MESSAGE_KINDS.get(code)
    words = _chosen(*_KINDS)(code) if found is None else str(found)
    return paper_name(code) if words == code else words


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
    return appeal_status(code) if code in AppealStatus.values else _chosen(*_STATES)(code)


def _chosen(*kinds: type[TextChoices]) -> Callable[[str], str]:
    """A way to the words of a code, from the first list that has it."""
    return lambda code: next((str(kind(code).label) for kind in kinds if code in kind.values), code)


def _among(words: Words) -> Callable[[str], str]:
    return lambda code: str(words.get(code, code))


_KINDS: Final = (ApplicantKind, DataRequestKind, DecisionKind, ErrorKind, LetterKind)
_STATES: Final = (LineState, RunState, RequestState, ItemState, MeasureState, DocumentState)
_LEVEL: Final = _chosen(WarningLevel)
_BY_NAME: Final[Mapping[str, Callable[[str], str]]] = {
    "actions": action_words,
    "against": _among(HOLDS),
    "cause": _among(LINE_CAUSES),
    "characteristic": characteristic_name,
    "correction": _chosen(Correction),
    "dimension": _chosen(Dimension),
    "facts": characteristic_name,
    "field": _among(FIELDS),
    "from": _status,
    "gone": _among(GONE),
    "kind": _kind,
    "leaning": _chosen(Leaning),
    "level": _LEVEL,
    "levels": _LEVEL,
    "market": _chosen(Market),
    "outcome": _among(ACTIONS),
    "outcomes": _among(ACTIONS),
    "party": _among(PARTIES),
    "product": product_words,
    "purpose": purpose_words,
    "reply": _chosen(SourceReply),
    "result": _chosen(CheckResult),
    "role": lambda code: _chosen(RelatedRole)(_status(code)),
    "scan": _chosen(ScanResult),
    "source": source_name,
    "state": _state,
    "to": _status,
    "verdict": _chosen(Verdict),
    "what": _among(DRAFT_PARTS),
}


def value_words(name: str, value: object) -> SafeString | None:
    """The words for a value with its code small beside them; None where the value is no code we know."""
    if not isinstance(value, str) or name not in _BY_NAME:
        return None
    words = _BY_NAME[name](value)
    return None if words == value else beside(words, value)


def said_in_words(name: str, value: object) -> object:
    """A list or table with words in the place of the codes that we know; anything else as it is."""
    words = _BY_NAME.get(name)
    if words is None:
        return value
    if isinstance(value, list):
        return [words(one) if isinstance(one, str) else one for one in value]
    return {words(key): one for key, one in value.items()} if isinstance(value, dict) else value
