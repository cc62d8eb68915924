"""The catalogue of evidence kinds: whole in both languages; a bad file is refused with what is wrong."""

import copy
from typing import Any

import pytest
from django.utils import translation

from core.catalogues import read_yaml
from evidence.catalogue import UnknownKindError, get_kind, list_kinds, validate_evidence
from tests.factories.catalogues import FOLDER, load_catalogues
from tests.factories.evidence import NOW


@pytest.fixture(scope="module")
def document() -> Any:
    return read_yaml(FOLDER / "evidence.yaml")


def test_the_catalogue_is_whole(document: Any) -> None:
    assert validate_evidence(document) == []
    assert [entry["code"] for entry in document] == [f"V{number:02}" for number in range(1, 31)]


def test_both_checklists_have_the_same_steps(document: Any) -> None:
    for entry in document:
        assert len(entry["verify"].split(";")) == len(entry["verify_zh"].split("\uff1b")), entry["code"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"who": "nobody"}, "V01: who must be one of"),
        ({"inputs": "income"}, "V01: inputs must be a list"),
        ({"valid_days": 0}, "V01: valid_days must be"),
        ({"en": " "}, "V01: zh, en, verify"),
        ({"colour": "red"}, "V01: colour is not known here"),
    ],
)
def test_a_bad_entry_is_named(document: Any, change: dict[str, Any], words: str) -> None:
    broken = copy.deepcopy(document)
    broken[0].update(change)
    assert [problem for problem in validate_evidence(broken) if words in problem]


def test_a_code_stands_once(document: Any) -> None:
    assert validate_evidence([*document, document[0]]) == ["V01 stands twice"]


@pytest.mark.django_db
def test_kinds_speak_the_readers_language() -> None:
    load_catalogues(NOW)
    with translation.override("en"):
        assert get_kind("V01").label == "Payslips (last 6 months)"
        assert len(get_kind("V01").verify) == 4
    with translation.override("zh-hans"):
        assert get_kind("V01").label.startswith("\u5de5\u8d44\u5355")
    assert {kind.who for kind in list_kinds(who="personal")} == {"personal", "both"}
    with pytest.raises(UnknownKindError):
        get_kind("V99")
