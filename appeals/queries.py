"""Reading appeals: loading one is the permission check; lists are keyset-paged and one query each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import RawSQL

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission, Scope
from appeals.comparing import Comparison, comparison
from appeals.independence import Conflict, list_conflicts
from appeals.inputs import disputed_inputs
from appeals.models import ON_A_DESK, UNDECIDED, Appeal, AppealStatus, Ground, Ruling, RulingState
from appeals.parties import resolve_party
from appeals.states import Event, Status, next_status
from appeals.timeline import timeline
from appeals.troubles import references_in_trouble
from core.calendars import end_of_day, get_calendar, legal_day
from core.errors import DomainError, ForbiddenError, NotFoundError
from core.references import UnknownReferenceError, normalise_reference

__all__ = [
    "Comparison",
    "QueueFilter",
    "comparison",
    "count_queue",
    "disputed_inputs",
    "get_appeal_for",
    "list_appeals_for",
    "list_queue",
    "may",
    "timeline",
]

VIEWS: Final = (
    "mine", "unclaimed", "due", "screening", "waiting", "countersign", "remedy_late", "failures", "all",
)  # fmt: skip
COUNT_CAP: Final = 1000
DUE_WORKING_DAYS: Final = 2
# Taking part in the matter before makes these impossible; the rest is a matter of holding and role.
_INDEPENDENT: Final = frozenset(
    {
        Event.CLAIM,
        Event.ACCEPT,
        Event.NOT_ACCEPT,
        Event.PROPOSE,
        Event.DECIDE,
        Event.AGREE,
        Event.RETURN,
    }
)


@dataclass(frozen=True)
class QueueFilter:
    """What narrows a view of the queue; an empty part narrows nothing."""

    product: str = ""
    reason: str = ""
    language: str = ""
    is_urgent: bool = False
    is_vulnerable: bool = False
    is_second_tier: bool = False

    def narrow(self, rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
        """The rows that fit."""
        wanted: dict[str, Any] = {
            "decision__product": self.product,
            "language": self.language,
            "is_urgent": self.is_urgent,
            "is_vulnerable": self.is_vulnerable,
            "tier__gt": 1 if self.is_second_tier else 0,
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        if not self.reason:
            return rows
        return rows.filter(Exists(Ground.objects.filter(appeal=OuterRef("pk"), code=self.reason)))


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; `next_after` is None at the end, `counts` if not asked for or without rows."""

    rows: list[Appeal]
    next_after: str | None
    counts: dict[str, int] | None = None


def get_appeal_for(*, by: Actor, reference: str) -> Appeal:
    """The appeal, or 404 for everybody who may not know of it."""
    found = _visible(by).filter(reference=normalise_reference(reference)).first()
    if found is None:
        raise NotFoundError
    return found


def list_appeals_for(*, by: Actor, before: str | None = None, limit: int = 20) -> list[Appeal]:
    """The appeals an actor may know of, newest first, before the one with this reference."""
    appeals = _visible(by).order_by("-pk")
    if before is not None:
        appeals = appeals.filter(pk__lt=_key_of(_visible(by), before, "pk")["pk"])
    return list(appeals[:limit])


def list_queue(
    *,
    by: Actor,
    view: str,
    now: datetime,
    narrowed: QueueFilter | None = None,
    after: str | None = None,
    limit: int = 50,
    with_counts: bool = False,
) -> QueuePage:
    """A page of one view of the queue, the soonest due first, after the appeal with this reference.

    The keys of the page come first, from an index of what is open; only its own rows are dressed.
    What all views hold can be counted in the same query.
    """
    rows = _queue(by=by, view=view, now=now)
    if narrowed is not None:
        rows = narrowed.narrow(rows)
    if after is not None:
        rows = _behind(rows, after)
    wanted = Appeal.objects.filter(pk__in=rows.values("pk")[: limit + 1])
    dressed = _dressed(wanted, by).order_by("due_at", "pk")
    if with_counts:
        sql, params = _counting(by=by, now=now)
        dressed = dressed.annotate(view_counts=RawSQL(sql, params, ArrayField(IntegerField())))  # noqa: S611
    page: list[Any] = list(dressed)
    if after is not None and not page:
        _key_of(Appeal.objects.all(), after, "pk")
    has_more = len(page) > limit
    return QueuePage(
        rows=page[:limit],
        next_after=page[limit - 1].reference if has_more else None,
        counts=dict(zip(VIEWS, page[0].view_counts, strict=True)) if page and with_counts else None,
    )


def count_queue(*, by: Actor, now: datetime) -> dict[str, int]:
    """How many appeals each view holds, counted up to a cap, in one query."""
    sql, params = _counting(by=by, now=now)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return dict(zip(VIEWS, cursor.fetchone()[0], strict=True))


def _counting(*, by: Actor, now: datetime) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for view in VIEWS:
        rows = _queue(by=by, view=view, now=now).order_by().values("pk")[:COUNT_CAP]
        sql, values = rows.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")  # noqa: S608 - Django wrote the inner part
        params.extend(values)
    return f"SELECT ARRAY[{', '.join(parts)}]", params


def may(appeal: Appeal, by: Actor, *, conflicts: Sequence[Conflict] | None = None) -> frozenset[Event]:
    """What this actor may bring about now, independence included; conflicts are looked up unless given."""
    able = {event for event in Event if _is_able(appeal, event, by)}
    if able & _INDEPENDENT and by.user_id is not None and _is_conflicted(appeal, by.user_id, conflicts):
        able -= _INDEPENDENT
    return frozenset(able)


def _visible(by: Actor) -> QuerySet[Appeal]:
    appeals = Appeal.objects.select_related(
        "decision__application", "decision__policy", "decision__applicant", "decision__line",
        "applicant", "claimed_by", "new_decision", "parent", "remedy", "stay__line",
    )  # fmt: skip
    if by.kind is ActorKind.SITE:
        return appeals
    if by.kind is ActorKind.CLIENT:
        return appeals.filter(_sent_by(by)) if _may_read(by) else appeals.none()
    mine = Q(applicant__user=by.user_id)
    return (
        appeals.filter(mine | Q(submitted_at__isnull=False))
        if by.can(Permission.SEE_QUEUE)
        else appeals.filter(mine)
    )


def _sent_by(by: Actor) -> Q:
    registered = Q(decision__application__isnull=True, applicant__client_id=by.id)
    return Q(decision__application__client_id=by.id) | registered


def _may_read(by: Actor) -> bool:
    return bool(by.id) and (by.has_scope(Scope.APPEALS_READ) or by.has_scope(Scope.APPEALS_WRITE))


def _queue(*, by: Actor, view: str, now: datetime) -> QuerySet[Appeal]:
    if not by.can(Permission.SEE_QUEUE):
        raise ForbiddenError
    wanted: dict[str, Callable[[], Q]] = {
        "mine": lambda: Q(claimed_by=by.user_id, status__in=ON_A_DESK),
        "unclaimed": lambda: Q(status=AppealStatus.QUEUED),
        "due": lambda: Q(status__in=UNDECIDED, due_at__lte=_soon(now)),
        "screening": lambda: Q(status=AppealStatus.SCREENING),
        "waiting": lambda: Q(status=AppealStatus.INFO_REQUESTED),
        "countersign": lambda: Q(status=AppealStatus.PROPOSED),
        "remedy_late": lambda: Q(
            status=AppealStatus.REMEDY, remedy__confirmed_at=None, remedy__due_on__lt=_today(now)
        ),
        "failures": lambda: Q(reference__in=references_in_trouble()) & ~Q(status=AppealStatus.DRAFT),
        "all": lambda: Q(status__in=UNDECIDED),
    }
    if view not in wanted:
        raise NotFoundError
    return Appeal.objects.filter(wanted[view]()).order_by("due_at", "pk")


def _behind(rows: QuerySet[Appeal], reference: str) -> QuerySet[Appeal]:
    """The rows after this one in the order of the queue; none where there is no such appeal."""
    try:
        last = Appeal.objects.filter(reference=normalise_reference(reference))
    except UnknownReferenceError as error:
        raise NotFoundError from error
    due_at, key = Subquery(last.values("due_at")), Subquery(last.values("pk"))
    return rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=key), due_at__gte=due_at)


def _today(now: datetime) -> date:
    return legal_day(now, get_calendar("CN").zone)


def _soon(now: datetime) -> datetime:
    """The end of the second working day from today, where we work."""
    calendar = get_calendar("CN")
    day = calendar.add_working_days(legal_day(now, calendar.zone), DUE_WORKING_DAYS)
    return end_of_day(day, calendar.zone)


def _dressed(rows: QuerySet[Appeal], by: Actor) -> QuerySet[Appeal]:
    """The rows with all that a queue page shows, in the same query."""
    codes = Ground.objects.filter(appeal=OuterRef("pk")).order_by("code").values("code")
    proposals = Ruling.objects.filter(appeal=OuterRef("pk"), state=RulingState.PROPOSED)
    conflict = Q(decision__decided_by=by.code) | Q(applicant__user=by.user_id)
    return (
        rows.select_related("decision", "applicant", "claimed_by")
        .defer("statement", "decision__facts", "decision__request", "decision__result")
        .annotate(
            codes=ArraySubquery(codes),
            countersign_reasons=Subquery(proposals.values("countersign_reasons")[:1]),
            is_conflicted=ExpressionWrapper(conflict, output_field=BooleanField()),
        )
    )


def _key_of(rows: QuerySet[Appeal], reference: str, *fields: str) -> dict[str, Any]:
    try:
        found = rows.filter(reference=normalise_reference(reference)).values(*fields).first()
    except UnknownReferenceError:
        found = None
    if found is None:
        raise NotFoundError
    return dict(found)


def _is_able(appeal: Appeal, event: Event, by: Actor) -> bool:
    try:
        party = resolve_party(appeal=appeal, event=event, by=by)
    except DomainError:
        return False
    return next_status(status=Status(appeal.status), event=event, party=party) is not None


def _is_conflicted(appeal: Appeal, user_id: int, known: Sequence[Conflict] | None) -> bool:
    if list_conflicts(appeal=appeal, user_id=user_id) if known is None else known:
        return True
    proposal = appeal.rulings.filter(state=RulingState.PROPOSED).first()
    return proposal is not None and proposal.proposed_by_id == user_id
