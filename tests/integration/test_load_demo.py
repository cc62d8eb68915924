"""The sample site: everybody in the situation that the stories tell, and loaded once."""

import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from applicants.facts import get_sheet
from applicants.models import Applicant, Fact
from assessment import load_policy
from core.clock import now
from creditportal.demo import PASSWORD, load_demo
from decisions import policies
from decisions.models import Decision, EarlyWarning, Line, Measure, PolicyVersion
from decisions.policies import compiled
from decisions.related import combined_score
from outbox.draining import drain

pytestmark = pytest.mark.django_db

STORIES = {
    "li.na": ("decline", 608, ["U02", "U01", "S07"]),
    "zhang.wei": ("close", 633, ["S08", "S09", "P01"]),
    "zhao.ming": ("decline", 629, ["U05"]),
    "chen.jing": ("decline", 563, ["S01", "S09", "S05", "S04"]),
    "wang.fang": ("approve", 801, []),
    "lin.xiao": ("approve", 750, []),
    "sun.lei": ("refer", 640, ["U10"]),
    "zhou.tong": ("decline", 705, ["U09"]),
    "hengxin": ("approve", 806, []),
    "ruian": ("hold", 819, ["E05"]),
}


def load() -> None:
    load_demo(rows=0, now=now(), say=lambda _text: None)


def test_everybody_is_where_the_story_says() -> None:
    load()
    for name, (outcome, score, codes) in STORIES.items():
        decision = Decision.objects.get(applicant__user__email=f"{name}@example.test")
        found = (decision.outcome, decision.score, [row.code for row in decision.reasons.all()])
        assert found == (outcome, score, codes), name
    assert User.objects.get(email="cleo@example.test").check_password(PASSWORD)


def test_sample_firms_have_people_whose_numbers_make_the_firms() -> None:
    load()
    for name, combined in (("hengxin", 710), ("ruian", 680)):
        firm = Applicant.objects.get(user__email=f"{name}@example.test")
        assert combined_score(firm=firm, now=now()) == combined
        assert firm.related_persons.filter(consented_at__isnull=False).count() == 3
        assert get_sheet(firm).facts["related_person_score"]["value"] == combined


def test_lines_stand_as_told() -> None:
    load()
    held = Line.objects.filter(applicant__user__isnull=False).select_related("applicant__user")
    lines = {line.applicant.user.email.split("@")[0]: line for line in held if line.applicant.user}
    assert lines["wang.fang"].state == "active"
    assert lines["wang.fang"].total_cny == 140800
    assert lines["zhang.wei"].state == "closed"
    change = lines["zhang.wei"].changes.last()
    assert change is not None
    assert change.signed_by == User.objects.get(email="dana@example.test")
    assert lines["hengxin"].drawn_cny == 320000


def test_a_second_call_changes_nothing_and_is_quick() -> None:
    load()
    before = [model.objects.count() for model in (User, Applicant, Fact, Decision, Line)]
    started = time.process_time()
    load()
    assert time.process_time() - started < 3
    assert [model.objects.count() for model in (User, Applicant, Fact, Decision, Line)] == before


def test_the_command_tells_how_to_sign_in_and_only_in_a_demo(settings: Any) -> None:
    settings.DEMO = True
    out = StringIO()
    call_command("load_demo", "--rows", "0", stdout=out)
    assert "li.na@example.test" in out.getvalue()
    assert PASSWORD in out.getvalue()
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_demo", "--rows", "0")


def test_the_catalogues_are_loaded_by_their_command() -> None:
    out = StringIO()
    call_command("load_catalogues", stdout=out)
    assert "policy 2026.1" in out.getvalue()
    with pytest.raises(CommandError, match=r"sources\.yaml"):
        call_command("load_catalogues", "--folder", "/nonexistent")


def test_the_shock_of_hengxin_raises_warnings() -> None:
    load()
    firm = Applicant.objects.get(user__email="hengxin@example.test")
    drain(clock=now)
    raised = EarlyWarning.objects.filter(applicant=firm, ended_at=None)
    assert sorted(raised.values_list("trigger", flat=True)) == ["W03", "W12"]
    assert Measure.objects.get(applicant=firm, state="proposed").code == "M3"


def test_a_site_of_an_earlier_version_says_how_to_go_on(settings: Any, monkeypatch: Any) -> None:
    load()
    settings.DEMO = True
    document = compiled(PolicyVersion.objects.get(version="2026.1")).document
    document["reapply"]["wait_days_after_decline"] = 31
    monkeypatch.setattr(policies, "read_policy_file", lambda _path: load_policy(document))
    with pytest.raises(CommandError, match=r"earlier version: delete its folder var/demo"):
        call_command("load_demo", rows=0, stdout=StringIO())
