"""Amounts, dates and missing values read the same everywhere."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from creditportal.portal.formatting import (
    show_day,
    show_device,
    show_moment,
    show_money,
    show_plain,
    show_rate,
    show_value,
)
from creditportal.portal.templatetags.portal import whole_days


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (20000, 0, "\u00a520,000"), ("917.99", 2, "\u00a5917.99"), (-5, 0, "\u2212\u00a55"), (None, 0, "--"),
        ("", 2, "--"), ("about 5", 0, "about 5"),
    ],
)  # fmt: skip
def test_money(value: object, places: int, text: str) -> None:
    assert show_money(value, places=places) == text


@pytest.mark.parametrize(("language", "text"), [("en", "6 Nov 2026"), ("zh-hans", "2026-11-06")])
@pytest.mark.parametrize(
    "value", [date(2026, 11, 6), "2026-11-06", datetime(2026, 11, 5, 16, 30, tzinfo=UTC)]
)
def test_days(catalogues: None, language: str, text: str, value: object) -> None:
    with translation.override(language):
        assert show_day(value) == text


@pytest.mark.parametrize(("language", "text"), [("en", "6 Nov 2026, 00:30"), ("zh-hans", "2026-11-06 00:30")])
def test_moments_are_in_the_zone_of_the_law(catalogues: None, language: str, text: str) -> None:
    with translation.override(language):
        assert show_moment(datetime(2026, 11, 5, 16, 30, tzinfo=UTC)) == text


@pytest.mark.parametrize(("value", "text"), [(None, "--"), ("", "--"), ("6 Nov 2026", "6 Nov 2026")])
def test_what_is_no_date_stays_as_it_is(value: object, text: str) -> None:
    assert show_day(value) == text
    assert show_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [("6.570", "6.57"), ("18.25", "18.25"), ("10.000", "10"), ("10", "10")]
)
def test_rates_have_no_needless_zeros(value: str, text: str) -> None:
    assert show_plain(value) == text


@pytest.mark.parametrize(
    ("rate", "text"), [("14.60", "14.60%"), (8, "8.00%"), ("6.575", "6.575%"), ("0.5", "0.50%")]
)
def test_annual_rates_have_two_places_at_least(rate: object, text: str) -> None:
    assert show_rate(rate) == text


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
            "Chrome \u00b7 Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0",
            "Edge \u00b7 Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari \u00b7 iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 9) Chrome/107.0 Safari/537.36 MicroMessenger/8.0",
            "WeChat \u00b7 Android",
        ),
        ("curl/8.5", "an unknown device"),
        ("", "an unknown device"),
    ],
)
def test_a_device_is_named_as_people_name_it(agent: str, shown: str) -> None:
    with translation.override("en"):
        assert show_device(agent) == shown


def test_a_date_of_digits_stays_on_one_line_and_nothing_else_is_trusted() -> None:
    shown = whole_days("<b> 2026-11-24 & 2026-1")
    assert shown == '&lt;b&gt; <span class="nowrap">2026-11-24</span> &amp; 2026-1'


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh-hans", '<span class="nowrap">2026-11-06</span> 00:30\uff08\u5317\u4eac\u65f6\u95f4\uff09'),
        ("en", "6 Nov 2026, 00:30 (Beijing time)"),
    ],
)
def test_a_date_in_a_sentence_stays_on_one_line(catalogues: None, language: str, shown: str) -> None:
    sentence = Template(
        "{% load i18n portal %}"
        "{% blocktranslate with day=at|moment|with_clock %}{{ day }}{% endblocktranslate %}"
    )
    with translation.override(language):
        assert sentence.render(Context({"at": datetime(2026, 11, 5, 16, 30, tzinfo=UTC)})) == shown
