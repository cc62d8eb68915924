"""A case that a partner sent, from the appeal to the partner's word that its result is in effect."""

import pytest

from accounts.actors import Actor
from accounts.models import User
from appeals.models import Appeal, Remedy
from audit.verifying import verify
from notifications.models import Message
from tests.factories.appeals import decided, load_everything
from tests.factories.partners import Partner
from tests.journeys.desk import review, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_partners_appeal_ends_with_the_partners_word(lender: Actor, cleo: User, dev: User) -> None:
    load_everything()
    decision, partner = decided("zhao_ming", client_id="lender"), Partner(lender)
    body = {"grounds": [{"reason": "U05", "claim": "WRONG"}], "submit": True}
    place = f"appeals/{partner.post(f'decisions/{decision.reference}/appeals', body).json()['reference']}"
    work()
    won = review(Appeal.objects.get(), like="zhao_ming_after", reviewer=cleo, second=dev)
    assert (won.status, won.outcome) == ("REMEDY", "CORRECTED")
    shown = partner.get(place)
    answer = partner.post(f"{place}/remedy", {}, If_Match=shown.headers["ETag"])
    assert (answer.status_code, answer.json()["status"]) == (200, "CLOSED")
    work()
    assert Remedy.objects.get().confirmed_by == "client:lender"
    assert Message.objects.filter(about=won.reference, kind="REMEDY_DONE").count() == 1
    assert not verify().faults
