"""The commands around PMML: scoring without a database, and cards in and out of policy versions."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from assessment.pmml import read_pmml
from decisions.models import PolicyState, PolicyVersion
from decisions.policies import compiled
from tests.unit.assessment.pmml_samples import FOLDER

SAMPLE = FOLDER / "standard_sample.pmml"


def score(card: Path, rows: Path) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("score_pmml", str(card), str(rows), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_line_a_row_without_a_database(tmp_path: Path) -> None:
    rows = tmp_path / "rows.json"
    rows.write_text('[{"department": "engineering", "age": 25, "income": 500}, {"age": "old"}, 1]')
    first, second, third = score(SAMPLE, rows)
    assert first == {"score": 29, "reasons": ["RC2", "RC1"], "points": {"RC2": 18, "RC1": 16}}
    assert (second["score"], third) == (-5, {"error": "row: expected an object"})


@pytest.mark.parametrize(
    ("card", "rows", "problem"),
    [
        ("<PMML/>", "[]", "card: /PMML: the attribute version is missing (line 1)"),
        (None, "[]", "card: No such file"), (SAMPLE.read_text(), "{}", "rows: rows: expected a list"),
        (SAMPLE.read_text(), None, "rows: No such file"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named(tmp_path: Path, card: str | None, rows: str | None, problem: str) -> None:
    for name, text in (("card", card), ("rows", rows)):
        if text is not None:
            (tmp_path / name).write_text(text)
    with pytest.raises(CommandError) as refusal:
        score(tmp_path / "card", tmp_path / "rows")
    assert problem in str(refusal.value)


def exported(version: str, tmp_path: Path) -> Path:
    path = tmp_path / "card.pmml"
    call_command("export_pmml", version, "personal", output=path)
    return path


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogues")
def test_out_and_in_makes_the_same_draft(tmp_path: Path) -> None:
    out = StringIO()
    call_command("import_pmml", str(exported("2026.1", tmp_path)), version_name="2026.9", stdout=out)
    draft = PolicyVersion.objects.get(version="2026.9")
    assert (draft.state, out.getvalue()[:24]) == (PolicyState.DRAFT, "Policy 2026.9 is a draft")
    first = PolicyVersion.objects.get(version="2026.1")
    assert compiled(draft).scorecards["personal"] == compiled(first).scorecards["personal"]


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogues")
def test_an_export_goes_to_the_terminal_too() -> None:
    out = StringIO()
    call_command("export_pmml", "2026.1", "enterprise", stdout=out)
    assert read_pmml(out.getvalue()).model_name == "enterprise_2026.1"


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('partialScore="60"', 'partialScore="60.5"'), "whole points from 0"),
        (('partialScore="60"', 'partialScore="61"'), "601"),
        (('initialScore="350"', 'initialScore="300"'), "a policy starts from 350"),
        (("SimplePredicate", "TextPredicate"), "the element TextPredicate is not supported here"),
    ],
)  # fmt: skip
def test_what_a_policy_cannot_take_makes_no_draft(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    path = exported("2026.1", tmp_path)
    path.write_text(path.read_text().replace(*change, 1).replace(*change))
    with pytest.raises(CommandError, match=r"card\.pmml: ") as refusal:
        call_command("import_pmml", str(path), version_name="2026.9")
    assert problem in str(refusal.value)
    assert not PolicyVersion.objects.filter(version="2026.9").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"scorecard": "martian"}, "expected one of enterprise, personal"),
        ({"mapping": "c: [1]"}, "c: expected texts"), ({"mapping": "c: {"}, "mapping"),
    ],
)  # fmt: skip
def test_bad_options_are_named(tmp_path: Path, options: dict[str, Any], problem: str) -> None:
    path = exported("2026.1", tmp_path)
    if "mapping" in options:
        (tmp_path / "mapping").write_text(options["mapping"])
        options = {"mapping": tmp_path / "mapping"}
    with pytest.raises(CommandError) as refusal:
        call_command("import_pmml", str(path), version_name="2026.9", **options)
    assert problem in str(refusal.value)


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogues")
def test_an_unknown_version_or_scorecard_is_named() -> None:
    with translation.override("en"), pytest.raises(CommandError, match=r"There is no policy 1999\.1"):
        call_command("export_pmml", "1999.1", "personal")
    with pytest.raises(CommandError, match="expected one of personal, enterprise"):
        call_command("export_pmml", "2026.1", "martian")
