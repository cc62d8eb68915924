"""Fitting a scorecard: a broken line is named, prohibited inputs are refused, points are whole."""

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from django.core.management import CommandError, call_command

from assessment.pmml import read_pmml
from creditportal.embedded.places import CHECKOUT
from decisions.fitting_inputs import check_inputs, place_of
from decisions.fitting_measures import measure, stability
from decisions.fitting_table import FitError, read_fit_table

PROFILES = yaml.safe_load((CHECKOUT / "catalogue" / "jurisdictions.yaml").read_text())


def table(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_columns_are_read_with_their_gaps(tmp_path: Path) -> None:
    read = read_fit_table(table(tmp_path, "a,b,y\n1,,0\n-2.5,3e2,1\n"), target="y")
    assert list(read.columns["a"]) == [1, -2.5]
    assert np.isnan(read.columns["b"][0])
    assert (read.rows, list(read.target)) == (2, [0, 1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,y\n1,0\n2\n", "table.csv, line 3: 1 cells where the header has 2"),
        ("a,y\n1,0\n2,1,3\n", "line 3: 3 cells"), ("a,y\n1,0\n\nx,1\n",
         "line 4, column a: expected a finite"),
        ("a,y\n1,0\nnan,1\n", "line 3, column a"), ("a,y\n1,0\ninf,1\n", "line 3, column a"),
        ("a,y\n1,0\n1e999,1\n", "line 3, column a"), ("a,y\n1,0\n1_0,1\n", "line 3, column a"),
        ("a,y\n1,0\n1,2\n", "line 3, column y: expected 0 or 1"), ("a,y\n1,\n",
         "line 2, column y: expected 0 or 1"),
        (b"a,y\n1,0\n\xff,1\n", "line 3, column a"), ('a,y\n1,0\n"1,1\n', "line 3: no CSV"),
        ("", "the file is empty"), ("a,a,y\n", "line 1: column 2 needs a name of its own"),
        ("a,,y\n", "column 2 needs a name"), ("a,y\n1,0\n", "both 0 and 1 are needed"),
        ("a,b\n", "there is no column 'y'; there are a, b"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(tmp_path: Path, text: str | bytes, problem: str) -> None:
    with pytest.raises(FitError) as refusal:
        read_fit_table(table(tmp_path, text), target="y")
    assert problem in str(refusal.value)


def test_one_broken_line_in_a_million(tmp_path: Path) -> None:
    lines = [f"{at},{at % 2}" for at in range(1_000_000)]
    lines[777_776] = "77o,1"
    with pytest.raises(FitError, match=r"line 777778, column a: expected a finite number"):
        read_fit_table(table(tmp_path, "a,y\n" + "\n".join(lines)), target="y")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(FitError, match="No such file"):
        read_fit_table(tmp_path / "nothing.csv", target="y")


@pytest.mark.parametrize(
    ("jurisdiction", "column", "kind"),
    [
        ("CN", "SEX", "sex"), ("CN", "AGE", "age"), ("CN", "bloodType", "blood_type"), ("CN", "gender_code",
         "sex"),
        ("CN", "Religion", "religion"), ("US", "MARRIAGE", "marital_status"), ("US", "race", "race"),
        ("EU", "has_union", "special_categories_gdpr_9"), ("UK", "disability", "protected_characteristics"),
    ],
)  # fmt: skip
def test_prohibited_inputs_are_refused_by_name(jurisdiction: str, column: str, kind: str) -> None:
    with pytest.raises(FitError, match=rf"in {jurisdiction}: {column} \({kind}"):
        check_inputs(["income", column], jurisdiction=jurisdiction, profiles=PROFILES)


def test_innocent_names_pass() -> None:
    check_inputs(
        ["worst_dpd_24m", "usage", "address_months", "PAY_0"],
        jurisdiction="CN",
        profiles=PROFILES,
    )
    with pytest.raises(FitError, match="there is no jurisdiction 'XX'"):
        check_inputs([], jurisdiction="XX", profiles=PROFILES)


def test_a_column_has_its_place() -> None:
    known = {"liquid_months": {"dimension": "fulfilment_capacity", "reason": "S09", "changes": "changeable"}}
    assert place_of("liquid_months", mapping={}, known=known).dimension == "fulfilment_capacity"
    assert place_of("PAY_3", mapping={}, known=known).reason == "U05"
    assert place_of("PAY_3", mapping={"PAY_3": {"reason": "U04"}}, known=known).reason == "U04"
    assert place_of("steps", mapping={}, known=known).dimension == "behaviour"


def test_measures_against_counting_every_pair() -> None:
    dice = np.random.default_rng(3)
    scores, bad = dice.integers(0, 20, 300), (dice.random(300) < 0.3).astype(float)
    pairs = [(g > b) + (g == b) / 2 for g in scores[bad == 0] for b in scores[bad == 1]]
    found = measure(scores, bad)
    assert found.auc == pytest.approx(float(np.mean(pairs)))
    assert found.gini == pytest.approx(2 * found.auc - 1)
    gaps = [abs((scores[bad == 1] <= s).mean() - (scores[bad == 0] <= s).mean()) for s in range(20)]
    assert found.ks == pytest.approx(max(gaps))


def test_the_same_people_are_stable_and_others_are_not() -> None:
    scores = np.arange(1000)
    assert stability(scores, scores) == 0
    assert stability(scores, scores + 500) > 0.25


def people(tmp_path: Path) -> Path:
    """Two columns that matter, one that does not, and gaps."""
    dice = random.Random(5)
    lines = ["late,income,noise,y"]
    for _ in range(3000):
        late, income = dice.choice([0, 0, 0, 1, 2, 5]), dice.randrange(1000, 9000)
        bad = dice.random() < 0.05 + 0.12 * late + (0.2 if income < 3000 else 0)
        lines.append(f"{late},{'' if dice.random() < 0.1 else income},1,{int(bad)}")
    return table(tmp_path, "\n".join(lines))


def test_a_fitted_card_is_whole_monotone_and_adds_up(tmp_path: Path) -> None:
    pytest.importorskip("optbinning", reason="comes with the benchmarks")
    paths = {name: tmp_path / name for name in ("card.pmml", "report.md", "plot.svg")}
    call_command(
        "fit_scorecard", str(people(tmp_path)), target="y", output=paths["card.pmml"],
        report=paths["report.md"], plot=paths["plot.svg"],
    )  # fmt: skip
    card = read_pmml(paths["card.pmml"].read_bytes())
    points = [[each.partial or Fraction(0) for each in one.attributes] for one in card.characteristics]
    assert all(value.denominator == 1 for one in points for value in one)
    for unknown, *rest in points:
        assert rest in (sorted(rest), sorted(rest, reverse=True))
        assert unknown * len(rest) <= sum(rest)
    assert sum(max(rest) for _, *rest in points) == 600
    assert card.score({"late": 0, "income": 8000}).score == 950
    assert "noise" in paths["report.md"].read_text()
    assert "<title>" in paths["plot.svg"].read_text()


def test_without_the_library_it_says_how_to_install_it(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "optbinning", None)
    with pytest.raises(CommandError, match=r"pip install --require-hashes -r requirements/bench.txt"):
        call_command("fit_scorecard", str(people(tmp_path)), target="y")


def test_prohibited_columns_must_be_left_out_by_name(tmp_path: Path) -> None:
    pytest.importorskip("optbinning", reason="comes with the benchmarks")
    path = table(tmp_path, "SEX,late,y\n1,0,0\n2,1,1\n")
    with pytest.raises(CommandError, match=r"SEX \(sex\); leave out with: --leave-out SEX"):
        call_command("fit_scorecard", str(path), target="y")
    with pytest.raises(CommandError, match="at least 500 lines are needed, and there are 2"):
        call_command("fit_scorecard", str(path), target="y", leave_out=["SEX"])
