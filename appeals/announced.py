"""Announced changes of lines whose day has come: carried out, unless an appeal against them runs."""

from datetime import datetime

import structlog

from appeals.models import Appeal
from appeals.states import ENDED, Status
from appeals.terms import section
from decisions.measure_deciding import end_corrected, list_due, put_into_effect
from decisions.models import Measure, MeasureState

_log = structlog.get_logger(__name__)


def carry_out_due(*, now: datetime) -> int:
    """End what an appeal put right, and put into effect what was announced for today; return how many."""
    end_corrected(now=now)
    stayed = _stayed()
    return sum(_carry_out(measure, stayed, now) for measure in list_due(now=now, stayed=stayed))


def _carry_out(measure: Measure, stayed: set[int], now: datetime) -> bool:
    """One that fails is tried again at the next turn and keeps nobody else's waiting."""
    try:
        return put_into_effect(measure=measure, now=now, stayed=stayed)
    except Exception as error:  # noqa: BLE001 - whatever one raises, those after it are carried out
        _log.error("measure_not_carried_out", measure=measure.reference, error=type(error).__name__)
        return False


def _stayed() -> set[int]:
    """The announced decisions with an appeal that was sent and has not ended; some reasons are excepted."""
    unsent = [Status.DRAFT.value, *(state.value for state in ENDED)]
    appeals = Appeal.objects.filter(decision__measure__state=MeasureState.NOTICED).exclude(status__in=unsent)
    excepted = section("stay")["except_reasons"]
    return set(appeals.exclude(decision__reasons__code__in=excepted).values_list("decision_id", flat=True))
