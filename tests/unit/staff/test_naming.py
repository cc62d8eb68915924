"""Codes of the record are read in words, with the code small beside them."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import User
from accounts.roles import Role, Scope
from appeals.models import (
    AnswerState,
    Appeal,
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
from appeals.states import Party
from appeals.terms import list_extension_reasons
from applicants.characteristics import get_dictionary
from applicants.models import (
    ApplicantKind,
    CheckResult,
    DataRequestKind,
    DisputeState,
    HelperScope,
    RelatedRole,
    RerunState,
    SourceReply,
)
from applicants.queries import REVEALABLE, SEARCH_REASONS
from applicants.sharing import ITEMS
from applicants.sources import get_sources
from assessment.policy_shape import BASELINES
from core.catalogues import get_catalogue
from creditportal.staff.code_sets import GONE, HOLDS
from creditportal.staff.code_values import value_words
from creditportal.staff.naming import CODE_NAMES, MESSAGE_KINDS, WORK_KINDS, message_kind
from creditportal.staff.templatetags.desk import in_words
from decisions.giving_back import CAUSE as LOOKED_AGAIN
from decisions.jurisdictions import list_profiles
from decisions.measures import NO_LINE
from decisions.models import (
    Correction,
    DecisionKind,
    ErrorKind,
    LeftReason,
    LineState,
    Market,
    MeasureState,
    Outcome,
    PlatformNoticeKind,
    RunState,
    WarningEnd,
    WarningLevel,
    WordingState,
)
from decisions.reason_catalogue import get_reasons
from decisions.runs import OTHER_CAUSES as OTHER_RUN_CAUSES
from decisions.warning_catalogue import get_measure_terms, get_triggers
from decisions.words import get_words
from evidence.models import DocumentState, ScanResult
from evidence.problems import ERRORS
from notifications.kinds import Kind
from notifications.models import LetterKind
from outbox.registry import get_registration, list_kinds
from tests.unit.staff.conftest import SitDown, text_of

APPS = ("accounts", "applicants", "appeals", "audit", "decisions", "evidence", "notifications", "outbox")


_OF_A_CALL = {"verb", "subject", "actor", "now", "codes", "private", "events"}


def _stated_codes() -> set[str]:
    """Every name that stands in the codes of an audit row: in a table, or given to a function by name."""
    found = set()
    for text in _texts():
        for node in ast.walk(ast.parse(text)):
            keywords = getattr(node, "keywords", [])
            given = [one.value for one in keywords if one.arg == "codes"]
            if any(isinstance(one, ast.Attribute) and "Verb." in ast.unparse(one) for one in _parts(node)):
                found |= {one.arg for one in keywords if one.arg and one.arg not in _OF_A_CALL}
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "codes":
                given.append(node.value)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "events":
                given.extend(one for one in ast.walk(node.value) if isinstance(one, ast.Dict))
            if isinstance(node, ast.Tuple) and node.elts and "Verb." in ast.unparse(node.elts[0]):
                given.extend(node.elts[1:])
            tables = [one for one in given if isinstance(one, ast.Dict)]
            found |= {key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)}
    return {str(name) for name in found}


def _texts() -> list[str]:
    texts = [path.read_text() for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py")]
    return [text for text in texts if "record(" in text or "Verb." in text]


def _parts(node: ast.AST) -> list[ast.expr]:
    """What a call is given."""
    return [*node.args, *(one.value for one in node.keywords)] if isinstance(node, ast.Call) else []


def _causes() -> set[str]:
    """Every cause that a change of a line or the end of a measure is given."""
    found = {"DRAWN", "REPAID", NO_LINE, LOOKED_AGAIN}
    for text in _texts():
        found |= set(re.findall(r'\bcause(?:: str)? ?= ?"([A-Z_]+)"', text))
    return found


PLAIN = set(
    re.findall(
        r"\w+",
        """
    BETTER SAME WORSE after amount_cny applicant approvals attempt base base_hash before boxes by
    changed chunk commitments corrected cured days decided decision decisions dispute document due_on
    effective_on engine exposure_pct failed_checks fired first_day first_row from_on hash helper
    honoured_until id_number input_version item last_day last_error last_row letter line lines
    link looked looked_at overturned page papers people place policy policy_hash proof proposed_by
    provider related request seed sha256 share_pct signed_by size supersedes term threshold_pct tier
    user version week
    """,
    )
)
"""Numbers, days, references, hashes, and names that are no words of ours."""
TOLD = {"accepted", "found", "is_active", "marked", "redacted", "rules_changed"}
"""Yes or no."""
_STAGES = [*LineState, *RunState, *RequestState, *ItemState, *MeasureState, *DocumentState]
_SORTS = [*ApplicantKind, *DataRequestKind, *DecisionKind, *ErrorKind, *LetterKind, *RequestKind]


def _values() -> dict[str, Iterable[str]]:
    """What can stand as the value of each name that holds a code."""
    reasons, warnings, rules = get_reasons(), get_triggers(), get_words("en").entries("rules")
    groups, items = get_words("en").entries("routes", "short"), get_dictionary()
    causes = [*reasons, *OTHER_RUN_CAUSES]
    moves = [*(one for one in AppealStatus if one != AppealStatus.DRAFT), *Role]
    return {
        "actions": groups, "against": HOLDS, "answer": AnswerState, "baseline": BASELINES,
        "cannot": groups, "cause": _causes(),
        "causes": causes, "changes": [*causes, "causes", "outcomes", "better", "worse"],
        "characteristic": items, "code": [one.code for one in list_extension_reasons()],
        "correction": Correction, "dimension": Dimension, "facts": items, "field": REVEALABLE, "from": moves,
        "gone": GONE, "how": HowVerified, "items": [*ITEMS, ",".join(ITEMS)],
        "jurisdiction": [one.code for one in list_profiles()],
        "kind": [*_SORTS, *RelationKind, *PlatformNoticeKind, *Kind, "V14"],
        "law": reasons, "leaning": Leaning, "left": [*LeftReason, *_left()], "level": WarningLevel,
        "levels": WarningLevel, "ends": WarningEnd,
        "market": Market, "measure": get_measure_terms(), "outcome": [*Outcome, *DisputeState],
        "outcomes": Outcome, "party": Party, "phase": RunState, "problem": ERRORS,
        "product": get_catalogue("products").document["products"], "purpose": ["education"],
        "reason": [*SEARCH_REASONS, *reasons], "reasons": reasons, "reply": SourceReply,
        "rerun": RerunState, "result": CheckResult, "role": [*Role, *RelatedRole], "rule": rules,
        "scan": ScanResult, "scope": HelperScope, "scopes": Scope, "source": get_sources(),
        "state": [*_STAGES, *WordingState], "stated": items, "to": moves, "triggers": warnings,
        "value": [*reasons, *rules], "verdict": Verdict, "what": ["statement", "grounds", "evidence"],
        "work": WORK_KINDS,
    }  # fmt: skip


def _left() -> set[str]:
    text = (Path(settings.BASE_DIR) / "decisions" / "run_applying.py").read_text()
    return set(re.findall(r'left="([A-Z]+)"', text))


def test_each_name_of_the_audit_is_known_to_hold_a_code_or_none(catalogues: None) -> None:
    assert _stated_codes() - _values().keys() - PLAIN - TOLD == set()
    assert (PLAIN | TOLD) & _values().keys() == set()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_code_that_can_stand_in_the_audit_has_words(catalogues: None, language: str) -> None:
    with translation.override(language):
        shown = {
            (name, str(code)): value_words(name, str(code))
            for name, all_ in _values().items()
            for code in all_
        }
    assert len(shown) > 300
    said = {key: (words or "").partition("<code")[0].strip() for key, words in shown.items()}
    unsaid = {code for (_name, code), words in said.items() if not words}
    assert {code for code in unsaid if language != "en" or not re.fullmatch("[a-z]+", code)} == set()
    assert language == "en" or {key for key, words in said.items() if words.isascii()} == set()


def test_every_code_of_the_audit_has_a_name() -> None:
    stated = _stated_codes()
    assert len(stated) > 60
    assert stated - CODE_NAMES.keys() == set()


def test_every_kind_of_message_and_work_has_a_name() -> None:
    assert set(Kind) - MESSAGE_KINDS.keys() == set()
    ours = {kind for kind in list_kinds() if get_registration(kind).handler.__module__.startswith(APPS)}
    assert len(ours) > 15
    assert ours - WORK_KINDS.keys() == set()


@pytest.mark.parametrize("names", [CODE_NAMES, MESSAGE_KINDS, WORK_KINDS])
def test_each_name_is_there_in_chinese(names: dict[str, str]) -> None:
    with translation.override("zh-hans"):
        plain = {code: str(words) for code, words in names.items() if str(words).isascii()}
    assert plain.keys() <= {"sha256"}


def test_a_code_stands_small_beside_its_words() -> None:
    with translation.override("en"):
        assert message_kind(Kind.CLAIM_LAPSED) == (
            'idle case back in the queue <code class="small soft">CLAIM_LAPSED</code>'
        )
        assert message_kind("<b>NEW") == "<b>NEW"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("outcome", "decline", "not approved"), ("to", "QUEUED", "Waiting"), ("role", "AUDITOR", "auditor")],
)
def test_values_that_are_codes_are_said_too(catalogues: None, name: str, code: str, words: str) -> None:
    with translation.override("en"):
        shown = value_words(name, code)
    assert shown is not None
    assert words.lower() in shown.lower()
    assert code in shown


def test_a_message_and_a_step_of_one_code_are_told_apart(catalogues: None) -> None:
    with translation.override("en"):
        said = [str(value_words(name, "DECISION_READY")).partition(" <")[0] for name in ("kind", "work")]
    assert said == ["decision made", "tell a decision"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_older_entry_that_names_a_step_by_its_kind_is_in_words(catalogues: None, language: str) -> None:
    with translation.override(language):
        assert [code for code in WORK_KINDS if value_words("kind", code) is None] == []
        assert str(value_words("kind", "RERUN_APPEAL")).startswith(str(WORK_KINDS["RERUN_APPEAL"]))


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("what", "grounds", "\u5f02\u8bae"),
        ("party", "reviewer", "\u5ba1\u6838\u4eba"),
        ("verdict", "OTHER", "\u53e6\u4e00\u4e2a\u7ed3\u679c"),
        ("leaning", "UNCLEAR", ""),
        ("kind", "EXPORT", ""),
        ("kind", "LINE_CLOSED", ""),
        ("kind", "APPEAL_LETTER", ""),
        ("kind", "PERSON", ""),
        ("reply", "SILENT", ""),
        ("cause", "DRAWN", ""),
        ("scan", "NOT_SCANNED", ""),
        ("state", "READY", ""),
        ("result", "MATCH", ""),
        ("kind", "V14", ""),
        ("level", "red", ""),
        ("role", "SHAREHOLDER", ""),
        ("purpose", "education", ""),
        ("field", "name", ""),
        ("against", "OPEN_APPEAL", ""),
        ("dimension", "REVIEWER", ""),
        ("correction", "VALUE", ""),
    ],
)  # fmt: skip
def test_values_are_said_in_chinese(catalogues: None, name: str, code: str, words: str) -> None:
    with translation.override("zh-hans"):
        shown = value_words(name, code)
    assert shown is not None
    said = shown.partition("<code")[0].strip()
    assert (said.isascii(), words in said) == (False, True)


def test_lists_and_tables_are_said_in_words(catalogues: None) -> None:
    with translation.override("zh-hans"):
        facts = in_words(["worst_dpd_24m", "credit_age_months"], "facts")
        gone = in_words({"links": 2, "salts": 29}, "gone")
        steps = in_words(["close_a_lender"], "actions")
        assert (in_words(True, "accepted"), in_words(False, "accepted")) == ("\u662f", "\u5426")
    said = f"{facts} {gone} {steps}"
    assert not any(code in said for code in ("worst", "credit_age", "links", "salts", "_"))
    assert ("\u3001" in facts, "29" in gone) == (True, True)


def test_numbers_and_unknown_codes_stay_as_they_are(catalogues: None) -> None:
    assert [value_words("outcome", "new"), value_words("version", 3), value_words("hash", "ab")] == [None] * 3


@pytest.mark.parametrize(
    ("language", "words"), [("en", "in the part of"), ("zh-hans", "\u4ee5\u4f55\u8eab\u4efd")]
)
def test_the_audit_reads_in_words(
    appeal: Appeal, aud: User, sit_down: SitDown, language: str, words: str
) -> None:
    client = sit_down(aud)
    client.cookies["language"] = language
    page = text_of(client.get(f"/staff/audit/{appeal.reference}/"))
    assert '<code class="small soft">party</code>' in page
    assert words in page
