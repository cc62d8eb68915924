"""Scorecards as PMML at the desk, and the promises of a version before it is retired."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from applicants.showing import show_date
from assessment.pmml import read_pmml
from decisions.models import PolicyState, PolicyVersion
from decisions.pmml_exchange import export_card
from decisions.policies import compiled
from decisions.policy_lifecycle import get_policy_version
from decisions.policy_publishing import retire_policy
from decisions.promises import save_promise
from decisions.routes import find_routes_for
from outbox.models import Outbox
from tests.factories import policies as made
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
BASE = "/staff/policies/"


def card(*changes: tuple[str, str]) -> str:
    text = export_card(policy_version=get_policy_version("2026.1"), scorecard="personal")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("card.pmml", content)


def sent(**typed: Any) -> dict[str, Any]:
    return {"scorecard": "personal", "version": "2026.7", **typed}


@pytest.mark.parametrize("is_file", [True, False])
def test_a_card_becomes_a_draft(is_file: bool, pia: User, sit_down: SitDown) -> None:
    source: dict[str, Any] = {"file": upload(card().encode())} if is_file else {"card": card()}
    answer = sit_down(pia).post(f"{BASE}card/", sent(note="From the fit.", **source))
    assert answer.headers["Location"] == f"{BASE}2026.7/"
    row = PolicyVersion.objects.get(version="2026.7")
    assert (row.state, row.note, row.drafted_by) == (PolicyState.DRAFT, "From the fit.", acting(pia).code)
    assert compiled(row).scorecards == compiled(get_policy_version("2026.1")).scorecards


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([('partialScore="60"', 'partialScore="60.5"')], "whole points from 0"),
        ([('initialScore="350"', 'initialScore="300"')], "a policy starts from 350"),
        ([("<SimplePredicate", "<TextPredicate")], "the element TextPredicate is not supported here"),
        ([("</PMML>", "")], "no XML"),
    ],
)
def test_a_bad_card_comes_back_with_its_place_and_all_that_was_typed(
    changes: list[tuple[str, str]], words: str, pia: User, sit_down: SitDown
) -> None:
    typed = sent(file=upload(card(*changes).encode()), note="Why I wrote it.", mapping="a: {input: b}")
    answer = sit_down(pia).post(f"{BASE}card/", typed)
    page = text_of(answer)
    assert answer.status_code == 400
    for text in (words, "2026.7", "Why I wrote it.", "a: {input: b}", "&lt;Scorecard"):
        assert text in page
    assert not PolicyVersion.objects.filter(version="2026.7").exists()


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({}, 400, "Choose a file, or paste the card."),
        ({"file": upload(b"\xff\xfe<\x00")}, 400, "no XML"),
        ({"file": upload(b" " * 8_000_001)}, 400, "too large for a scorecard"),
        ({"card": "<PMML/>", "scorecard": "martian"}, 400, "martian is not one of the available choices"),
        ({"card": "<PMML/>", "mapping": "a: ["}, 400, "(line 1)"),
        ({"card": "<PMML/>", "mapping": "a: [b]"}, 400, "a: expected texts such as"),
        ({"card": "<PMML/>", "version": "no spaces"}, 400, "the attribute version is missing"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    typed: dict[str, Any], status: int, words: str, pia: User, sit_down: SitDown
) -> None:
    answer = sit_down(pia).post(f"{BASE}card/", sent(**typed))
    assert answer.status_code == status
    assert words in text_of(answer)


def test_a_number_that_is_taken_or_cannot_be_one_is_refused(pia: User, sit_down: SitDown) -> None:
    client = sit_down(pia)
    taken = client.post(f"{BASE}card/", sent(card=card(), version="2026.1"))
    assert (taken.status_code, "exists already" in text_of(taken)) == (409, True)
    for name in ("card", "new", "2026 2"):
        answer = client.post(f"{BASE}card/", sent(card=card(), version=name))
        assert "at most 20 letters, digits, points and hyphens" in text_of(answer)


@pytest.mark.parametrize(
    "address", [f"{BASE}card/", f"{BASE}2026.1/promises/", f"{BASE}2026.1/personal.pmml"]
)
def test_others_may_not_look(address: str, cleo: User, eve: User, sit_down: SitDown) -> None:
    assert sit_down(cleo).get(address).status_code == 403
    assert sit_down(eve).get(address).status_code == 404


def test_a_scorecard_is_handed_out(dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    assert f"{BASE}2026.1/enterprise.pmml" in text_of(client.get(f"{BASE}2026.1/"))
    answer = client.get(f"{BASE}2026.1/enterprise.pmml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="2026.1-enterprise.pmml"'
    assert read_pmml(answer.content).model_name == "enterprise_2026.1"
    assert client.get(f"{BASE}2026.1/martian.pmml").status_code == 404


def test_open_promises_are_seen_before_a_version_is_retired(pia: User, ada: User, sit_down: SitDown) -> None:
    decision = sample_decision("li_na", user=ada)
    key = find_routes_for(decision=decision, now=NOW).plans[0].key
    promise = save_promise(decision=decision, route_key=key, by=acting(ada), now=NOW)
    client = sit_down(pia)
    page = text_of(client.get(f"{BASE}2026.1/"))
    assert "1 promise is open under this version." in page
    for where in (page, text_of(client.get(f"{BASE}2026.1/promises/"))):
        for text in (promise.reference, show_date(promise.honoured_until, "en"), "onsumer loan"):
            assert text in where
        assert decision.applicant.name not in where
    beyond = text_of(client.get(f"{BASE}2026.1/promises/?after={promise.reference}"))
    assert ("First page" in beyond, "<tbody>" in beyond) == (True, False)
    assert client.get(f"{BASE}2026.1/promises/?after=x").status_code == 404


def test_open_promises_are_seen_before_another_version_begins(
    pia: User, ada: User, sit_down: SitDown
) -> None:
    decision = sample_decision("li_na", user=ada)
    key = find_routes_for(decision=decision, now=NOW).plans[0].key
    save_promise(decision=decision, route_key=key, by=acting(ada), now=NOW)
    made.approved_version()
    page = text_of(sit_down(pia).get(f"{BASE}2026.2/"))
    assert "1 promise is open under 2026.1. It is kept until its day." in page


def test_the_desk_is_open_when_no_version_is_in_force(pia: User, sit_down: SitDown) -> None:
    row = get_policy_version("2026.1")
    retire_policy(policy_version=row, reason="Over.", by=acting(pia), now=NOW - timedelta(days=1))
    client = sit_down(pia)
    for address in (BASE, f"{BASE}2026.1/", f"{BASE}market/", f"{BASE}new/", f"{BASE}card/"):
        assert client.get(address).status_code == 200
    assert client.post(f"{BASE}card/", sent(card=card())).status_code == 302
    assert "Propose" in text_of(client.get(f"{BASE}2026.7/"))
    assert client.post(f"{BASE}2026.7/dry-run/").status_code == 302
    assert Outbox.objects.filter(kind="DRY_RUN_POLICY", subject="2026.7").exists()
    assert client.get("/staff/measures/").status_code == 200
