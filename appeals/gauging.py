"""Measuring what is open now, every few minutes: silent failures, unread papers and their age, late cases."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Q

from appeals.answering_measures import unread_answers
from appeals.feeds import count_quiet
from appeals.models import UNDECIDED, Appeal, AppealStatus, Gauge, Remedy
from appeals.quality import count_verdicts
from appeals.states import ENDED
from appeals.unread import unread_papers
from applicants.models import Dispute, DisputeState
from core.identity import today_in_china
from decisions.exposure import sum_exposure
from decisions.late_referrals import list_late
from evidence.models import Document, DocumentState
from notifications.models import Delivery, DeliveryState
from outbox.models import Outbox, State

FAILURES, AGEING, QUALITY, OPEN, EXPOSURE = "FAILURES", "AGEING", "QUALITY", "OPEN", "EXPOSURE"
AGES: Final = (("0-1", 0, 2), ("2-4", 2, 5), ("5-9", 5, 10), ("10-19", 10, 20), ("20+", 20, 10_000))
"""Ages of unread papers in days: name, from, below."""


def measure(*, now: datetime) -> None:
    """Measure everything and keep the newest numbers."""
    _keep({**_failures(now), **_ageing(now), **_quality(now), **_open(now)}, now)


def measure_exposure(*, now: datetime) -> None:
    """Measure what is lent by score band; bands that the policy no longer has are forgotten."""
    values = {
        (EXPOSURE, f"{one.band}:{name}"): number
        for one in sum_exposure(now=now)
        for name, number in vars(one).items()
        if name != "band"
    }
    with transaction.atomic():
        Gauge.objects.filter(board=EXPOSURE).exclude(name__in=[name for _board, name in values]).delete()
        _keep(values, now)


def _keep(values: Mapping[tuple[str, str], int], now: datetime) -> None:
    with transaction.atomic():
        Gauge.objects.bulk_create(
            [
                Gauge(board=board, name=name, value=value, measured_at=now)
                for (board, name), value in sorted(values.items())
            ],
            update_conflicts=True,
            unique_fields=["board", "name"],
            update_fields=["value", "measured_at"],
        )


def _failures(now: datetime) -> dict[tuple[str, str], int]:
    return {
        (FAILURES, "dead_work"): Outbox.objects.filter(state=State.DEAD).count(),
        (FAILURES, "undelivered"): Delivery.objects.filter(state=DeliveryState.FAILED).count(),
        (FAILURES, "unread_papers"): unread_papers().filter(attached_at__lt=now - timedelta(days=5)).count(),
        (FAILURES, "unchecked_files"): Document.objects.filter(
            state=DocumentState.PENDING, uploaded_at__lt=now - timedelta(hours=1)
        ).count(),
        (FAILURES, "late_remedies"): Remedy.objects.filter(
            confirmed_at=None, due_on__lt=today_in_china(now)
        ).count(),
        (FAILURES, "late_referrals"): len(list_late(now)),
        (FAILURES, "unread_answers"): unread_answers()
        .filter(answered_at__lt=now - timedelta(days=5))
        .count(),
        (FAILURES, "quiet_sources"): count_quiet(now),
    }


def _ageing(now: datetime) -> dict[tuple[str, str], int]:
    bands = {
        f"band_{place}": Count(
            "pk",
            filter=Q(attached_at__lte=now - timedelta(days=start), attached_at__gt=now - timedelta(days=end)),
        )
        for place, (_name, start, end) in enumerate(AGES)
    }
    found = unread_papers().aggregate(**bands)
    return {(AGEING, name): found[f"band_{place}"] for place, (name, _start, _end) in enumerate(AGES)}


def _quality(now: datetime) -> dict[tuple[str, str], int]:
    open_disputes = Dispute.objects.filter(state=DisputeState.OPEN)
    return {
        (QUALITY, "open_disputes"): open_disputes.count(),
        (QUALITY, "late_disputes"): open_disputes.filter(due_on__lt=today_in_china(now)).count(),
        **{(QUALITY, f"read_{verdict or 'not_yet'}"): found for verdict, found in count_verdicts().items()},
    }


def _open(now: datetime) -> dict[tuple[str, str], int]:
    counted = dict(
        Appeal.objects.filter(status__in=_OPEN_STATUSES)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    undecided = Appeal.objects.filter(status__in=UNDECIDED)
    return {(OPEN, status): counted.get(status, 0) for status in _OPEN_STATUSES} | {
        (OPEN, "over_target"): undecided.filter(target_at__lt=now).count(),
        (OPEN, "late"): undecided.filter(due_at__lt=now).count(),
    }


_OPEN_STATUSES: Final = [status for status in AppealStatus.values if status not in ENDED]
