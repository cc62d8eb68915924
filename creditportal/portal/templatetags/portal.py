"""Filters for amounts and dates, and tags that draw the charts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language

from core import masking
from creditportal.bars import Step, draw_waterfall
from creditportal.portal import charts, charts_compare, charts_score, formatting

register = template.Library()
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})")

register.simple_tag(formatting.name_clock, name="clock")
register.filter("plain", formatting.show_plain)
register.filter("counted", formatting.show_count)
register.filter("rate", formatting.show_rate)
register.filter("shown", formatting.show_value)
register.filter("asks", formatting.show_bound)
register.filter("device", formatting.show_device)
register.filter("masked_name", masking.mask_name)
register.filter("masked_id", masking.mask_id_number)
register.filter("masked_phone", masking.mask_phone)
register.filter("masked_card", masking.mask_card)
register.filter("masked_email", masking.mask_email)


@register.filter
def money(value: object) -> str:
    """The amount in whole yuan."""
    return formatting.show_money(value)


@register.filter
def money2(value: object) -> str:
    """The amount to the fen, for money that moves."""
    return formatting.show_money(value, places=2)


@register.filter
def day(value: object) -> str:
    """The date as people write it, on one line."""
    return whole_days(formatting.show_day(value))


@register.filter
def moment(value: object) -> str:
    """The date and the time of the reader, the date on one line."""
    return whole_days(formatting.show_moment(value))


@register.filter
def with_clock(told: str) -> str:
    """A day or moment with the name of its time behind it."""
    return format_html(formatting.add_clock("{}"), told)


@register.filter
def whole_days(text: str) -> str:
    """The text with each date of digits on one line: a browser would break it at its hyphens."""
    pieces = _DAY.split(str(text))
    shown = (
        format_html('<span class="nowrap">{}</span>', one) if place % 2 else one
        for place, one in enumerate(pieces)
    )
    return format_html_join("", "{}", ((one,) for one in shown))


@register.simple_tag
def gap() -> str:
    """What parts two sentences on a line: nothing in Chinese, whose full stop is wide enough."""
    return "" if (get_language() or "").startswith("zh") else " "


@register.filter
def entry(table: Mapping[str, Any], name: str) -> Any:
    """What stands in a table under a name that a template holds; nothing without either."""
    return table.get(name) if table else None


@register.filter
def signed(value: int) -> str:
    """A change with its sign, the minus as long as the plus."""
    return f"{value:+d}".replace("-", "\u2212")


@register.inclusion_tag("components/gauge.html")
def gauge(score: Mapping[str, Any], key: str = "gauge") -> dict[str, Any]:
    """The half arc with bands, gate and a sentence."""
    edges = [band["from"] for band in score.get("bands", [])]
    drawn = charts.draw_gauge(
        value=score["value"], low=score["min"], high=score["max"], edges=edges, gate=score.get("gate")
    )
    return {"chart": drawn, "score": score, "key": key}


@register.inclusion_tag("components/dimensions.html")
def dimension_bars(dimensions: Sequence[Mapping[str, Any]], key: str = "dimensions") -> dict[str, Any]:
    """A bar for each dimension, with the table it was drawn from."""
    return {"chart": charts.draw_dimensions(dimensions), "dimensions": dimensions, "key": key}


@register.inclusion_tag("components/waterfall.html")
def waterfall(
    steps: Sequence[Mapping[str, Any]], score: Mapping[str, Any], key: str = "waterfall"
) -> dict[str, Any]:
    """The way from the lowest score to this one, with the table it was drawn from."""
    drawn = draw_waterfall(
        [Step(str(one["label"]), int(one["delta"]), int(one["running"])) for one in steps],
        low=score.get("min", 350), high=score.get("max", 950), gate=score.get("gate"),
    )  # fmt: skip
    ends = {"start": steps[0]["running"], "end": steps[-1]["running"]} if steps else {}
    return {"chart": drawn, **ends, "key": key}


@register.inclusion_tag("components/line_bar.html")
def line_bar(parts: Mapping[str, Any], key: str = "line") -> dict[str, Any]:
    """One bar of a line: used, on hold, reduced, available."""
    kinds = ("used", "on_hold", "reduced", "available")
    drawn = charts.draw_parts([(kind, float(parts[kind])) for kind in kinds])
    return {"chart": drawn, "parts": parts, "key": key}


@register.inclusion_tag("components/limit_bar.html")
def limit_bar(bar: Mapping[str, Any], key: str = "limit-bar") -> dict[str, Any]:
    """One number against its limit, with the finding in words."""
    drawn = charts_compare.draw_limit(
        value=bar["value"], limit=bar["limit"], shown_value=bar["shown_value"],
        shown_limit=bar["shown_limit"], is_over=bar["is_over"], low=bar.get("low", 0),
    )  # fmt: skip
    return {"chart": drawn, "bar": bar, "key": key}


@register.inclusion_tag("components/cap_bars.html")
def cap_bars(limit: Mapping[str, Any], key: str = "caps") -> dict[str, Any]:
    """Every ceiling of a limit, the smallest marked."""
    return {"chart": charts_compare.draw_caps(limit["caps"]), "limit": limit, "key": key}


@register.inclusion_tag("components/not_earned.html")
def not_earned(characteristics: Sequence[Mapping[str, Any]], key: str = "not-earned") -> dict[str, Any]:
    """Points still to be had, most first."""
    return {"chart": charts_compare.draw_not_earned(characteristics), "key": key}


@register.inclusion_tag("components/instalments.html")
def instalment_chart(rows: Sequence[Mapping[str, Any]], key: str = "instalments") -> dict[str, Any]:
    """A column for each instalment, with the table it was drawn from."""
    return {"chart": charts_compare.draw_instalments(rows), "rows": rows, "key": key}


@register.inclusion_tag("components/history.html")
def score_history(points: Sequence[Any], gate: int | None = None, key: str = "history") -> dict[str, Any]:
    """The score over time; `points` newest first, as the history is told."""
    ordered = [(formatting.show_day(point.decided_at), point.score) for point in reversed(points)]
    return {"chart": charts_score.draw_history(ordered, gate=gate), "points": points, "key": key}


@register.inclusion_tag("components/radar.html")
def radar(dimensions: Sequence[Mapping[str, Any]], key: str = "radar") -> dict[str, Any]:
    """The five areas as a shape; a second view, never alone."""
    return {"chart": charts_score.draw_radar(dimensions), "dimensions": dimensions, "key": key}
