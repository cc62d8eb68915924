"""The one table: every status, event and party."""

import itertools

import pytest

from appeals.states import (
    ENDED,
    PAUSES,
    TRANSITIONS,
    Clock,
    Event,
    Party,
    Status,
    allowed_events,
    next_status,
)


@pytest.mark.parametrize("status", Status)
def test_every_combination_is_what_the_table_says(status: Status) -> None:
    for event, party in itertools.product(Event, Party):
        target, parties = TRANSITIONS.get((status, event), (None, frozenset()))
        expected = target if party in parties else None
        assert next_status(status=status, event=event, party=party) == expected, (event, party)
        assert (event in allowed_events(status=status, party=party)) is (expected is not None)


def test_every_status_can_be_reached_and_left() -> None:
    reached = {target for target, _parties in TRANSITIONS.values()} | {Status.DRAFT}
    left = {start for start, _event in TRANSITIONS} | {Status.CLOSED}
    assert reached == left == set(Status)


def test_every_event_is_used() -> None:
    assert {event for _start, event in TRANSITIONS} == set(Event)


def test_the_end_is_the_end() -> None:
    assert not any(start is Status.CLOSED for start, _event in TRANSITIONS)
    assert Status.CLOSED in ENDED


def test_only_the_applicants_side_sends_and_withdraws() -> None:
    own = {Party.APPLICANT, Party.LENDER}
    for (_start, event), (_target, parties) in TRANSITIONS.items():
        if event in {Event.WITHDRAW, Event.REINSTATE}:
            assert parties <= own
        if event is Event.SUBMIT:
            assert parties <= own | {Party.HELPER}


def test_the_law_waits_only_for_what_the_applicant_took_back_or_we_did_not_take_in() -> None:
    stopping = {status for status, clocks in PAUSES.items() if Clock.STATUTORY in clocks}
    assert stopping == {Status.WITHDRAWN, Status.NOT_ACCEPTED}
    assert PAUSES[Status.INFO_REQUESTED] == {Clock.SERVICE}


def test_nobody_countersigns_as_the_reviewer() -> None:
    for (_start, event), (_target, parties) in TRANSITIONS.items():
        if event in {Event.AGREE, Event.RETURN}:
            assert parties == {Party.COUNTERSIGNER}
