"""What the early warnings come to: how many stand by trigger, and what became of a year of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from core.errors import ForbiddenError
from decisions.measure_states import LIFTED, STANDING
from decisions.models import EarlyWarning, Measure, PolicyVersion, WarningEnd, WarningSweep
from decisions.warning_sweeps import last_sweep
from decisions.warnings import get_rules

YEAR: Final = timedelta(days=365)
_LATE: Final = "W06"


@dataclass(frozen=True)
class TriggerCount:
    """One trigger of the policy: how many warnings stand and are new, and whether it is answered."""

    code: str
    level: str
    standing: int
    fresh: int
    is_answered: bool


@dataclass(frozen=True)
class Outcomes:
    """People of a year: warned, cured, with a measure taken, and a month late or more after a warning."""

    warned: int
    cured: int
    measured: int
    late: int


@dataclass(frozen=True)
class Warnings:
    """Today's triggers, the last look at everybody, and the outcomes of a year."""

    triggers: list[TriggerCount]
    sweep: WarningSweep | None
    outcomes: Outcomes


def count_warnings(*, policy_version: PolicyVersion, by: Actor, now: datetime) -> Warnings:
    """Return what the page of measures shows of early warnings; figures only."""
    if by.kind is not ActorKind.SITE and not by.can(Permission.SEE_RUNS):
        raise ForbiddenError
    rules = get_rules(policy_version)
    rows = EarlyWarning.objects.filter(ended_at=None).values("trigger")
    counts = {
        row["trigger"]: row
        for row in rows.annotate(
            standing=Count("id"), fresh=Count("id", filter=Q(since__gte=now - timedelta(days=1)))
        )
    }
    triggers = [
        TriggerCount(
            code, level, counts.get(code, {}).get("standing", 0), counts.get(code, {}).get("fresh", 0),
            rules.triggers[code].expression is not None,
        )
        for code, level in rules.levels.items()
    ]  # fmt: skip
    return Warnings(triggers, last_sweep(), _outcomes(now))


def _outcomes(now: datetime) -> Outcomes:
    rows = EarlyWarning.objects.filter(since__gte=now - YEAR)
    people = rows.aggregate(
        warned=Count("applicant", distinct=True),
        cured=Count("applicant", distinct=True, filter=Q(end=WarningEnd.CURED)),
        late=Count("applicant", distinct=True, filter=Q(trigger=_LATE)),
    )
    taken = Measure.objects.filter(state__in=[*STANDING, LIFTED], decided_at__gte=now - YEAR)
    measured = taken.aggregate(people=Count("applicant", distinct=True))["people"]
    return Outcomes(people["warned"], people["cured"], measured, people["late"])
