"""Measures on lines that are open today: what was changed, why, and whether an appeal stays it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.appealability import Window, appeal_window
from appeals.models import Appeal, Stay
from appeals.states import ENDED, Status
from appeals.terms import section
from core.errors import ForbiddenError
from decisions.jurisdictions import list_profiles
from decisions.models import Decision, DecisionKind, Line, LineChange, LineState

_KINDS: Final = (DecisionKind.LINE_CUT, DecisionKind.LINE_CLOSED)
_CHANGED: Final = (LineState.REDUCED, LineState.ON_HOLD, LineState.SUSPENDED)
_NOT_IN_USE: Final = (LineState.OFFERED, LineState.EXPIRED, LineState.CLOSED)


@dataclass(frozen=True)
class OpenMeasure:
    """A line that is less than it was, the newest change that made it so, and what is said against it."""

    line: Line
    change: LineChange | None
    codes: tuple[str, ...]
    window: Window | None
    appeal: Appeal | None
    stay: Stay | None
    can_be_stayed: bool

    @property
    def decision(self) -> Decision | None:
        """The decision with the reasons of the change."""
        return self.change.decision if self.change else None


@dataclass(frozen=True)
class MeasurePage:
    """One page of measures, and where the next one begins."""

    rows: list[OpenMeasure]
    next_after: int | None


def list_measures(*, by: Actor, now: datetime, after: int | None = None, limit: int = 50) -> MeasurePage:
    """A page of lines with a measure that is open, the one changed last first; one's own line never."""
    if not by.can(Permission.SEE_QUEUE):
        raise ForbiddenError
    rows = _open_lines(now).exclude(applicant__user=by.user_id).select_related("applicant")
    if after is not None:
        rows = rows.filter(_earlier(after))
    found = list(rows.order_by("-updated_at", "-pk")[: limit + 1])
    return MeasurePage(_dress(found[:limit]), found[limit - 1].pk if len(found) > limit else None)


def _open_lines(now: datetime) -> QuerySet[Line]:
    """Lines reduced, held or paused; closed ones while they can be appealed; those given back for now."""
    longest = max(profile.appeal_window_days for profile in list_profiles())
    since = now - timedelta(days=longest + 1)
    # Each part has its own index; joined by OR they would have none.
    states = Line.objects.filter(state__in=_CHANGED).values("pk")
    held = Line.objects.filter(Q(on_hold_cny__gt=0) | Q(reduced_cny__gt=0)).exclude(state__in=_NOT_IN_USE)
    closed = Line.objects.filter(state=LineState.CLOSED, updated_at__gte=since).values("pk")
    stayed = Stay.objects.filter(ended_at__isnull=True).values("line")
    return Line.objects.filter(pk__in=states.union(held.values("pk"), closed, stayed))


def _earlier(after: int) -> Q:
    """What comes after a line in the list, or nothing when there is no such line."""
    changed_at = Line.objects.filter(pk=after).values_list("updated_at", flat=True).first()
    if changed_at is None:
        return Q(pk=None)
    return Q(updated_at__lt=changed_at) | Q(updated_at=changed_at, pk__lt=after)


def _dress(lines: Collection[Line]) -> list[OpenMeasure]:
    changes = _newest_changes(lines)
    decisions = [change.decision_id for change in changes.values()]
    # A draft is the applicant's own business until it is sent.
    unseen = [Status.DRAFT.value, *(state.value for state in ENDED)]
    open_appeals = Appeal.objects.filter(decision__in=decisions).exclude(status__in=unseen)
    appeals = {appeal.decision_id: appeal for appeal in open_appeals}
    stays = {
        stay.line_id: stay
        for stay in Stay.objects.filter(line__in=lines, ended_at__isnull=True).select_related("appeal")
    }
    excepted = frozenset(section("stay")["except_reasons"])
    return [_dress_one(line, changes.get(line.pk), appeals, stays.get(line.pk), excepted) for line in lines]


def _dress_one(
    line: Line,
    change: LineChange | None,
    appeals: dict[int, Appeal],
    stay: Stay | None,
    excepted: frozenset[str],
) -> OpenMeasure:
    decision = change.decision if change else None
    if decision is None:
        return OpenMeasure(line, None, (), None, stay.appeal if stay else None, stay, can_be_stayed=False)
    decision.applicant = line.applicant
    codes = tuple(reason.code for reason in decision.reasons.all())
    return OpenMeasure(
        line, change, codes, appeal_window(decision), stay.appeal if stay else appeals.get(decision.pk), stay,
        can_be_stayed=excepted.isdisjoint(codes),
    )  # fmt: skip


def _newest_changes(lines: Iterable[Line]) -> dict[int, LineChange]:
    """The newest change of each line that a decision about the line made."""
    rows = (
        LineChange.objects.filter(line__in=lines, decision__kind__in=_KINDS)
        .select_related("decision", "signed_by")
        .defer("decision__facts", "decision__request", "decision__result", "decision__note")
        .prefetch_related("decision__reasons")
        .order_by("line_id", "-pk")
        .distinct("line_id")
    )
    return {change.line_id: change for change in rows}
