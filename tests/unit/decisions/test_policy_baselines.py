"""Baselines come from the book, the comparison is in words, and the commands take a version along."""

import re
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import User
from assessment.baselines import freeze_baseline
from creditportal.catalogues import FOLDER
from decisions import policy_baselines
from decisions.freezing import assess_frozen
from decisions.models import PolicyState, PolicyVersion
from decisions.policies import compiled, get_policy_in_force
from decisions.policy_baselines import freeze_baselines, people_of
from decisions.policy_comparing import describe_changes
from decisions.policy_diff import find_changes
from decisions.policy_lifecycle import propose_policy
from decisions.policy_sentences import say_policy_text
from decisions.words import get_words
from tests.factories import policies as made
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
PEOPLE = ("li_na", "zhang_wei", "zhao_ming", "ordinary", "chen_jing_before", "wang_fang")


def test_the_people_are_those_who_applied_each_once_with_the_gate_of_the_product() -> None:
    for key in (*PEOPLE, "hengxin"):
        sample_decision(key)
    policy = compiled(get_policy_in_force(now=NOW))
    found = sorted((score.value, gate) for score, gate in people_of(policy, "personal"))
    assert found == [(563, 600), (608, 600), (629, 600), (633, 600), (750, 600), (801, 600)]
    assert [score.value for score, _gate in people_of(policy, "enterprise")] == [806]


def test_whoever_lacks_an_input_of_the_new_card_is_left_out() -> None:
    sample_decision("li_na")
    document = made.changed_document()
    card = document["scorecards"]["personal"]
    line = card["characteristics"].pop("liquid_months")
    card["characteristics"]["luck"] = line
    card["order"] = ["luck" if name == "liquid_months" else name for name in card["order"]]
    document["recourse"]["groups"] = []
    document.pop("predecessor")
    policy = compiled(made.drafted_version(document))
    assert list(people_of(policy, "personal")) == []


def test_frozen_means_decide_reasons_from_then_on(pia: User, monkeypatch: pytest.MonkeyPatch) -> None:
    old = {key: sample_decision(key) for key in PEOPLE}["chen_jing_before"]

    def ten_times(card: Any, people: Any, *, method: str) -> dict[str, Any]:
        return freeze_baseline(card, [one for one in people for _ in range(10)], method=method)

    monkeypatch.setattr(policy_baselines, "freeze_baseline", ten_times)
    row = propose_policy(policy_version=made.drafted_version(), impact=made.IMPACT, by=acting(pia), now=NOW)
    baseline = compiled(row).baselines["personal"]
    assert (baseline.method, baseline.people) == ("all", 60)
    new = assess_frozen(compiled(row), old.facts, old.request)
    lines = new.points.values()
    earned = sum(line["points"] for line in lines)
    assert sum(line["baseline"] - line["points"] for line in lines) == sum(baseline.points.values()) - earned
    assert (new.score, new.outcome) == (old.score, old.outcome)


@pytest.mark.parametrize("method", ["near_gate", "all", "max"])
def test_an_empty_book_leaves_the_best_points(method: str) -> None:
    document = freeze_baselines(compiled(get_policy_in_force(now=NOW)), method=method)
    assert document["baseline"] == {"personal": {"method": "max"}, "enterprise": {"method": "max"}}


def _change(document: dict[str, Any]) -> None:
    rules = {rule["id"]: rule for rule in document["rules"]}
    rules["R08"]["test"] = "active_lenders <= 3"
    rules["R09"]["else"] = "decline"
    document["rules"].remove(rules["R12"])
    document["rules"].append({**rules["R05"], "id": "R26"})
    document["gates"]["consumer_loan"]["normal"] = 620
    bins = document["scorecards"]["personal"]["characteristics"]["active_lenders"]["bins"]
    bins[2]["pts"], bins[3]["max"] = 13, 2.5
    document["limits"]["consumer_loan"]["thin_file_cap"] = 6000
    document["pricing"]["consumer_daily_rate_pct"]["P1"]["tight"] = 0.065
    document["recourse"].update(honour_days=120, horizons_months=[1, 3])
    document["recourse"]["groups"].pop()
    document["brake"] = {"share_pct": 2, "hours": 48}
    document["high_risk_industries"] = []


def differences(language: str) -> dict[str, list[str]]:
    old = compiled(get_policy_in_force(now=NOW))
    new = compiled(made.drafted_version(made.changed_document(edit=_change)))
    return {group.title: list(group.lines) for group in describe_changes(old, new, language)}


def test_the_difference_is_told_in_words() -> None:
    found = differences("en")
    lines = [line for group in found.values() for line in group]
    for words in (
        "Consumer loan \u00b7 normal market: 600 becomes 620",
        "R08 Number of lenders with open credit \u00b7 test: Lenders with open credit at most 4 becomes",
        "when not passed: a person decides becomes not approved",
        "R12 No open safety note: no longer there",
        "R26: new, applies to all applicants; ",
        "up to 2: 14 points becomes 13 points",
        "up to 2.5: new, 8 points",
        "up to 3: no longer there (was 8 points)",
        "cap without a credit record: 5,000 becomes 6,000",
        "A promise is honoured for, in days: 90 becomes 120",
        "Horizons of routes, in months: 1, 3, 6, 12 becomes 1, 3",
        "Ask for less: no longer there",
        "0.06 becomes 0.065",
        "within hours: new, 48",
    ):
        assert any(words in line for line in lines), (words, lines)
    assert "Minimum scores" in found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_part_of_a_policy_is_told_in_codes(language: str) -> None:
    policy = compiled(get_policy_in_force(now=NOW))
    nothing: Any = SimpleNamespace(document={})
    lines = [line for group in describe_changes(nothing, policy, language) for line in group.lines]
    assert len(lines) > 300
    assert [line for line in lines if re.search(r"\w_\w|==|\bNone\b|'\w+'", line)] == []


def test_sentences_of_the_policy_are_chinese_for_a_chinese_reader_whatever_their_numbers() -> None:
    policy = compiled(get_policy_in_force(now=NOW))
    document: Any = policy.document
    early, guards = document["early_warning"], document["line_guards"]
    typed = [*guards, *(one["when"] for one in early["triggers"]), *(one["do"] for one in early["measures"])]
    chinese, english = get_words("zh-hans"), get_words("en")
    for text in typed:
        said = say_policy_text(text, chinese)
        assert re.search(r"[\u4e00-\u9fff]", said), text
        assert sorted(re.findall(r"\d+", said)) == sorted(re.findall(r"\d+", text))
        assert say_policy_text(text, english) == text
    assert say_policy_text("12 or more days late", chinese) == "\u903e\u671f 12 \u5929\u6216\u4ee5\u4e0a"
    assert say_policy_text("a new sentence", chinese) == "a new sentence"


def test_every_difference_is_told_once() -> None:
    old = compiled(get_policy_in_force(now=NOW))
    new = compiled(made.drafted_version(made.changed_document(edit=_change)))
    changes = find_changes(old, new)
    assert len({change.path for change in changes}) == len(changes)
    assert sum(len(lines) for lines in differences_of(old, new).values()) == len(changes)


def differences_of(old: Any, new: Any) -> dict[str, list[str]]:
    return {group.title: list(group.lines) for group in describe_changes(old, new, "zh-hans")}


def test_nothing_differs_from_itself() -> None:
    policy = compiled(get_policy_in_force(now=NOW))
    assert describe_changes(policy, policy, "en") == []


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    document = yaml.safe_load((FOLDER / "policy.yaml").read_text(encoding="utf-8"))
    document["policy_version"] = "2026.2"
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path


def test_the_commands_take_a_version_along(file: Path, pia: User) -> None:
    assert "2026.2 is a draft" in run("draft_policy", str(file), "--as", pia.email)
    shown = run("publish_policy", "2026.2", "--as", pia.email, "--baseline", "all", "--impact", "PIA 2026-14")
    assert "proposed" in shown
    assert "baseline personal: max" in shown
    assert "somebody else approves it" in shown
    assert run("publish_policy", "2026.2") == shown
    with pytest.raises(CommandError, match="1999"):
        run("publish_policy", "1999")


def test_what_a_command_cannot_read_is_said_in_words(tmp_path: Path, pia: User) -> None:
    with pytest.raises(CommandError, match=r"nothing\.yaml: No such file or directory$"):
        run("draft_policy", str(tmp_path / "nothing.yaml"), "--as", pia.email)
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="no UTF-8 text at byte 0"):
        run("draft_policy", str(tmp_path / "odd.yaml"), "--as", pia.email)
    with pytest.raises(CommandError, match="expected a day such as 2026-12-31, not yesterday"):
        run("publish_policy", "2026.1", "--from", "yesterday")


def test_an_approved_version_is_published_from_a_day(pia: User) -> None:
    made.approved_version()
    with pytest.raises(CommandError, match="--as"):
        run("publish_policy", "2026.2")
    with pytest.raises(CommandError, match="20"):
        run("publish_policy", "2026.2", "--as", pia.email, "--from", "2026-01-01")
    assert "in force from 2027-02-01" in run(
        "publish_policy", "2026.2", "--as", pia.email, "--from", "2027-02-01"
    )
    assert PolicyVersion.objects.get(version="2026.2").state == PolicyState.PUBLISHED


def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, pia: User) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("policy_version: '7'\nsurprise: 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 2"):
        run("draft_policy", str(path), "--as", pia.email)
    with pytest.raises(CommandError, match=r"missing\.yaml"):
        run("draft_policy", str(tmp_path / "missing.yaml"), "--as", pia.email)


def test_who_acts_is_a_colleague_who_may(file: Path, cleo: User, ada: User) -> None:
    with translation.override("en"):
        with pytest.raises(CommandError, match="does not allow"):
            run("draft_policy", str(file), "--as", cleo.email)
        with pytest.raises(CommandError, match="no colleague"):
            run("draft_policy", str(file), "--as", ada.email)
