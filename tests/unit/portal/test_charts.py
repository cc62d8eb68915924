"""The parts of each chart lie where the numbers say, and their words carry the finding."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from creditportal.bars import Step, draw_waterfall
from creditportal.portal.charts import draw_dimensions, draw_gauge, draw_parts
from creditportal.portal.explaining import arrange
from tests.unit.portal.documents import li_na

SCORES = st.integers(350, 950)


@given(SCORES)
def test_the_arc_ends_on_the_circle(score: int) -> None:
    drawn = draw_gauge(value=score, low=350, high=950, edges=[550, 600], gate=600)
    x, y = (float(part) for part in (drawn.reached or "A 40 140").split()[-2:])
    assert (x - 160) ** 2 + (y - 140) ** 2 == pytest.approx(120**2, rel=0.01)
    assert y <= 140.1


def test_the_lowest_score_has_no_arc() -> None:
    assert draw_gauge(value=350, low=350, high=950, edges=[], gate=None).reached == ""


@given(st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_the_waterfall_ends_at_the_score(points: list[int]) -> None:
    running, steps = 350, [Step("start", 0, 350)]
    for part in points:
        running += part
        steps.append(Step("step", part, running))
    steps.append(Step("score", 0, running))
    rows = draw_waterfall(steps, gate=600).rows
    assert rows[-1].value == str(running)
    assert all(0 <= float(row.x[:-1]) <= 100 for row in rows)
    assert all(float(row.x[:-1]) + float(row.width[:-1]) <= 100.41 for row in rows)


def test_a_step_down_is_drawn_otherwise_than_a_step_up() -> None:
    steps = [
        Step("before", 0, 600),
        Step("down", -20, 580),
        Step("after", 0, 580),
    ]
    down = draw_waterfall(steps).rows[1]
    assert (down.kind, down.value) == ("bar-2", "\u221220")


def test_dimension_bars_show_points_of_the_most_possible() -> None:
    first = draw_dimensions(li_na()["dimensions"]).rows[0]
    assert (first.value, first.width) == ("74 / 210", "35.24%")


def test_the_parts_of_a_line_fill_the_bar() -> None:
    bars = draw_parts([("used", 12.0), ("on_hold", 3.0), ("reduced", 5.0), ("available", 0.0)])
    assert [bar.kind for bar in bars] == ["used", "on_hold", "reduced"]
    assert sum(float(bar.width[:-1]) for bar in bars) == pytest.approx(100)


def test_an_empty_line_has_no_parts() -> None:
    assert draw_parts([("used", 0.0), ("available", 0.0)]) == ()


@pytest.mark.parametrize("tag", ["gauge document.score", "dimension_bars document.dimensions"])
def test_each_chart_says_what_it_shows(tag: str) -> None:
    page = Template("{% load portal %}{% " + tag + " %}").render(Context({"document": li_na()}))
    assert 'role="img"' in page
    assert "<title id=" in page
    assert "<desc id=" in page


def test_reasons_stand_in_the_order_of_the_letter_whatever_their_layers() -> None:
    document = li_na()
    document["reasons"] = [
        {**reason, "layer": layer, "position": place}
        for reason, layer, place in zip(
            document["reasons"], ("rule", "score", "rule"), (1, 2, 3), strict=True
        )
    ]
    assert [reason["position"] for reason in arrange(document)["layered"]] == [1, 2, 3]


def test_the_most_important_reason_stands_first() -> None:
    arranged = arrange(li_na())
    assert [reason["code"] for reason in arranged["layered"]] == ["U02", "U01", "S07"]
    assert arranged["failed"] == 3


def test_a_limit_stands_beside_the_number_it_judges() -> None:
    facts = arrange(li_na())["layered"][0]["facts"]
    assert [(fact["value"], fact["limit"]) for fact in facts] == [("58%", "55%")]
