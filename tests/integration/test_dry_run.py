"""A dry run says who would change, and changes nobody."""

import csv
import io
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from accounts.actors import SITE
from decisions.dry_run import dry_run, latest_dry_run
from decisions.dry_run_hiding import FEWEST
from decisions.dry_run_showing import groups_of, write_csv, write_table
from decisions.dry_run_svg import draw_matrix
from decisions.freezing import assess_frozen
from decisions.models import Decision, DryRun, PolicyVersion
from decisions.policies import compiled
from tests.factories.decisions import NOW
from tests.factories.policies import changed_document, drafted_version
from tests.factories.runs import small_book

pytestmark = pytest.mark.django_db
ROWS = 150


@pytest.fixture
def draft(catalogues: None) -> PolicyVersion:
    """A draft that asks for many more points, beside a small book."""
    small_book(ROWS)

    def edit(document: dict[str, object]) -> None:
        for market, gate in document["gates"]["consumer_loan"].items():  # type: ignore[index]
            document["gates"]["consumer_loan"][market] = gate + 150  # type: ignore[index]

    return drafted_version(changed_document(edit=edit))


@pytest.fixture
def made(draft: PolicyVersion) -> DryRun:
    return dry_run(version=draft, by=SITE, now=NOW)


def test_it_counts_what_the_single_path_says(made: DryRun, draft: PolicyVersion) -> None:
    policy = compiled(draft)
    pairs: Counter[tuple[str, str]] = Counter()
    for decision in Decision.objects.all():
        again = assess_frozen(policy, decision.facts, decision.request)
        pairs[decision.outcome, again.outcome] += 1
    counted = {
        (before, after): count
        for before, row in made.counts["matrix"].items()
        for after, count in row.items()
    }
    assert counted == dict(pairs)
    assert made.people == ROWS


def test_nothing_changes_and_the_result_is_kept(made: DryRun, draft: PolicyVersion) -> None:
    assert Decision.objects.count() == ROWS
    assert made.changed > 0
    assert latest_dry_run(version=draft, now=NOW) == made


def test_another_content_has_no_dry_run_yet(made: DryRun, draft: PolicyVersion) -> None:
    draft.content_hash = "0" * 64
    assert latest_dry_run(version=draft, now=NOW) is None


def test_every_kind_of_group_is_counted_and_small_ones_are_hidden(made: DryRun) -> None:
    for kind in ("band", "product", "sex", "age"):
        assert made.counts["groups"][kind]
        assert all(row.people >= FEWEST for row in groups_of(made.counts, kind))
    assert {row.group for row in groups_of(made.counts, "sex")} == {"female", "male"}


def test_the_line_at_four_fifths_is_marked() -> None:
    one = {"changed": 0, "better": 0, "worse": 0, "favourable_before": 50}
    groups = {
        "a": {**one, "people": 100, "favourable_after": 50},
        "b": {**one, "people": 100, "favourable_after": 39},
        "c": {**one, "people": 9, "favourable_after": 0},
    }
    low = {row.group: row.is_low for row in groups_of({"groups": {"sex": groups}}, "sex")}
    assert low == {"a": False, "b": True}


def test_table_and_csv_hold_the_same_groups(made: DryRun) -> None:
    rows = list(csv.reader(io.StringIO(write_csv(made.counts))))
    table = write_table(made.counts)
    assert "ratio" in table
    for row in groups_of(made.counts, "age"):
        assert ["all", "age", row.group, str(row.people)] in [found[:4] for found in rows]
        assert row.group in table


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_picture_has_title_description_and_data(made: DryRun, language: str) -> None:
    root = ET.fromstring(draw_matrix(made, language=language))
    parts = {element.tag.rpartition("}")[2]: element.text or "" for element in root}
    assert parts["title"]
    assert parts["desc"]
    assert '"approve"' in parts["metadata"]


def test_the_command_writes_table_csv_and_picture(
    draft: PolicyVersion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv_file, svg_file = tmp_path / "dry.csv", tmp_path / "dry.svg"
    call_command("dry_run_policy", draft.version, csv=csv_file, svg=svg_file)
    said = capsys.readouterr()
    assert "people would have another result" in said.out
    assert "parts of the book assessed" in said.err
    assert csv_file.read_text().startswith("product,kind,group")
    assert svg_file.read_text().startswith("<svg")


def test_a_file_that_cannot_be_written_is_named_before_the_work(
    draft: PolicyVersion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("dry_run_policy", draft.version, csv=tmp_path / "nowhere" / "dry.csv")
    assert capsys.readouterr().err == ""


def test_an_unknown_version_is_named(catalogues: None) -> None:
    with pytest.raises(CommandError, match="there is no policy version 1999"):
        call_command("dry_run_policy", "1999")
