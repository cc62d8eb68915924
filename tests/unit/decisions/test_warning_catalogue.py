"""The catalogue of warnings: a mistake is named with its path and what was expected."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from decisions.warning_catalogue import check_against_policy, validate_warnings

FOLDER = Path(__file__).resolve().parents[3] / "catalogue"


def read(name: str) -> Any:
    """A file of the catalogue as it is shipped."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def document() -> Any:
    """The shipped catalogue, to be spoilt."""
    return copy.deepcopy(read("warnings"))


def test_what_is_shipped_is_whole(document: Any) -> None:
    assert validate_warnings(document) == []
    assert check_against_policy(document, read("policy"), read("reasons")) == []


@pytest.mark.parametrize(
    ("part", "code", "field", "value", "said"),
    [
        (
            "triggers",
            "W01",
            "test",
            "score_drop >= many",
            "triggers.W01.test: expected a known name",
        ),
        ("triggers", "W01", "test", "__import__('os')", "triggers.W01.test: expected"),
        ("triggers", "W01", "test", "licence == 'closed'", "triggers.W01.test: expected one of"),
        ("triggers", "W02", "covered_by", ["W99"], "triggers.W02.covered_by: W99 is not known here"),
        ("triggers", "W02", "fits", ["M9"], "triggers.W02.fits: M9 is not known here"),
        ("triggers", "W04", "changed", {"zh": "{x}", "en": "{x}"}, "triggers.W04.changed: {x} is not among"),
        ("triggers", "W04", "title", {"en": "late"}, "triggers.W04.title: zh and en are expected"),
        ("triggers", "W04", "extra", 1, "triggers.W04: extra is not known here"),
        ("measures", "M4", "share_pct", 0, "measures.M4.share_pct: 1 to 100 is expected"),
        ("measures", "M4", "effect", "punish", "measures.M4.effect: one of tell"),
    ],
)
def test_a_mistake_is_named(
    *, document: Any, part: str, code: str, field: str, value: Any, said: str
) -> None:
    document[part][code][field] = value
    [problem] = validate_warnings(document)
    assert problem.startswith(said)


def test_no_mapping_is_refused() -> None:
    assert validate_warnings([]) == ["warnings: triggers and measures are expected"]
    spoilt = {"triggers": {"W01": 1}, "measures": {"M1": 1}}
    assert len(validate_warnings(spoilt)) == 2


def test_the_policy_and_the_catalogue_name_the_same(document: Any) -> None:
    del document["triggers"]["W04"], document["measures"]["M2"]
    document["triggers"]["W99"] = {**document["triggers"]["W05"], "reasons": ["U99"]}
    problems = check_against_policy(document, read("policy"), read("reasons"))
    assert problems == [
        "warnings.triggers: W04 is missing", "warnings.triggers.W99: the policy has none",
        "warnings.measures: M2 is missing", "warnings.triggers.W99.reasons: U99 is no reason",
    ]  # fmt: skip
