"""Whether and until when a decision may be appealed, on which grounds, with which papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from appeals.jurisdictions import Jurisdiction, get_jurisdiction
from appeals.models import Appeal, AppealEvent, Claim
from appeals.rules import Bar, claims_about, find_bar, inputs_in_reach, kinds_beside
from appeals.states import ENDED
from applicants.characteristics import get_dictionary
from core.calendars import end_of_day, legal_day
from core.catalogues import get_catalogue
from core.days import show_day
from core.errors import ConflictError
from decisions.models import Decision
from evidence.catalogue import list_kinds


class NotAppealableError(ConflictError):
    """The decision cannot be appealed, and why."""

    code = "not-appealable"
    default_message = _("This decision cannot be appealed.")


class PersonDecidesError(NotAppealableError):
    """A person has not decided yet."""

    code = "person-decides-first"
    default_message = _(
        "A person is already looking at this application. You can appeal once that person has decided."
    )


class OnHoldError(NotAppealableError):
    """The decision waits and goes on by itself."""

    code = "on-hold"
    default_message = _(
        "Nothing has been decided yet. This continues by itself as soon as the open point is settled."
    )


class NothingToAppealError(NotAppealableError):
    """The decision gave what was asked for."""

    code = "nothing-to-appeal"
    default_message = _("This decision gave what was asked for, so there is nothing to appeal.")


class SupersededError(NotAppealableError):
    """A newer decision took the place of this one."""

    code = "decision-superseded"
    default_message = _("A newer decision has replaced this one. Please look at the newer one.")


class WindowOverError(NotAppealableError):
    """The time to appeal has passed."""

    code = "window-over"
    default_message = _(
        "The time to appeal this decision ended on %(last_on)s. You can still send us a complaint."
    )


class AlreadyOpenError(NotAppealableError):
    """There is an open appeal of this decision."""

    code = "already-open"
    default_message = _("You already have an open appeal of this decision: %(reference)s.")


class LookedAtTwiceError(NotAppealableError):
    """Two different people have looked at the decision already."""

    code = "looked-at-twice"
    default_message = _(
        "This decision has been looked at twice. You can take it to the outside body named in your letter."
    )


PERSON_GROUND: Final = "H01"
_ASKS_FOR_A_PERSON: Final[Mapping[str, Any]] = {
    "code": PERSON_GROUND,
    "layer": "system",
    "contest": "none",
    "inputs": [],
    "evidence": [],
    "title": {"zh": "请由人工作出决定", "en": "Let a person decide"},
    "meaning": {
        "zh": "这项决定由程序自动作出。您请工作人员重新查看并作出决定。",
        "en": "This decision was made automatically. You ask a person to look at it and decide.",
    },
    "data": {"zh": "与原决定相同的资料。", "en": "The same information as the decision itself."},
    "action": {"zh": "您可以说明自己的看法。", "en": "You may say how you see it."},
}
_ERRORS: Final[dict[Bar, type[NotAppealableError]]] = {
    Bar.SUPERSEDED: SupersededError,
    Bar.PERSON_DECIDES: PersonDecidesError,
    Bar.ON_HOLD: OnHoldError,
    Bar.NOTHING: NothingToAppealError,
    Bar.TWICE: LookedAtTwiceError,
}


@dataclass(frozen=True)
class Window:
    """The days on which a decision may be appealed; the last one counts in full."""

    first_on: date
    last_on: date
    ends_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether this instant is inside; the last second belongs to the last day."""
        return now < self.ends_at + timedelta(seconds=1)


def appeal_window(decision: Decision) -> Window:
    """The window of a decision: the date that is shown is the date that is checked."""
    return window_from(decision.decided_at, get_jurisdiction(decision.applicant))


def window_from(decided_at: datetime, jurisdiction: Jurisdiction) -> Window:
    """The window of what was decided then and there."""
    first_on = legal_day(decided_at, jurisdiction.zone)
    last_on = first_on + timedelta(days=jurisdiction.window_days)
    return Window(first_on=first_on, last_on=last_on, ends_at=end_of_day(last_on, jurisdiction.zone))


def check_appealable(*, decision: Decision, now: datetime, has_late_reason: bool = False) -> None:
    """Raise the first reason why the decision cannot be appealed now; a late one needs a reason."""
    open_appeal = get_open_appeal(decision)
    refuse_bar(
        decision,
        find_bar(
            outcome=decision.outcome,
            is_superseded=hasattr(decision, "superseded_by"),
            is_in_time=has_late_reason or appeal_window(decision).is_open(now),
            has_open=open_appeal is not None,
            decided_before=count_decided(decision),
        ),
        None if open_appeal is None else open_appeal.reference,
    )


def check_still_appealable(*, decision: Decision, now: datetime, has_late_reason: bool = False) -> None:
    """Raise when a draft about this decision can no longer be sent."""
    refuse_bar(
        decision,
        find_bar(
            outcome=decision.outcome,
            is_superseded=hasattr(decision, "superseded_by"),
            is_in_time=has_late_reason or appeal_window(decision).is_open(now),
            has_open=False,
            decided_before=0,
        ),
    )


def get_open_appeal(decision: Decision) -> Appeal | None:
    """The appeal of this decision that has not ended, if there is one."""
    return Appeal.objects.filter(decision=decision).exclude(status__in=[s.value for s in ENDED]).first()


def free_since(decision: Decision) -> datetime | None:
    """Since when no appeal of the decision runs; None while one does."""
    if get_open_appeal(decision) is not None:
        return None
    last = AppealEvent.objects.filter(appeal__decision=decision).order_by("-at").first()
    return last.at if last else decision.decided_at


def count_decided(decision: Decision) -> int:
    """How many appeals of this decision ended with an outcome."""
    return Appeal.objects.filter(decision=decision).exclude(outcome="").count()


def evidence_kinds(code: str) -> list[str]:
    """The kinds of evidence that may be sent for a reason, the reason's own first."""
    return kinds_beside(get_reason(code)["evidence"])


def allowed_claims(code: str) -> frozenset[Claim]:
    """What may be claimed about a reason."""
    return frozenset(Claim(claim) for claim in claims_about(get_reason(code)["contest"]))


def permitted_inputs(code: str) -> frozenset[str]:
    """The characteristics a ground on this reason may get findings on."""
    reason = get_reason(code)
    kinds = [kind for kind in list_kinds() if kind.code in reason["evidence"]]
    facts = {name: known.companions for name, known in get_dictionary().items() if not known.virtual}
    proved = [name for kind in kinds for name in kind.inputs]
    return inputs_in_reach(named=reason["inputs"], proved=proved, companions=facts)


def get_reason(code: str) -> Mapping[str, Any]:
    """The catalogue's entry of a reason, or what stands for one where a person is asked to decide."""
    if code == PERSON_GROUND:
        return _ASKS_FOR_A_PERSON
    entry: Mapping[str, Any] = get_catalogue("reasons").by_code[code]
    return entry


def refuse_bar(decision: Decision, bar: Bar | None, open_reference: str | None = None) -> None:
    """Raise what stands in the way of an appeal, in words; nothing when there is no bar."""
    if bar is None:
        return
    if bar is Bar.LATE:
        raise WindowOverError(last_on=_ShownDate(appeal_window(decision).last_on))
    if bar is Bar.OPEN and open_reference is not None:
        raise AlreadyOpenError(reference=open_reference)
    raise _ERRORS[bar]


class _ShownDate:
    """A day that is written in the reader's language only when the message is."""

    __slots__: ClassVar[tuple[str, ...]] = ("day",)

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return show_day(self.day)
