"""What the values of an event's codes are called, where they are codes themselves."""

from collections.abc import Callable, Mapping
from typing import Final

from django.db.models import TextChoices
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Role
from appeals.models import (
    AnswerState,
    AppealStatus,
    Dimension,
    HowVerified,
    ItemState,
    Leaning,
    RelationKind,
    RequestKind,
    RequestState,
    Verdict,
)
from applicants.characteristics import get_dictionary
from applicants.models import (
    ApplicantKind,
    CheckResult,
    DataRequestKind,
    DisputeState,
    RelatedRole,
    RerunState,
    SourceReply,
)
from applicants.sources import get_sources
from applicants.vocabularies import ShownLabel, get_vocabularies
from core.catalogues import get_catalogue
from creditportal.staff.catalogue_words import (
    extension_words,
    measure_words,
    reason_words,
    rule_words,
    trigger_words,
)
from creditportal.staff.code_sets import (
    COUNTED,
    DRAFT_PARTS,
    FIELDS,
    FILE_PROBLEMS,
    GONE,
    HELP,
    HOLDS,
    LEFT_WORDS,
    LINE_CAUSES,
    OTHER_CAUSES,
    PARTIES,
    SCOPES,
    SHARED,
    Words,
)
from creditportal.staff.forms import SEARCH_REASONS
from creditportal.staff.naming import MESSAGE_KINDS, WORK_KINDS, beside
from creditportal.staff.places import ROLE_LABELS
from creditportal.staff.wording import ACTIONS, LANGUAGES
from decisions.models import (
    Correction,
    DecisionKind,
    ErrorKind,
    LeftReason,
    LineState,
    Market,
    MeasureState,
    PlatformNoticeKind,
    RunState,
    WarningEnd,
    WarningLevel,
    WordingState,
)
from decisions.policy_words import PARTS
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
    words = _place(code)
    return code if words == code else beside(words, code)


def _place(code: str) -> str:
    entry = get_catalogue("jurisdictions").document.get(code)
    return str(ShownLabel(entry["name"])) if entry else code


def language_name(code: str) -> str:
    """What a language is called by those who speak it."""
    return LANGUAGES.get(code, code)


def action_words(code: str) -> str:
    """What a step of a plan is called."""
    known = get_catalogue("words").document["routes"]["short"].get(code)
    return str(ShownLabel(known)) if known else code


def _kind(code: str) -> str:
    """What kind of message, record or paper it is; an older entry names a step by its kind too."""
    return _first(code, _among(MESSAGE_KINDS), _chosen(*_KINDS), paper_name, _among(WORK_KINDS))


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


def _cause(code: str) -> str:
    """Why a line changed, or what a run changes: a reason, or a question of the amount."""
    return _first(code, _among(LINE_CAUSES), _among(OTHER_CAUSES), reason_words)


def _counted(code: str) -> str:
    """What a part of a run counted."""
    return _first(code, _among(COUNTED), _cause)


def _reason(code: str) -> str:
    """Why somebody was searched for, or which reason of a decision is meant."""
    return _first(code, _among(dict(SEARCH_REASONS)), reason_words)


def _compared(value: str) -> str:
    """What kind of thing the appeals of a review were counted by."""
    return _first(value, reason_words, source_name, rule_words, characteristic_name, language_name)


def _shared(codes: str) -> str:
    """What a link shows: several codes with commas between them."""
    return list_joint().join(str(SHARED.get(code, code)) for code in codes.split(","))


def _first(code: str, *ways: Callable[[str], str]) -> str:
    """The words of the first way that knows the code, or the code."""
    return next((words for way in ways if (words := way(code)) != code), code)


def _chosen(*kinds: type[TextChoices]) -> Callable[[str], str]:
    """A way to the words of a code, from the first list that has it."""
    return lambda code: next((str(kind(code).label) for kind in kinds if code in kind.values), code)


def _among(words: Words) -> Callable[[str], str]:
    return lambda code: str(words.get(code, code))


_KINDS: Final = (
    ApplicantKind, DataRequestKind, DecisionKind, ErrorKind, LetterKind, RequestKind, RelationKind,
    PlatformNoticeKind,
)  # fmt: skip
_STATES: Final = (
    LineState, RunState, RequestState, ItemState, MeasureState, DocumentState, WordingState,
)  # fmt: skip
_LEVEL: Final = _chosen(WarningLevel)
_BY_NAME: Final[Mapping[str, Callable[[str], str]]] = {
    "actions": action_words,
    "against": _among(HOLDS),
    "answer": _chosen(AnswerState),
    "baseline": _among(PARTS),
    "cannot": action_words,
    "cause": _cause,
    "causes": _cause,
    "changes": _counted,
    "characteristic": characteristic_name,
    "code": extension_words,
    "correction": _chosen(Correction),
    "dimension": _chosen(Dimension),
    "ends": _chosen(WarningEnd),
    "facts": characteristic_name,
    "field": _among(FIELDS),
    "from": _status,
    "gone": _among(GONE),
    "how": _chosen(HowVerified),
    "items": _shared,
    "jurisdiction": _place,
    "kind": _kind,
    "law": reason_words,
    "leaning": _chosen(Leaning),
    "left": lambda code: _first(code, _among(LEFT_WORDS), _chosen(LeftReason)),
    "level": _LEVEL,
    "levels": _LEVEL,
    "market": _chosen(Market),
    "measure": measure_words,
    "outcome": lambda code: _first(code, _among(ACTIONS), _chosen(DisputeState)),
    "outcomes": _among(ACTIONS),
    "party": _among(PARTIES),
    "phase": _chosen(RunState),
    "problem": _among(FILE_PROBLEMS),
    "product": product_words,
    "purpose": purpose_words,
    "reason": _reason,
    "reasons": reason_words,
    "reply": _chosen(SourceReply),
    "rerun": _chosen(RerunState),
    "result": _chosen(CheckResult),
    "role": lambda code: _chosen(RelatedRole)(_status(code)),
    "rule": rule_words,
    "scan": _chosen(ScanResult),
    "scope": _among(HELP),
    "scopes": _among(SCOPES),
    "source": source_name,
    "state": _state,
    "stated": characteristic_name,
    "to": _status,
    "triggers": trigger_words,
    "value": _compared,
    "verdict": _chosen(Verdict),
    "what": _among(DRAFT_PARTS),
    "work": _among(WORK_KINDS),
}


def list_joint() -> str:
    """What stands between the entries of a list."""
    return ", " if (get_language() or "").startswith("en") else "\u3001"


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
    if not isinstance(value, dict):
        return value
    return {
        words(key): words(one) if isinstance(one, str) else said_in_words(key, one)
        for key, one in value.items()
    }
