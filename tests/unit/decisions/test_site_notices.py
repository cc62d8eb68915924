"""A notice to everybody: both languages, a time of its own, the newest counts, and an entry of who."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from audit.queries import list_events
from core.errors import ForbiddenError, InputError
from decisions.models import PlatformNotice
from decisions.platform import get_maintenance, get_notice, is_up, put_up_notice, take_down_notice
from tests.people import NOW, acting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def put_up(by: User, **given: object) -> PlatformNotice:
    """Letters come late, for an hour from now."""
    usual = {"text_zh": "\u4fe1\u4ef6\u4f1a\u665a\u5230\u3002", "text_en": "Letters come late.",
             "starts_at": NOW, "ends_at": NOW + HOUR}  # fmt: skip
    return put_up_notice(by=acting(by), now=NOW, **{**usual, **given})  # type: ignore[arg-type]


def test_a_notice_stands_from_its_start_until_its_end(dev: User) -> None:
    put_up(dev, text_en="Letters\n come late. ")
    notice = get_notice()
    assert notice is not None
    assert notice.text_en == "Letters come late."
    assert [is_up(notice, NOW + hours * HOUR) for hours in (-1, 0, 1)] == [False, True, False]
    assert get_maintenance(now=NOW) is None, "nothing waits because of it"


def test_the_newest_counts_and_can_be_taken_down(dev: User, pia: User) -> None:
    put_up(dev)
    put_up(pia, text_en="All is well again.")
    newest = get_notice()
    assert newest is not None
    assert newest.text_en == "All is well again."
    take_down_notice(by=acting(dev), now=NOW)
    assert get_notice() is None
    events = [(event.verb, event.actor) for event in list_events("platform")]
    assert events == [
        ("notice:put-up", acting(dev).code), ("notice:put-up", acting(pia).code),
        ("notice:taken-down", acting(dev).code),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text_zh": " "}, "text_zh"),
        ({"text_en": ""}, "text_en"),
        ({"text_en": "x" * 241}, "text_en"),
        ({"text_zh": "a\x00b"}, "text_zh"),
        ({"ends_at": NOW}, "ends_at"),
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW - HOUR}, "ends_at"),
        ({"starts_at": NOW + 2 * HOUR}, "ends_at"),
        ({"ends_at": NOW + timedelta(days=32)}, "ends_at"),
    ],
)
def test_what_cannot_stand_is_pointed_at(dev: User, given: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as refused:
        put_up(dev, **given)
    assert list(refused.value.fields) == [field]
    assert not PlatformNotice.objects.exists()


def test_only_some_tell_everybody(dev: User, cleo: User, aud: User, ada: User) -> None:
    put_up(dev)
    for nobody in (cleo, aud, ada):
        with pytest.raises(ForbiddenError):
            put_up(nobody)
        with pytest.raises(ForbiddenError):
            take_down_notice(by=acting(nobody), now=NOW)
    assert PlatformNotice.objects.count() == 1


def test_the_database_keeps_each_notice_and_wants_an_end(dev: User) -> None:
    kept = put_up(dev)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlatformNotice.objects.update(text_en="Nothing happened.")
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PlatformNotice.objects.create(
            kind="EVERY_PAGE", starts_at=NOW, reason="", stated_at=NOW, stated_by="site"
        )
