"""Announced changes of lines whose day has come: carried out, unless an appeal against them runs."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Final

import structlog
from django.db.models import Max, Q

from appeals.models import Appeal, AppealEvent
from appeals.states import ENDED, Status
from appeals.terms import section
from core.identity import today_in_china
from decisions.announcements import list_open, settle
from decisions.measure_deciding import end_corrected, list_due, put_into_effect
from decisions.models import MeasureState

_log = structlog.get_logger(__name__)
IS_ANNOUNCED: Final = Q(decision__measure__state=MeasureState.NOTICED) | Q(
    decision__announcement__isnull=False, decision__announcement__ended_at=None
)
"""Of an appeal: the line that its decision is about changes only on a later day."""


def carry_out_due(*, now: datetime) -> int:
    """End what an appeal put right, and put into effect what was announced for today; return how many."""
    end_corrected(now=now)
    stayed = _stayed()
    measures = sum(
        _try(partial(put_into_effect, measure=one, now=now, stayed=stayed), one.reference)
        for one in list_due(now=now, stayed=stayed)
    )
    rows = list_open(now=now, stayed=stayed)
    ended = _ended_on([one.decision_id for one in rows])
    return measures + sum(
        _try(
            partial(
                settle, announcement=one, now=now, stayed=stayed,
                stayed_until=ended.get(one.decision_id, date.min),
            ),
            one.decision.reference,
        )
        for one in rows
    )  # fmt: skip


def _ended_on(decisions: list[int]) -> dict[int, date]:
    """On which day something last happened in an appeal of these decisions."""
    events = AppealEvent.objects.filter(appeal__decision__in=decisions).order_by()
    found = events.values_list("appeal__decision").annotate(Max("at"))
    return {decision: today_in_china(at) for decision, at in found}


def _try(carry_out: Callable[[], bool], reference: str) -> bool:
    """One that fails is tried again at the next turn and keeps nobody else's waiting."""
    try:
        return carry_out()
    except Exception as error:  # noqa: BLE001 - whatever one raises, those after it are carried out
        _log.error("announced_not_carried_out", about=reference, error=type(error).__name__)
        return False


def _stayed() -> set[int]:
    """The announced decisions with an appeal that was sent and has not ended; some reasons are excepted."""
    unsent = [Status.DRAFT.value, *(state.value for state in ENDED)]
    appeals = Appeal.objects.filter(IS_ANNOUNCED).exclude(status__in=unsent)
    excepted = section("stay")["except_reasons"]
    return set(appeals.exclude(decision__reasons__code__in=excepted).values_list("decision_id", flat=True))
