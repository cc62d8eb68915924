"""Parts of the boards about what is lent, and about the sources that say to whom."""

from dataclasses import fields
from datetime import date

from django.utils.translation import gettext as _

from appeals.feeds import is_counting, is_quiet, list_feeds
from appeals.gauging import EXPOSURE
from appeals.overturns import hide_small_groups, list_gauges
from applicants.sources import get_sources
from core import clock
from creditportal.staff.board_charts import draw_bars
from creditportal.staff.board_part import Part
from creditportal.staff.showing import day, instant
from decisions.exposure import Exposure
from decisions.policies import compiled, get_latest_policy


def sources_part(key: str) -> Part:
    """How long each source that brings facts by itself has brought none, the longest first."""
    now, sources = clock.now(), get_sources()
    rows = [
        (sources[feed.source].label[key], feed, (now - feed.last_at).days, is_quiet(feed, days, now), days)
        for feed, days in sorted(list_feeds(), key=lambda row: row[0].last_at)
    ]
    states: dict[bool, str] = {True: _("brings nothing"), False: _("brings data")}
    return Part(
        "sources", _("Sources of data, days since they last brought something"),
        [_("Source"), _("Last data"), _("Days since"), _("Days allowed"), _("State")],
        [[label, day(feed.last_at), since, days, states[quiet]] for label, feed, since, quiet, days in rows],
        bars=draw_bars(
            [
                (label, since, f"{since} \u00b7 {states[True]}" if quiet else str(since))
                for label, _feed, since, quiet, _days in rows
            ]
        ),
        note="" if rows else _no_rows(),
    )  # fmt: skip


def _no_rows() -> str:
    if is_counting():
        return _("The data that we hold is being counted. This can take some hours.")
    return _("No source has brought anything yet.")


def build_exposure(_since: date, key: str) -> list[Part]:
    """What is granted and borrowed by score band, without bands of few people."""
    gauges = list_gauges(EXPOSURE)
    bands = compiled(get_latest_policy(now=clock.now())).bands
    names = [field.name for field in fields(Exposure)][1:]
    found = [
        Exposure(band.code, *(gauges[EXPOSURE, f"{band.code}:{name}"].value for name in names))
        for band in bands
        if (EXPOSURE, f"{band.code}:people") in gauges
    ]
    shown, hidden = hide_small_groups([one for one in found if one.people], lambda one: one.people)
    labels = {band.code: f"{band.labels[key]} {band.low}\u2013{band.high}" for band in bands}
    measured = max((row.measured_at for row in gauges.values()), default=None)
    note = _("Measured every hour, last at %(at)s.") % {"at": instant(measured)} if measured else ""
    heads = [_("Score band"), _("People"), _("Lines")]
    parts = (
        (
            "granted", _("Granted lines by score band, in yuan"), "granted_cny",
            {"granted_cny": _("Granted, yuan"), "held_cny": _("Held back, yuan")},
        ),
        (
            "borrowed", _("Borrowed and open by score band, in yuan"), "drawn_cny",
            {"drawn_cny": _("Borrowed, yuan")},
        ),
    )  # fmt: skip
    return [
        Part(
            code, title, [*heads, *amounts.values()],
            [
                [labels[one.band], one.people, one.lines, *(getattr(one, name) for name in amounts)]
                for one in shown
            ],
            bars=draw_bars([(labels[one.band], value := getattr(one, drawn), f"{value:,}") for one in shown]),
            hidden=hidden, note=note or _("Nothing has been measured yet."),
        )
        for code, title, drawn, amounts in parts
    ]  # fmt: skip
