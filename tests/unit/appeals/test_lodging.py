"""A partner's machine appeals in one step, and gets what a person gets who goes through the pages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Scope
from appeals import lodging
from appeals.appealability import AlreadyOpenError, SupersededError, WindowOverError
from appeals.lodging import lodge_appeal
from appeals.models import Appeal, AppealEvent, Ground
from appeals.opening import NoGroundError, open_appeal
from appeals.screening import screen_one
from audit.queries import list_events
from audit.verifying import verify
from core.catalogues import pinned_catalogues
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from core.prepared import fetch_prepared
from decisions.models import Decision
from notifications.models import Delivery, Message
from outbox.models import Outbox
from tests.factories.appeals import NOW, decided, sent
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
_OWN = {"id", "reference", "decision_id", "applicant_id", "sample_seed", "sample_draw", "version"}
GROUNDS = {"U02": ("PERSON", "about U02")}


def _lodge(decision: Decision, by: Actor, **given: Any) -> Appeal:
    given = {"grounds": GROUNDS, **given}
    made = lodge_appeal(decision=decision.reference, by=by, now=NOW, **given)
    return Appeal.objects.get(reference=made)


def test_it_stands_as_if_sent_from_the_pages(lender: Actor) -> None:
    lodged = _lodge(decided(client_id="lender"), lender)
    stepwise = sent(decided(client_id="lender"), lender, claims={"U02": "PERSON"})
    rows: list[dict[str, Any]] = [*Appeal.objects.filter(pk__in=[lodged.pk, stepwise.pk]).values()]  # type: ignore[list-item]
    one, other = ({name: row[name] for name in row.keys() - _OWN} for row in rows)
    assert one == other
    assert 0 <= (lodged.sample_draw or 0) < 10_000


def test_everything_that_belongs_to_it_is_there(lender: Actor) -> None:
    appeal = _lodge(decided(client_id="lender"), lender, statement="Please look again", is_urgent=True)
    other = sent(decided(client_id="lender"), lender, claims={"U02": "PERSON"})
    ground, event = Ground.objects.get(appeal=appeal), AppealEvent.objects.get(appeal=appeal)
    assert (appeal.statement, appeal.is_urgent) == ("Please look again", True)
    assert (ground.code, ground.claim, ground.note) == ("U02", "PERSON", "about U02")
    assert (event.sequence, event.event, event.party, event.note) == (1, "submit", "lender", "")
    assert _work(appeal) == _work(other)
    for one in (appeal, other):
        screen_one(reference=one.reference, now=NOW)
    assert _told(appeal) == _told(other)


def _work(appeal: Appeal) -> list[Any]:
    rows = Outbox.objects.filter(subject=appeal.reference).order_by("next_at")
    return [(row.kind, row.key.removeprefix(f"{row.kind}:{row.subject}"), row.next_at) for row in rows]


def _told(appeal: Appeal) -> list[Any]:
    message = Message.objects.get(about=appeal.reference)
    ways = Delivery.objects.filter(message=message).order_by("channel")
    assert Outbox.objects.filter(kind="DELIVER_MESSAGE", subject=message.reference).count() == 1
    text = message.body_text.replace(appeal.reference, "")
    return [
        message.kind,
        message.language,
        text,
        list(ways.values_list("channel", "state", "next_at", "sent_at")),
    ]


def test_the_audit_tells_it_in_order_and_proves_it(lender: Actor) -> None:
    decision = decided(client_id="lender")
    appeal = _lodge(decision, lender)
    events = list_events(appeal.reference)
    assert [one.verb for one in events] == ["appeal:submitted"]
    assert events[0].codes == {
        "decision": decision.reference, "tier": 1, "from": "DRAFT", "to": "SUBMITTED", "party": "lender",
        "version": 1,
    }  # fmt: skip
    assert not verify().faults


def test_two_statements_and_no_more(lender: Actor) -> None:
    _lodge(decided(client_id="lender"), lender)
    decision = decided(client_id="lender")
    with CaptureQueriesContext(connection) as seen, pinned_catalogues():
        lodge_appeal(decision=decision.reference, grounds=GROUNDS, by=lender, now=NOW)
    # The decision with what became of it and the versions of the catalogues; and everything that is written.
    assert len(seen) == 2


def test_a_draft_of_ones_own_is_named_and_not_written_over(ada: User, lender: Actor) -> None:
    decision = decided(client_id="lender", user=ada)
    draft = open_appeal(decision=decision, by=acting(ada), now=NOW)
    with pytest.raises(AlreadyOpenError, match=draft.reference):
        _lodge(decision, lender)
    assert Appeal.objects.get(decision=decision).status == "DRAFT"


def test_two_at_once_make_one(lender: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = decided(client_id="lender")
    take = lodging._take
    row = fetch_prepared(lodging._READ, [decision.reference])
    stale = take(lodging._expect(decision.reference), row)
    first = _lodge(decision, lender)
    answers = iter([stale])
    monkeypatch.setattr(lodging, "_take", lambda *read: next(answers, None) or take(*read))
    before = (Outbox.objects.count(), Message.objects.count(), Ground.objects.count())
    with pytest.raises(AlreadyOpenError, match=first.reference):
        _lodge(decision, lender)
    assert (Outbox.objects.count(), Message.objects.count(), Ground.objects.count()) == before
    assert not verify().faults


def test_what_changed_meanwhile_is_told(lender: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lodging, "write_at_once", lambda *_parts: None)
    with pytest.raises(StaleError):
        _lodge(decided(client_id="lender"), lender)


def test_strangers_hear_404_and_colleagues_403(ben: User, cleo: User, lender: Actor) -> None:
    decision = decided(client_id="another")
    for stranger in (acting(ben), lender):
        with pytest.raises(NotFoundError):
            _lodge(decision, stranger)
    with pytest.raises(ForbiddenError):
        _lodge(decision, acting(cleo))
    reader = Actor.for_client("another", [Scope.APPEALS_READ.value])
    with pytest.raises(ForbiddenError):
        _lodge(decision, reader)
    with pytest.raises(NotFoundError):
        lodge_appeal(decision="DE-0000-0000", grounds=GROUNDS, by=lender, now=NOW)


def test_who_may_not_send_for_somebody_sends_nothing(ada: User, ben: User) -> None:
    decision = decided(user=ada)
    hand = Actor.for_helper(helper=ben, owner=ada, may_write=True, may_send=False)
    with pytest.raises(ForbiddenError):
        _lodge(decision, hand)
    assert not Appeal.objects.filter(decision=decision).exists()


def test_what_cannot_be_sent_is_refused_in_words(lender: Actor) -> None:
    decision = decided(client_id="lender")
    with pytest.raises(NoGroundError):
        _lodge(decision, lender, grounds={"U02": ("", "")})
    with pytest.raises(InputError) as caught:
        _lodge(decision, lender, grounds={"Z99": ("WRONG", "")})
    assert "Z99" in caught.value.fields
    with pytest.raises(WindowOverError):
        lodge_appeal(decision=decision.reference, grounds=GROUNDS, by=lender, now=NOW + timedelta(days=400))


def test_a_superseded_decision_is_refused(lender: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    decision, take = decided(client_id="lender"), lodging._take
    monkeypatch.setattr(lodging, "_take", lambda *read: replace(take(*read), is_superseded=True))
    with pytest.raises(SupersededError):
        _lodge(decision, lender)
    assert not Appeal.objects.filter(decision=decision).exists()
