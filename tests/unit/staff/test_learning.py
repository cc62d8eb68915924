"""Reviews of the policy and the weekly sample, on the desk."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal, PolicyReview, QualityCheck
from appeals.policy_reviews import open_reviews
from tests.factories.boards import tally
from tests.factories.decisions import NOW
from tests.people import person
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(catalogues: None, pia: User) -> PolicyReview:
    """An open review about a reason."""
    tally("REASON", "U02", decided=20, overturned=12)
    return open_reviews(now=NOW)[0]


@pytest.fixture
def check(appeal: Appeal) -> QualityCheck:
    """Ada's appeal, drawn to be read again."""
    return QualityCheck.objects.create(
        appeal=appeal, week=date(2026, 11, 16), seed="ab", drawn_at=NOW + timedelta(days=7)
    )


def test_the_policy_manager_sees_and_closes_a_review(
    review: PolicyReview, pia: User, sit_down: SitDown
) -> None:
    client = sit_down(pia)
    page = text_of(client.get("/staff/policy-reviews/"))
    assert "12 / 20" in page
    where = f"/staff/policy-reviews/{review.reference}/"
    assert client.post(where, {"reason": ""}).status_code == 400
    client.post(where, {"reason": "the limit goes up with the next version"})
    review.refresh_from_db()
    assert (review.state, review.closed_by) == ("CLOSED", pia)
    assert client.post(where, {"reason": "again"}).status_code == 409


def test_a_supervisor_reads_again_and_says_why(check: QualityCheck, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    assert check.appeal.reference in text_of(client.get("/staff/quality/"))
    where = f"/staff/quality/{check.pk}/"
    refused = client.post(where, {"verdict": "OTHER", "note": ""})
    assert refused.status_code == 400
    client.post(where, {"verdict": "OTHER", "note": "the payslip counts"})
    check.refresh_from_db()
    assert (check.verdict, check.checked_by) == ("OTHER", dev)
    page = text_of(client.get(where))
    assert "The answer itself stays as it was sent." in page
    assert "Corrections for many" in page


def test_who_took_part_is_told_that_somebody_else_reads_it(
    won: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    drawn = QualityCheck.objects.create(appeal=won, week=date(2026, 11, 16), seed="ab", drawn_at=NOW)
    cleo.role = Role.SUPERVISOR.value
    cleo.save(update_fields=["role"])
    where = f"/staff/quality/{drawn.pk}/"
    page = sit_down(cleo).get(where)
    assert "Somebody else reads it again." in text_of(page)
    assert 'name="verdict"' not in page.content.decode()
    assert sit_down(cleo).post(where, {"verdict": "SOUND", "note": ""}).status_code == 403
    assert 'name="verdict"' in sit_down(dev).get(where).content.decode()


def test_ones_own_case_is_not_found(check: QualityCheck, ada: User, sit_down: SitDown) -> None:
    ada.role = Role.SUPERVISOR.value
    ada.save(update_fields=["role"])
    assert sit_down(ada).get(f"/staff/quality/{check.pk}/").status_code == 404
    assert sit_down(person("Sue", Role.SUPERVISOR)).get("/staff/quality/").status_code == 200
