"""The gallery: every chart and component of the applicant's pages in every state."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditportal.bars import ROW, Bar, Bars, percent
from creditportal.staff.access import StaffRequest
from creditportal.staff.desk import show, staff_page
from evidence.problems import describe_problem

_BANDS: Final = [{"from": 350}, {"from": 550}, {"from": 600}, {"from": 650}, {"from": 700}]
_REFUSED: Final = 2
_DAY: Final = datetime(2026, 11, 6, tzinfo=UTC)


@staff_page(None)
def show_gallery(request: StaffRequest) -> HttpResponse:
    """Each chart with a usual, an empty and an extreme case; nothing here is about anybody."""
    context = {
        "title": _("Gallery"),
        "gauges": [_score(value) for value in (350, 599, 608, 950)],
        "areas": _areas(),
        "steps": _steps(),
        "falls": _falls(),
        "items": _items(),
        "nothing_lost": [],
        "bars": _bars(),
        "limit": _limit(),
        "lines": _lines(),
        "plan": _plan(),
        "histories": [_history([608]), _history([563, 608, 597, 656])],
        "route": _route(),
        "owners": _owners(),
        "combined": {"value": 654, "width": "50.67%", "gate_x": "50.00%", "gate": 650},
        "shares": _shares(),
        "files": _files(),
        "told": [Message(level, _("A notice")) for level in (constants.INFO, constants.WARNING)],
        "untouched": _Sample(),
        "wrong": _Sample({"amount": "\U0001f600"}, auto_id="wrong_%s"),
        "stages": _stages(),
        "icons": [
            "back",
            "next",
            "passed",
            "failed",
            "unknown",
            "system",
            "user",
            "platform",
            "warning",
            "clock",
        ],
        "tags": ["", "good", "wait", "accent"],
        "checks": [
            ("passed", _("passed")),
            ("failed", _("not passed")),
            ("unknown", _("not enough information")),
        ],
    }
    return show(request, "staff/gallery.html", context)


class _Sample(forms.Form):
    """Each kind of field, untouched or wrong; nothing is sent."""

    use_required_attribute = False
    amount = forms.IntegerField(label=gettext_lazy("Amount in yuan"), help_text=gettext_lazy("Whole yuan"))
    words = forms.CharField(label=gettext_lazy("Your words"), required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=[("a", "A"), ("b", "B")])
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("now", gettext_lazy("now")), ("later", gettext_lazy("later"))],
        widget=forms.RadioSelect,
    )
    paper = forms.FileField(label=gettext_lazy("Paper"), required=False)
    is_sure = forms.BooleanField(label=gettext_lazy("I am sure"))

    @property
    def told(self) -> list[dict[str, str]]:
        """The lines of the error summary."""
        if not self.is_bound:
            return []
        return [
            {"words": str(words), "target": str(self[name].subwidgets[0].id_for_label)}
            for name, found in self.errors.items() for words in found
        ]  # fmt: skip


def _route() -> dict[str, Any]:
    steps = [
        {"short": _("Today"), "score": 608, "gain": 0, "left": 2, "checks": [False, False]},
        {"short": _("Repayments down by ¥216"), "score": 631, "gain": 23, "left": 1, "checks": [True, False]},
        {"short": _("Two loans settled"), "score": 664, "gain": 33, "left": 0, "checks": [True, True]},
    ]
    return {"key": "gallery", "score": 664, "gate": 600, "steps": steps}


def _owners() -> dict[str, Any]:
    people = [
        SimpleNamespace(name=name, share_pct=share, is_counted=agreed, get_role_display=_("shareholder"))
        for name, share, agreed in (("A", 60, True), ("B", 40, False))
    ]
    rows = [
        {"row": row, "bar": SimpleNamespace(
            value=f"{row.share_pct}%", width=f"{row.share_pct}%", text_y=46 * place + 15,
            bar_y=46 * place + 22, kind="bar" if row.is_counted else "bar-3",
        )}
        for place, row in enumerate(people)
    ]  # fmt: skip
    return {"rows": rows, "height": 92, "people": people}


def _shares() -> Bars:
    rows = tuple(
        Bar(
            label=_areas()[place]["label"], value=f"{share}%", y=place * ROW, x="0%",
            width=percent(share / 100), total="40",
        )
        for place, share in enumerate((100, 38, 0))
    )  # fmt: skip
    return Bars(rows=rows, height=len(rows) * ROW)


def _files() -> list[dict[str, Any]]:
    """A file at each step of its way, from received to accepted or not."""
    steps = [
        (_("received, being checked"), "wait"), (_("not usable"), "wait"), (_("removed"), ""),
        (_("scanned, no virus found, readable"), "accent"), (_("checked and readable"), "accent"),
        (_("seen by a person"), "accent"), (_("accepted"), "good"), (_("not accepted"), "wait"),
    ]  # fmt: skip
    return [
        {
            "document": SimpleNamespace(display_name=f"{place}.pdf", size_bytes=204_800), "progress": words,
            "tone": tone, "kind_label": _("Paper"), "attached_at": _DAY,
            "problem": describe_problem("virus") if place == _REFUSED else "",
        }
        for place, (words, tone) in enumerate(steps, start=1)
    ]  # fmt: skip


def _stages() -> list[dict[str, Any]]:
    return [
        {"tone": "done", "title": _("Sent"), "day": _DAY, "words": "", "is_now": False},
        {"tone": "", "title": _("In review"), "day": None, "words": _("A notice"), "is_now": True},
        {"tone": "later", "title": _("Result"), "day": None, "words": "", "is_now": False},
    ]


def _score(value: int) -> dict[str, Any]:
    return {
        "value": value, "min": 350, "max": 950, "gate": 600, "bands": _BANDS,
        "band": {"label": _("Good") if value >= 600 else _("Fair")},
        "sentence": _("%(value)s points, the minimum is 600") % {"value": value}, "key": f"gauge-{value}",
    }  # fmt: skip


def _areas() -> list[dict[str, Any]]:
    names = [
        _("Credit history"),
        _("Ability to repay"),
        _("Everyday behaviour"),
        _("Identity"),
        _("Contacts"),
    ]
    points = [(74, 210), (31, 150), (85, 120), (56, 90), (30, 30)]
    return [
        {"label": name, "points": had, "max": most, "code": f"area-{place}"}
        for place, (name, (had, most)) in enumerate(zip(names, points, strict=True))
    ]


def _steps() -> list[dict[str, Any]]:
    running, steps = 350, [{"label": _("Start"), "delta": 0, "running": 350}]
    for area in _areas():
        running += area["points"]
        steps.append({"label": area["label"], "delta": area["points"], "running": running})
    return [*steps, {"label": _("Score"), "delta": 0, "running": running}]


def _falls() -> list[dict[str, Any]]:
    return [
        {"label": _("Before"), "delta": 0, "running": 656},
        {"label": _("Ability to repay"), "delta": -48, "running": 608},
        {"label": _("After"), "delta": 0, "running": 608},
    ]


def _items() -> list[dict[str, Any]]:
    return [{**area, "used": True} for area in _areas()]


def _bars() -> list[dict[str, Any]]:
    most = _("at most %(limit)s") % {"limit": "55%"}
    over = {"value": 58, "limit": 55, "shown_value": "58%", "shown_limit": most, "is_over": True}
    under = {"value": 12, "limit": 55, "shown_value": "12%", "shown_limit": most, "is_over": False}
    short = {
        "value": 563,
        "limit": 600,
        "shown_value": "563",
        "shown_limit": _("at least %(limit)s") % {"limit": "600"},
        "is_over": True,
        "low": 350,
    }
    return [
        {**bar, "finding": _("Yours is %(value)s (%(limit)s).")
         % {"value": bar["shown_value"], "limit": bar["shown_limit"]}, "key": f"limit-{place}"}
        for place, bar in enumerate((over, under, short))
    ]  # fmt: skip


def _limit() -> dict[str, Any]:
    caps = [
        (_("What you can repay"), 28866.54, "¥28,866.54"),
        (_("The most for your score"), 60000, "¥60,000"),
    ]
    return {
        "high": "¥28,800", "binding": {"label": caps[0][0]},
        "caps": [
            {"label": label, "amount_cny": value, "amount": shown, "binding": place == 0}
            for place, (label, value, shown) in enumerate(caps)
        ],
    }  # fmt: skip


def _lines() -> list[dict[str, Any]]:
    kinds = ("used", "on_hold", "reduced", "available")
    cases = [(20000, 5000, 10000, 65000), (0, 0, 0, 100000), (100000, 0, 0, 0), (0, 0, 100000, 0)]
    return [
        {**dict(zip(kinds, case, strict=True)), "total": sum(case), "key": f"line-{place}"}
        for place, case in enumerate(cases)
    ]


def _plan() -> list[dict[str, Any]]:
    rows = [(1, "1030.00", "30.00", "1000.00", "2000.00"), (2, "1020.00", "20.00", "1000.00", "1000.00")]
    rows.append((3, "1010.00", "10.00", "1000.00", "0.00"))
    names = ("number", "payment", "interest", "principal", "remaining")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _history(scores: list[int]) -> dict[str, Any]:
    """Scores from oldest to newest as the portal tells them: newest first."""
    points = [
        SimpleNamespace(
            decided_at=_DAY.replace(month=8 + place), score=score, band=_("Good"), rules_changed=place == 2,
            change=None if place == 0 else score - scores[place - 1],
            causes=[] if place == 0 else [
                SimpleNamespace(label=_("Verified monthly income"), before="--", after="¥7,200", delta=20)
            ],
        )
        for place, score in enumerate(scores)
    ]  # fmt: skip
    return {"points": points[::-1], "key": f"history-{len(scores)}"}
