"""Codes of the record are read in words, with the code small beside them."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import User
from appeals.models import Appeal
from creditportal.staff.code_values import value_words
from creditportal.staff.naming import CODE_NAMES, MESSAGE_KINDS, WORK_KINDS, message_kind
from creditportal.staff.templatetags.desk import in_words
from notifications.kinds import Kind
from outbox.registry import get_registration, list_kinds
from tests.unit.staff.conftest import SitDown, text_of

APPS = ("accounts", "applicants", "appeals", "audit", "decisions", "evidence", "notifications", "outbox")


def _stated_codes() -> set[str]:
    """Every name that stands in `codes={...}` of a call, or in what is kept as `codes` before one."""
    found = set()
    texts = [path.read_text() for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py")]
    for text in (text for text in texts if "record(" in text):
        for node in ast.walk(ast.parse(text)):
            given = [one.value for one in getattr(node, "keywords", []) if one.arg == "codes"]
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "codes":
                given.append(node.value)
            tables = [one for one in given if isinstance(one, ast.Dict)]
            found |= {key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)}
    return {str(name) for name in found}


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
