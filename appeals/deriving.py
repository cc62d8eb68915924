"""Why a date is what it is: start, each waiting time, holidays, extensions and the law, one step a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils import translation
from django.utils.translation import gettext as _

from appeals.clocks import calendar_of, due_on, list_pauses, service_start, target_days, target_on
from appeals.models import Appeal, Extension, ExtensionState, Pause
from appeals.states import Clock, Status
from appeals.terms import Terms, terms_of
from core.calendars import legal_day


class StepKind(StrEnum):
    """What a step of the derivation is about."""

    START = "start"
    SERVICE_START = "service_start"
    PAUSE = "pause"
    STOP = "stop"
    HOLIDAY = "holiday"
    UNCERTAIN = "uncertain"
    EXTENSION = "extension"
    TARGET = "target"
    LAW = "law"


@dataclass(frozen=True)
class Step:
    """One line of how a date came about, in the active language."""

    day: date
    text: str
    kind: StepKind = StepKind.START
    law: str = ""


def why_due(appeal: Appeal) -> list[Step]:
    """How the dates came about, one step a line; empty for a draft."""
    if appeal.submitted_at is None:
        return []
    terms = terms_of(appeal)
    started = legal_day(appeal.submitted_at, terms.timezone)
    return [
        Step(started, _("We received your appeal. The time starts on this day.")),
        *_late_start(appeal, started),
        *(_describe(pause, appeal) for pause in list_pauses(appeal)),
        *_holidays(appeal),
        *_extensions(appeal),
        *_ends(appeal),
    ]


def why_due_in(appeal: Appeal, language: str) -> list[Step]:
    """The derivation in one language, whatever the reader's own."""
    with translation.override(language):
        return why_due(appeal)


def _late_start(appeal: Appeal, started: date) -> Iterator[Step]:
    first = service_start(appeal)
    if first != started:
        text = _("Our own time starts with the next working moment.")
        yield Step(first, text, StepKind.SERVICE_START)


def _describe(pause: Pause, appeal: Appeal) -> Step:
    zone = terms_of(appeal).timezone
    day = legal_day(pause.since, zone)
    until = legal_day(pause.until, zone) if pause.until else None
    days = {"days": (until - day).days} if until else {}
    if pause.cause == Status.NOT_ACCEPTED:
        return Step(day, _("The appeal was not accepted. All dates wait for the review."), StepKind.STOP)
    if pause.cause == Status.WITHDRAWN:
        text = _("The appeal was withdrawn. All dates wait until it is taken up again.")
        more = _("It waited %(days)s days.") % days if days else ""
        return Step(day, f"{text} {more}".strip(), StepKind.STOP)
    text = _("We asked you for something. Our own target waits, the legal date does not.")
    more = _("It waited %(days)s days.") % days if days else ""
    return Step(day, f"{text} {more}".strip(), StepKind.PAUSE)


def _holidays(appeal: Appeal) -> Iterator[Step]:
    calendar, target = calendar_of(appeal), target_on(appeal)
    assert target is not None
    key = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    first, told = service_start(appeal), None
    for number in range(1, (target - first).days + 1):
        day = first + timedelta(days=number)
        name = calendar.holiday_name(day)
        if name is not None and name != told:
            text = _("%(name)s is a holiday. It does not count for our own target.") % {"name": name[key]}
            yield Step(day, text, StepKind.HOLIDAY)
        told = name or told
    if not calendar.is_certain(target):
        text = _("The holidays of %(year)s are not published yet. Our own target may move.")
        yield Step(target, text % {"year": target.year}, StepKind.UNCERTAIN)


def _unmoved(appeal: Appeal, due: date) -> Iterator[Step]:
    """The legal day in a year whose holidays nobody has published: what it rests on."""
    if not calendar_of(appeal).is_certain(due):
        text = _("The holidays of %(year)s are not published yet. They do not move the legal date.")
        yield Step(due, text % {"year": due.year}, StepKind.UNCERTAIN)


def _extensions(appeal: Appeal) -> Iterator[Step]:
    terms = terms_of(appeal)
    for row in appeal.extensions.all():
        if row.state == ExtensionState.GRANTED and row.settled_at is not None:
            text = _("The time was extended from %(from)s to %(to)s days. Two people agreed. Why: %(reason)s")
            values = {"from": row.from_days, "to": row.to_days, "reason": row.reason}
            day = legal_day(row.settled_at, terms.timezone)
            yield Step(day, text % values, StepKind.EXTENSION, law_of(row))


def law_of(extension: Extension) -> str:
    """What a longer period rests on, in the active language where that law still stands."""
    terms = terms_of(extension.appeal)
    return _law(terms) if extension.law == terms.law else extension.law


def _law(terms: Terms) -> str:
    return terms.law_in(translation.get_language() or "zh")


def _ends(appeal: Appeal) -> Iterator[Step]:
    target, due, terms = target_on(appeal), due_on(appeal), terms_of(appeal)
    assert target is not None
    assert due is not None
    ours = _("Our own target: %(days)s working days.") % {"days": target_days(appeal)}
    yield Step(target, ours, StepKind.TARGET)
    stopped = list_pauses(appeal, Clock.STATUTORY)
    days = (due - legal_day(appeal.submitted_at or appeal.opened_at, terms.timezone)).days
    days -= sum(
        (legal_day(p.until, terms.timezone) - legal_day(p.since, terms.timezone)).days
        for p in stopped
        if p.until
    )
    law = _("The latest day by law: %(days)s calendar days.") % {"days": days}
    yield from _unmoved(appeal, due)
    yield Step(due, law, StepKind.LAW, _law(terms))
