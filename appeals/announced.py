"""Announced changes of lines whose day has come: carried out, unless an appeal against them runs."""

from datetime import datetime

from appeals.models import Appeal
from appeals.states import ENDED, Status
from appeals.terms import section
from decisions.measure_deciding import end_corrected, list_due, put_into_effect
from decisions.models import Measure


def carry_out_due(*, now: datetime) -> int:
    """End what an appeal put right, and put into effect what was announced for today; return how many."""
    end_corrected(now=now)
    due = list_due(now=now)
    stayed = _stayed(due)
    return sum(put_into_effect(measure=measure, now=now, stayed=stayed) for measure in due)


def _stayed(due: list[Measure]) -> set[int]:
    """The announced decisions with an appeal that was sent and has not ended; some reasons are excepted."""
    unsent = [Status.DRAFT.value, *(state.value for state in ENDED)]
    keys = [measure.decision_id for measure in due if measure.decision_id is not None]
    appeals = Appeal.objects.filter(decision__in=keys).exclude(status__in=unsent)
    excepted = section("stay")["except_reasons"]
    return set(appeals.exclude(decision__reasons__code__in=excepted).values_list("decision_id", flat=True))
