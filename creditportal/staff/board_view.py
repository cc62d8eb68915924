"""What the boards show, from the summaries: each part is a plot and the table of the same numbers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from appeals.gauging import AGEING, AGES, FAILURES, OPEN, QUALITY
from appeals.models import AppealStatus, Dimension, Gauge, Verdict
from appeals.overturns import (
    FEWEST,
    Count,
    count_by_each,
    count_by_month,
    days_by_month,
    hide_small,
    list_gauges,
    months_back,
)
from applicants.characteristics import get_dictionary
from applicants.showing import language_key
from applicants.sources import get_sources
from core.catalogues import get_catalogue
from creditportal.staff.board_charts import Bar, draw_bars, draw_line
from creditportal.staff.board_lent import build_exposure, sources_part
from creditportal.staff.board_part import Part
from creditportal.staff.wording import LANGUAGES
from decisions.reason_catalogue import get_reasons
from decisions.words import get_words

FAIRNESS: Final = "fairness"
EXPOSURE: Final = "exposure"
BOARDS: Final[Mapping[str, Promise]] = {
    "volumes": gettext_lazy("Volumes and clocks"),
    "overturns": gettext_lazy("Overturned"),
    FAIRNESS: gettext_lazy("Fairness"),
    "quality": gettext_lazy("Data and failures"),
    EXPOSURE: gettext_lazy("Exposure by score"),
}
FAIRNESS_MONTHS: Final = 12
_MOST_BARS: Final = 12
_NOTHING: Final = "--"


def build_board(board: str, *, since: date, today: date, language: str) -> list[Part]:
    """The parts of one board; no board counts anything itself.

    Groups of people are counted over one window of whole months: from two windows, or from one that grows by
    the day, a group too small to be shown could be reckoned.
    """
    key = language_key(language)
    if board == FAIRNESS:
        return _build_fairness(months_back(today, FAIRNESS_MONTHS), months_back(today, 0), key)
    return _BUILDERS[board](since, key)


def _build_volumes(since: date, _key: str) -> list[Part]:
    months = count_by_month(since=since)
    days = days_by_month(since=since)
    gauges = list_gauges(OPEN)
    return [
        Part(
            "sent", _("Appeals a month"),
            [
                _("Month"), pgettext("board", "Sent"), _("Decided"), _("Changed"), _("Withdrawn"),
                _("Not accepted"),
            ],
            [[m.value, m.sent, m.decided, m.overturned, m.withdrawn, m.not_accepted] for m in months],
            bars=draw_bars([(m.value, m.sent, f"{m.sent:,}") for m in months]),
        ),
        Part(
            "days", _("Days until the answer, half of all cases"),
            [_("Month"), _("Half took at most"), _("Nine in ten took at most")],
            [[month, half, most] for month, (half, most) in days.items()],
            line=draw_line([(month, half, str(half)) for month, (half, _most) in days.items()]),
        ),
        Part(
            "in_time", _("Decided by the legal day"),
            [_("Month"), _("Decided"), _("In time"), _("Share in percent")],
            [[m.value, m.decided, m.in_time, _round(m.in_time_pct)] for m in months],
            bars=draw_bars([(m.value, m.in_time_pct, _percent(m.in_time_pct)) for m in months], whole=100),
        ),
        Part(
            "in_target", _("Decided by our own target day"),
            [_("Month"), _("Decided"), _("By our target"), _("Share in percent")],
            [[m.value, m.decided, m.in_target, _round(m.in_target_pct)] for m in months],
            bars=draw_bars(
                [(m.value, m.in_target_pct, _percent(m.in_target_pct)) for m in months], whole=100
            ),
            note=_("Our target counts days of work and stands still while we wait for the applicant."),
        ),
        _gauge_part("open", _("Open now"), OPEN, [*_open_labels()], gauges),
    ]  # fmt: skip


def _open_labels() -> list[tuple[str, str]]:
    labels = {code: str(label) for code, label in AppealStatus.choices if code != "DRAFT"}
    labels["INFO_REQUESTED"] = _("Waiting for the applicant")
    return [*labels.items(), ("over_target", _("past our own target day")), ("late", _("past the legal day"))]


def _build_overturns(since: date, key: str) -> list[Part]:
    names: dict[str, str] = {
        Dimension.REASON: _("By reason"), Dimension.SOURCE: _("By source"), Dimension.RULE: _("By rule"),
        Dimension.POLICY: _("By policy version"), Dimension.REVIEWER: _("By reviewer"),
        Dimension.CHANNEL: _("By channel"),
    }  # fmt: skip
    counted = count_by_each(list(names), since=since)
    people = _name_reviewers(counted[Dimension.REVIEWER])
    return [
        _share_part(dimension.lower(), title, counted[dimension], _labeller(dimension, key, people))
        for dimension, title in names.items()
    ]


def _build_fairness(since: date, until: date, key: str) -> list[Part]:
    counted = count_by_each([Dimension.GROUP, Dimension.LANGUAGE], since=since, until=until)
    groups = {
        "age": _("By age"), "kind": _("By kind of applicant"), "place": _("By place"),
    }  # fmt: skip
    parts = [
        _hidden_part(name, title, _within(counted[Dimension.GROUP], name), _label_group)
        for name, title in groups.items()
    ]
    language = _hidden_part(
        "language", _("By language"), counted[Dimension.LANGUAGE], _labeller(Dimension.LANGUAGE, key, {})
    )
    return [*parts, language]


def _build_quality(since: date, key: str) -> list[Part]:
    gauges = list_gauges(FAILURES, AGEING, QUALITY)
    inputs = count_by_each([Dimension.INPUT], since=since)[Dimension.INPUT]
    failures = [
        ("dead_work", _("steps that gave up")), ("undelivered", _("messages that could not be sent")),
        ("unread_papers", _("papers unread for five days")),
        ("unchecked_files", _("files whose checks take over an hour")),
        ("late_remedies", _("remedies past their day")),
        ("late_referrals", _("referrals past their day")),
        ("unread_answers", _("answers to measures unread for five days")),
        ("quiet_sources", _("sources that bring nothing")),
    ]  # fmt: skip
    disputes = [("open_disputes", _("open disputes of a record")), ("late_disputes", _("of them late"))]
    read_again = [(f"read_{verdict}", str(verdict.label)) for verdict in Verdict]
    read_again.append(("read_not_yet", _("drawn and not read yet")))
    ages = [(name, _("%(days)s days") % {"days": name}) for name, _start, _end in AGES]
    return [
        _gauge_part("failures", _("Silent failures"), FAILURES, failures, gauges),
        sources_part(key),
        _gauge_part("ageing", _("Papers that nobody has read, by age"), AGEING, ages, gauges),
        _share_part(
            "inputs", _("Inputs that proved different"), inputs, _labeller(Dimension.INPUT, key, {}),
            changed=_("Different"),
        ),
        _gauge_part("disputes", _("Disputed records"), QUALITY, disputes, gauges),
        _gauge_part("read_again", _("Rulings read again"), QUALITY, read_again, gauges),
    ]  # fmt: skip


_BUILDERS: Final[Mapping[str, Callable[[date, str], list[Part]]]] = {
    "volumes": _build_volumes,
    "overturns": _build_overturns,
    "quality": _build_quality,
    EXPOSURE: build_exposure,
}


def _share_part(
    key: str, title: str, counts: Sequence[Count], label: Callable[[str], str], *, changed: str = ""
) -> Part:
    """Shares of the values with enough cases as bars; the table names the others without a share."""
    shown = [one for one in counts if one.decided]
    drawn = [one for one in shown if one.decided >= FEWEST]
    return Part(
        key, title, [_("What"), _("Decided"), changed or _("Changed"), _("Share in percent")],
        [
            [label(one.value), one.decided, one.overturned, _round(one.share_pct if one in drawn else None)]
            for one in shown
        ],
        bars=_draw_shares(drawn[:_MOST_BARS], label),
        note=_("A share is shown from ten cases on.") if len(drawn) < len(shown) else "",
    )  # fmt: skip


def _hidden_part(key: str, title: str, counts: Sequence[Count], label: Callable[[str], str]) -> Part:
    shown, hidden = hide_small([one for one in counts if one.decided])
    if key == "age":
        shown = sorted(shown, key=lambda one: one.value)
    return Part(
        key, title, [_("Group"), _("Decided"), _("Changed"), _("Share in percent")],
        [[label(one.value), one.decided, one.overturned, _round(one.share_pct)] for one in shown],
        bars=_draw_shares(shown, label),
        hidden=hidden,
    )  # fmt: skip


def _draw_shares(counts: Sequence[Count], label: Callable[[str], str]) -> tuple[Bar, ...]:
    rows = [(label(one.value), one.share_pct, _percent(one.share_pct)) for one in counts]
    return draw_bars(rows, whole=100)


def _gauge_part(
    key: str,
    title: str,
    board: str,
    labels: Sequence[tuple[str, str]],
    gauges: Mapping[tuple[str, str], Gauge],
) -> Part:
    found = [(label, gauges[board, name].value) for name, label in labels if (board, name) in gauges]
    return Part(
        key, title, [_("What"), _("Number")], [[label, value] for label, value in found],
        bars=draw_bars([(label, value, f"{value:,}") for label, value in found]),
        note="" if found else _("Nothing has been measured yet."),
    )  # fmt: skip


def _within(counts: Sequence[Count], name: str) -> list[Count]:
    return [one for one in counts if one.value.startswith(f"{name}:")]


def _name_reviewers(counts: Sequence[Count]) -> dict[str, str]:
    keys = [int(one.value) for one in counts if one.value.isdecimal()]
    return {str(user.pk): user.display_name for user in User.objects.filter(pk__in=keys)}


def _label_group(value: str) -> str:
    kind, _colon, name = value.partition(":")
    if kind == "place":
        return _label_place(name)
    known: dict[str, str] = {"PERSON": _("persons"), "FIRM": _("firms"), "ENTERPRISE": _("firms")}
    return known.get(name, name)


def _label_place(code: str) -> str:
    profile = get_catalogue("jurisdictions").document.get(code)
    return str(profile["name"][language_key(get_language() or "zh-hans")]) if profile else code


def _labeller(dimension: str, key: str, people: Mapping[str, str]) -> Callable[[str], str]:
    """How the values of a dimension are called."""
    channels: dict[str, str] = {"portal": _("portal"), "partner": _("partner"), "staff": _("by a colleague")}
    reasons: Mapping[str, Any] = get_reasons() if dimension == Dimension.REASON else {}
    sources = get_sources() if dimension == Dimension.SOURCE else {}
    inputs = get_dictionary() if dimension == Dimension.INPUT else {}
    words = get_words(key)

    def label(value: str) -> str:
        if value in reasons:
            return f"{value} {reasons[value].document['title'][key]}"
        if value in sources:
            return str(sources[value].label[key])
        if value in inputs:
            return str(inputs[value].label[key])
        named = {**channels, **people} if dimension in (Dimension.CHANNEL, Dimension.REVIEWER) else {}
        if dimension == Dimension.LANGUAGE:
            return str(LANGUAGES.get(value, value))
        if dimension == Dimension.RULE and words.has("rules", value):
            return f"{value} {words.say('rules', value)}"
        return named.get(value) or value or _("not stated")

    return label


def label_value(dimension: str, value: str, *, key: str, people: Mapping[str, str]) -> str:
    """What one value of a dimension is called."""
    if dimension == Dimension.GROUP:
        return _label_group(value)
    return _labeller(dimension, key, people)(value)


def _round(share: float | None) -> float | None:
    return None if share is None else round(share, 1)


def _percent(share: float | None) -> str:
    return _NOTHING if share is None else f"{share:.1f} %"
