from collections.abc import Iterator

import pytest

from outbox import registry
from outbox.registry import Mode, UnknownKindError, Work, get_registration, handles, list_kinds


@pytest.fixture
def kind() -> Iterator[str]:
    yield "TEST_KIND"
    registry._handlers.pop("TEST_KIND", None)


def test_a_handler_is_found_on_its_terms(kind: str) -> None:
    @handles(kind, mode=Mode.LEASED, max_attempts=3, lease_seconds=30)
    def do(work: Work) -> None:
        return None

    found = get_registration(kind)
    assert (found.handler, found.mode, found.max_attempts, found.lease_seconds) == (do, Mode.LEASED, 3, 30)
    assert kind in list_kinds()


def test_a_kind_has_one_handler(kind: str) -> None:
    handles(kind)(lambda _: None)
    with pytest.raises(ValueError, match=kind):
        handles(kind)(lambda _: None)


def test_an_unknown_kind_fails_when_it_is_worked_at() -> None:
    from datetime import UTC, datetime

    work = Work(kind="NOBODY", subject="x", key="x", attempt=1, now=datetime(2026, 11, 22, tzinfo=UTC))
    with pytest.raises(UnknownKindError, match="NOBODY"):
        get_registration("NOBODY").handler(work)
