"""What we tell everybody: how appeals end, and what changed in our rules."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from appeals.overturns import Count
from appeals.public_figures import read_figures
from applicants.showing import language_key
from core.clock import now
from creditportal.bars import ROW, Bar, Bars, percent
from creditportal.portal.pages import show_open
from creditportal.portal.public import open_page
from decisions.reason_catalogue import get_reasons
from decisions.rule_log import list_markets, list_versions


@open_page
def show_figures(request: HttpRequest) -> HttpResponse:
    """How many appealed in a year, how long it took, and how often it changed something."""
    figures = read_figures(now=now())
    chart = _draw_reasons(figures.reasons) if figures else None
    return show_open(request, "figures.html", {"figures": figures, "chart": chart})


@open_page
def show_rule_log(request: HttpRequest) -> HttpResponse:
    """Which rules held from when to when, and what each version changed."""
    versions = list_versions(language=translation.get_language() or "zh-hans", now=now())
    return show_open(request, "rule_log.html", {"versions": versions, "markets": list_markets()})


def _draw_reasons(counts: tuple[Count, ...]) -> Bars:
    key, known = language_key(translation.get_language() or "zh-hans"), get_reasons()
    rows = tuple(
        Bar(
            label=str(known[one.value].document["title"][key]),
            value=f"{one.share_pct or 0:.0f}%",
            y=place * ROW,
            x="0%",
            width=percent((one.share_pct or 0) / 100),
            total=f"{one.decided:,}",
        )
        for place, one in enumerate(one for one in counts if one.value in known)
    )
    return Bars(rows=rows, height=len(rows) * ROW)
