"""What a person says beside a record is read at the desk, beside the record."""

import pytest

from accounts.models import User
from appeals.models import Appeal
from applicants.disputing import open_dispute
from applicants.statements import write_statement
from decisions.models import Decision
from tests.factories.decisions import NOW
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
SAID = "The bank booked it in the wrong month."


def state(decision: Decision, ada: User, item: str) -> None:
    write_statement(applicant=decision.applicant, characteristic=item, text=SAID, by=acting(ada), now=NOW)


def test_whoever_reviews_the_appeal_reads_it(held: Appeal, ada: User, cleo: User, sit_down: SitDown) -> None:
    desk, place = sit_down(cleo), f"/staff/cases/{held.reference}/"
    assert SAID not in text_of(desk.get(place))
    state(held.decision, ada, "debt_service_pct")
    assert SAID in text_of(desk.get(place))


def test_whoever_checks_the_record_reads_it(
    decision: Decision, ada: User, cleo: User, sit_down: SitDown
) -> None:
    item = "hard_inquiries_3m"
    dispute = open_dispute(
        applicant=decision.applicant, characteristic=item, claim="One.", by=acting(ada), now=NOW
    )
    state(decision, ada, item)
    assert SAID in text_of(sit_down(cleo).get(f"/staff/disputes/{dispute.reference}/"))
