"""Reasons, score, offers, letters and the pages for everybody: quick, kept apart, and calm."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from PIL import Image

from accounts.actors import SITE
from accounts.models import User
from applicants.automation import refuse_automation
from core.clock import now
from creditportal.portal.charts_compare import draw_caps, draw_instalments, draw_limit, draw_not_earned
from creditportal.portal.charts_score import draw_history, draw_radar
from creditportal.portal.explaining import arrange
from creditportal.portal.reasons import find_bar
from decisions.explaining import explain
from decisions.models import Decision
from decisions.notices import send_notice
from decisions.platform import announce_maintenance
from decisions.samples import apply_for
from notifications.models import Feedback
from tests.factories.decisions import known_as, sample_applicant, sample_decision
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, visitor, words

MOST_QUERIES = 12
Asserted = Callable[[int], AbstractContextManager[Any]]
OPEN = [
    "help", "alternatives", "hardship", "glossary", "verify", "precheck", "feedback", "feedback_thanks",
    "figures", "rule_log",
]  # fmt: skip


@pytest.fixture
def declined(catalogues: None, ada: User) -> Decision:
    return sample_decision("li_na", user=ada, now=now())


@pytest.fixture
def offered(catalogues: None, ada: User) -> Decision:
    return sample_decision("chen_jing_after", user=ada, now=now())


def assert_quick(client: Client, path: str, most: Asserted) -> None:
    client.get(path)
    with most(MOST_QUERIES):
        assert client.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["U02", "U01", "S07"])
def test_a_reason_asks_the_database_little(
    declined: Decision, ada: User, code: str, django_assert_max_num_queries: Asserted
) -> None:
    assert_quick(signed_in(ada), address("reason", declined.reference, code), django_assert_max_num_queries)


@pytest.mark.django_db
def test_the_score_asks_the_database_little(
    declined: Decision, ada: User, django_assert_max_num_queries: Asserted
) -> None:
    for path in (address("score"), address("score_item", "debt_service_pct"), address("alternatives")):
        assert_quick(signed_in(ada), path, django_assert_max_num_queries)


@pytest.mark.django_db
def test_an_offer_asks_the_database_little(
    offered: Decision, ada: User, django_assert_max_num_queries: Asserted
) -> None:
    assert offered.line is not None
    for path in (address("offer", offered.reference), address("line", offered.line.reference)):
        assert_quick(signed_in(ada), path, django_assert_max_num_queries)


@pytest.mark.django_db
def test_each_reason_shows_its_number_and_its_limit(declined: Decision) -> None:
    document = explain(decision=declined, language="en", now=now())
    with translation.override("en"):
        bars = {one["code"]: find_bar(declined, document, one) for one in arrange(document)["layered"]}
    assert {code: (bar["shown_value"], bar["shown_limit"]) for code, bar in bars.items() if bar} == {
        "U02": ("58%", "at most 55%"), "U01": ("5", "at most 4"), "S07": ("6", "at most 5"),
    }  # fmt: skip


@pytest.mark.django_db
def test_an_unknown_reason_or_input_is_not_found(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    for path in (address("reason", declined.reference, "U99"), address("score_item", "nothing")):
        assert client.get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_letters_come_as_pdf_to_their_reader_alone(
    declined: Decision, ada: User, eve: User, language: str
) -> None:
    for name in ("notice", "card"):
        path = address(name, declined.reference, language)
        answer = signed_in(ada).get(path)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
        assert signed_in(eve).get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_card_is_a_picture_too(declined: Decision, ada: User, eve: User, language: str) -> None:
    path = address("card_picture", declined.reference, language)
    answer = signed_in(ada).get(path)
    picture = Image.open(BytesIO(answer.content))
    assert (answer["Content-Type"], picture.format, picture.width) == ("image/png", "PNG", 1049)
    assert signed_in(eve).get(path).status_code == 404
    assert path in words(signed_in(ada, language).get(address("decision", declined.reference)))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["notice", "card", "card_picture"])
def test_a_letter_in_no_language_is_not_found(declined: Decision, ada: User, name: str) -> None:
    assert signed_in(ada).get(address(name, declined.reference, "fr")).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_pages_for_everybody_open_to_visitors_and_owners(declined: Decision, ada: User, name: str) -> None:
    assert visitor().get(address(name)).status_code == 200
    assert signed_in(ada).get(address(name)).status_code == 200


@pytest.mark.django_db
def test_a_code_says_genuine_date_and_reference_only(declined: Decision, ada: User) -> None:
    letter = send_notice(decision=declined, by=acting(ada), now=now())
    page = words(visitor().post(address("verify"), {"code": letter.verify_code}))
    assert "Genuine" in page
    assert declined.reference in page
    assert [told for told in (declined.applicant.name, "608", "7,200", "U02") if str(told) in page] == []


@pytest.mark.django_db
def test_codes_cannot_be_tried_at_will(catalogues: None) -> None:
    client = visitor()
    answers = [client.post(address("verify"), {"code": "0000-0000-0000"}) for _ in range(31)]
    assert (answers[0].status_code, answers[-1].status_code) == (200, 429)
    minutes = -(-int(answers[-1]["Retry-After"]) // 60)
    assert f"You can try again in {minutes} minute" in words(answers[-1])


@pytest.mark.django_db
def test_feedback_keeps_no_name(declined: Decision, ada: User) -> None:
    client = signed_in(ada)
    sent = {"page": "portal:decision", "is_helpful": "yes", "words": "Clear."}
    assert client.post(address("feedback"), sent).status_code == 302
    kept = Feedback.objects.get()
    assert (kept.page, kept.is_helpful, kept.words) == ("portal:decision", True, "Clear.")
    assert {field.name for field in Feedback._meta.fields} & {"user", "applicant", "address"} == set()


@pytest.mark.django_db
def test_feedback_without_an_answer_keeps_what_was_typed(catalogues: None) -> None:
    answer = visitor().post(address("feedback"), {"words": "\U0001f600 <script>"})
    assert answer.status_code == 400
    assert "Choose yes or no." in words(answer)
    assert "&lt;script&gt;" in words(answer)
    assert Feedback.objects.count() == 0


@pytest.mark.django_db
def test_maintenance_is_told_as_saved_and_not_as_a_no(catalogues: None, ada: User) -> None:
    ends_at = now() + timedelta(hours=2)
    announce_maintenance(starts_at=now(), ends_at=ends_at, reason="update", by=SITE, now=now())
    decision = sample_decision("li_na", user=ada, now=now())
    page = words(signed_in(ada).get(address("decision", decision.reference)))
    assert "Your application is saved" in page
    assert 'class="errors"' not in page


@pytest.mark.django_db
def test_nobody_has_a_score_before_the_first_decision(catalogues: None, eve: User) -> None:
    assert "There is no score yet" in words(signed_in(eve).get(address("score")))


def test_the_limit_stays_inside_the_bar() -> None:
    for value, limit in ((58, 55), (0, 55), (5, 0), (563, 600)):
        bar = draw_limit(value=value, limit=limit, shown_value="", shown_limit="", is_over=True)
        assert 0 <= float(bar.limit_x[:-1]) <= 100
        assert 0 <= float(bar.width[:-1]) <= 100


def test_the_smallest_ceiling_comes_first_and_is_marked() -> None:
    caps = [{"label": "b", "amount_cny": 5, "amount": "¥5", "binding": False},
            {"label": "a", "amount_cny": 2, "amount": "¥2", "binding": True}]  # fmt: skip
    assert [(row.label, row.kind) for row in draw_caps(caps).rows] == [("a", "bar"), ("b", "bar-3")]


def test_points_not_earned_come_in_order_and_full_ones_not_at_all() -> None:
    rows = [{"label": "x", "points": 1, "max": 4}, {"label": "y", "points": 0, "max": 9}]
    rows.append({"label": "z", "points": 5, "max": 5})
    assert [(row.label, row.value) for row in draw_not_earned(rows).rows] == [("y", "9"), ("x", "3")]


def test_a_column_is_as_high_as_its_payment() -> None:
    rows = [{"payment": "100", "principal": "80", "interest": "20"}]
    column = draw_instalments(rows, height=100).columns[0]
    assert (column["principal"], column["interest"], column["interest_y"]) == ("80.0", "20.0", "0.0")


def test_a_higher_score_lies_higher() -> None:
    drawn = draw_history([("a", 560), ("b", 640)], gate=600)
    assert float(drawn.dots[1].y) < float(drawn.gate_y) < float(drawn.dots[0].y)
    assert len(drawn.stretches) == 1


def test_a_radar_has_a_corner_for_each_area() -> None:
    areas = [{"label": str(place), "points": place, "max": 4} for place in range(5)]
    drawn = draw_radar(areas)
    assert len(drawn.shape.split()) == len(drawn.spokes) == 5
    edges = [(spoke.anchor, spoke.text_x) for spoke in drawn.spokes]
    right, left = ("end", "340.0"), ("start", "0.0")
    assert edges == [("middle", "170.0"), right, right, left, left]


@pytest.mark.django_db
def test_what_a_person_was_asked_to_decide_is_no_maintenance(catalogues: None, ada: User) -> None:
    applicant = sample_applicant("wang_fang", user=ada, now=now())
    refuse_automation(applicant=applicant, by=acting(ada), now=now())
    decision = apply_for(applicant=applicant, sample=known_as("wang_fang"), by=acting(ada), now=now())
    assert decision.outcome == "refer"
    page = words(signed_in(ada).get(address("decision", decision.reference)))
    assert "We are doing maintenance" not in page
