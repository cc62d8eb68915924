"""Reading: who sees what, and how many queries it takes."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Scope
from appeals.appealability import evidence_kinds
from appeals.inputs import disputed_inputs
from appeals.models import Appeal
from appeals.queries import get_appeal_for, list_appeals_for, may
from appeals.queue import ANSWERS, VIEWS, QueuePage, count_queue, list_queue
from appeals.states import Event
from appeals.timeline import TEXTS, timeline
from core.errors import ForbiddenError, NotFoundError
from evidence.queries import get_document_for
from tests.factories.appeals import NOW, attached, decided, draft, find, in_review, queued
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_ada_sees_hers_and_strangers_nothing(ada: User, ben: User, eve: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    assert get_appeal_for(by=acting(ada), reference=appeal.reference.lower()) == appeal
    assert get_appeal_for(by=acting(cleo), reference=appeal.reference) == appeal
    for stranger in (ben, eve):
        with pytest.raises(NotFoundError):
            get_appeal_for(by=acting(stranger), reference=appeal.reference)
        assert list_appeals_for(by=acting(stranger)) == []


def test_a_draft_is_its_writers_alone(ada: User, cleo: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    with pytest.raises(NotFoundError):
        get_appeal_for(by=acting(cleo), reference=appeal.reference)
    assert list_appeals_for(by=acting(ada)) == [appeal]


def test_a_lender_sees_what_it_sent(ada: User, lender: Actor) -> None:
    own = queued(decided(client_id="lender"), lender)
    others = queued(decided(user=ada), acting(ada))
    assert list_appeals_for(by=lender) == [own]
    with pytest.raises(NotFoundError):
        get_appeal_for(by=lender, reference=others.reference)
    without = Actor.for_client("lender", [Scope.DECISIONS_READ.value])
    assert list_appeals_for(by=without) == []


def test_lists_page_by_reference(lender: Actor) -> None:
    mine = [queued(decided(client_id="lender"), lender) for _number in range(3)]
    first = list_appeals_for(by=lender, limit=2)
    assert first == [mine[2], mine[1]]
    assert list_appeals_for(by=lender, before=first[-1].reference) == [mine[0]]


def test_the_queue_has_its_views(ada: User, ben: User, cleo: User) -> None:
    waiting = queued(decided(user=ada), acting(ada))
    mine = in_review(decided(user=ben), acting(ben), cleo)
    by = acting(cleo)
    soon = NOW + timedelta(days=14)
    wanted = ("mine", "unclaimed", "due", "all")
    seen = {view: _found(list_queue(by=by, view=view, now=NOW)) for view in wanted}
    both = [waiting.reference, mine.reference]
    assert seen == {"mine": both[1:], "unclaimed": both[:1], "due": [], "all": both}
    assert _found(list_queue(by=by, view="due", now=soon)) == both
    counts = count_queue(by=by, now=NOW)
    assert list(counts) == [*VIEWS, ANSWERS]
    assert {view: count for view, count in counts.items() if count} == {"mine": 1, "unclaimed": 1, "all": 2}
    with pytest.raises(NotFoundError):
        list_queue(by=by, view="everything", now=NOW)
    with pytest.raises(ForbiddenError):
        list_queue(by=acting(ada), view="all", now=NOW)


def _found(page: QueuePage) -> list[str]:
    return [row.reference for row in page.rows]


def test_a_page_of_the_queue_is_one_query(ada: User, cleo: User, django_assert_num_queries: Any) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    with django_assert_num_queries(1):
        (row,) = list_queue(by=acting(cleo), view="all", now=NOW, with_counts=True).rows
    assert (row.reference, row.due_at, row.status) == (appeal.reference, appeal.due_at, "QUEUED")
    assert (row.product, row.outcome) == (appeal.decision.product, appeal.decision.outcome)
    assert (row.name, row.holder) == (appeal.applicant.name, "")
    assert row.codes == ["S07", "U01", "U02"]
    assert row.is_conflicted is False


def test_the_queue_pages_without_gaps(cleo: User, lender: Actor) -> None:
    appeals = [queued(decided(client_id="lender"), lender) for _number in range(3)]
    first = list_queue(by=acting(cleo), view="all", now=NOW, limit=2)
    assert first.next_after == first.rows[-1].reference
    second = list_queue(by=acting(cleo), view="all", now=NOW, limit=2, after=first.next_after)
    assert [*_found(first), *_found(second)] == [appeal.reference for appeal in appeals]
    assert second.next_after is None


def test_everybody_is_offered_what_they_may_do(ada: User, ben: User, cleo: User, dev: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    assert may(appeal, acting(ada)) == {Event.WITHDRAW}
    assert may(appeal, acting(ben)) == frozenset()
    assert may(appeal, acting(cleo)) == {Event.CLAIM}
    assert may(appeal, acting(dev)) == {Event.CLAIM, Event.ASSIGN}


def test_the_applicants_history_holds_nothing_internal(ada: User, cleo: User) -> None:
    from appeals.claiming import release_appeal

    appeal = in_review(decided(user=ada), acting(ada), cleo)
    release_appeal(
        appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW, note="canary for colleagues"
    )
    hers = timeline(appeal, "en")
    assert [row.event for row in hers] == ["submit", "accept", "claim"]
    assert "Cleo" not in str(hers)
    ours = timeline(appeal, "en", for_staff=True)
    assert [row.event for row in ours] == ["submit", "screen", "accept", "claim", "release"]
    assert (ours[-1].actor_label, ours[-1].note, ours[-1].is_internal) == (
        "Cleo",
        "canary for colleagues",
        True,
    )


def test_every_event_has_words() -> None:
    assert set(TEXTS) == set(Event)


def test_the_contested_inputs_show_what_was_used_and_found(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U02", debt_service_pct=30)
    grounds = {one.ground.code: one.inputs for one in disputed_inputs(appeal, "en")}
    assert set(grounds) == {"U02", "U01", "S07"}
    row = next(one for one in grounds["U02"] if one.characteristic == "debt_service_pct")
    assert (row.value, row.found_value, row.observed_on) == ("58%", "30%", "6 Nov 2026")
    assert row.source_label == "papers you sent and we checked"


def test_staff_open_papers_once_the_appeal_is_sent(ada: User, cleo: User) -> None:
    appeal = draft(decided(user=ada), acting(ada))
    attachment = attached(appeal, acting(ada), code="U02", kind=evidence_kinds("U02")[0])
    with pytest.raises(NotFoundError):
        get_document_for(by=acting(cleo), reference=attachment.document.reference)
    Appeal.objects.filter(pk=appeal.pk).update(submitted_at=NOW)
    assert get_document_for(by=acting(cleo), reference=attachment.document.reference) == attachment.document
