"""Sources of data that went quiet: when each last brought something, and telling colleagues once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from accounts.colleagues import list_supervisors
from accounts.models import User
from appeals.models import Feed, FeedMark
from applicants.models import Fact
from applicants.sources import get_sources
from applicants.vocabularies import ShownLabel
from core.identity import today_in_china
from notifications.kinds import Kind
from notifications.queueing import queue_message

# Keys are given out before what they are for is committed; those a little further back are read again.
_OVERLAP: Final = 10_000
_AT_ONCE: Final = 1_000_000


def note_feeds() -> None:
    """Keep when each source last brought something; only facts that came since the last time are read."""
    newest = Fact.objects.aggregate(newest=Max("pk"))["newest"] or 0
    with transaction.atomic():
        FeedMark.objects.get_or_create(pk=1)
        mark = FeedMark.objects.select_for_update().get(pk=1)
        upto = min(mark.upto + _AT_ONCE, newest)
        rows = Fact.objects.filter(pk__gt=mark.upto - _OVERLAP, pk__lte=upto).order_by().values("source")
        for row in rows.annotate(last_at=Max("recorded_at")):
            feed, _new = Feed.objects.get_or_create(
                source=row["source"], defaults={"last_at": row["last_at"]}
            )
            if feed.last_at < row["last_at"]:
                Feed.objects.filter(pk=feed.pk).update(last_at=row["last_at"], told_at=None)
        mark.upto, mark.is_behind = max(mark.upto, upto), upto < newest
        mark.save()


def is_counting() -> bool:
    """Whether facts that came earlier are still being read, so that nobody knows yet who is quiet."""
    return FeedMark.objects.filter(is_behind=True).exists()


def list_feeds() -> list[tuple[Feed, int]]:
    """Each source that should bring something by itself, with the days that it may be quiet; by source.

    None while what came earlier is still being read.
    """
    if is_counting():
        return []
    allowed = {code: source.quiet_days for code, source in get_sources().items()}
    rows = Feed.objects.order_by("source")
    return [(row, days) for row in rows if (days := allowed.get(row.source)) is not None]


def is_quiet(feed: Feed, days: int, now: datetime) -> bool:
    """Whether a source has brought nothing for longer than it may."""
    return now - feed.last_at > timedelta(days=days)


def count_quiet(now: datetime) -> int:
    """How many sources bring nothing now."""
    return sum(is_quiet(feed, days, now) for feed, days in list_feeds())


def tell_quiet_feeds(*, now: datetime) -> int:
    """Tell supervisors of each source that went quiet, once for each silence; how many there were.

    Where there is no supervisor nobody is told, and the silence does not say so either.
    """
    supervisors = list(list_supervisors())
    if not supervisors:
        return 0
    quiet = [feed for feed, days in list_feeds() if feed.told_at is None and is_quiet(feed, days, now)]
    told = 0
    for feed in quiet:
        with transaction.atomic():
            if Feed.objects.filter(pk=feed.pk, told_at=None).update(told_at=now):
                _tell(feed, supervisors, now)
                told += 1
    return told


def _tell(feed: Feed, supervisors: Iterable[User], now: datetime) -> None:
    label = ShownLabel(get_sources()[feed.source].label)
    for user in supervisors:
        queue_message(
            kind=Kind.SOURCE_QUIET, user=user, about=f"source:{feed.source}",
            params={"source": label, "last_on": today_in_china(feed.last_at)}, now=now,
        )  # fmt: skip
