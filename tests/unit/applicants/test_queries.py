"""Who may know of an applicant."""

import pytest

from accounts.actors import Actor
from accounts.models import User
from applicants.models import Applicant
from applicants.queries import find_by_id_number, get_applicant_for, get_own_applicant, reveal
from audit.queries import list_events
from core.errors import ForbiddenError, InputError, NotFoundError
from tests.factories.decisions import NOW, SAMPLES, sample_applicant
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
NUMBER = SAMPLES["li_na"].document["identity"]["id_number"]


@pytest.fixture
def ada_applies(ada: User) -> Applicant:
    return sample_applicant("li_na", user=ada)


def test_ada_and_staff_find_her_and_nobody_else_does(
    ada_applies: Applicant, ada: User, eve: User, cleo: User, lender: Actor
) -> None:
    for by in (acting(ada), acting(cleo)):
        assert get_applicant_for(by=by, reference=ada_applies.reference.lower()) == ada_applies
    for by in (acting(eve), lender):
        with pytest.raises(NotFoundError):
            get_applicant_for(by=by, reference=ada_applies.reference)


def test_a_user_without_an_applicant_is_none(ada_applies: Applicant, ada: User, ben: User) -> None:
    assert get_own_applicant(ada) == ada_applies
    assert get_own_applicant(ben) is None


def test_staff_search_by_number_with_a_reason_and_leave_a_trace(ada_applies: Applicant, cleo: User) -> None:
    with pytest.raises(InputError) as caught:
        find_by_id_number(id_number=NUMBER, by=acting(cleo), now=NOW)
    assert list(caught.value.fields) == ["reason"]
    found = find_by_id_number(id_number=f" {NUMBER} ", reason="CONTACT", by=acting(cleo), now=NOW)
    assert found == ada_applies
    assert list_events(ada_applies.reference)[-1].verb == "applicant:searched"
    assert find_by_id_number(id_number="000", reason="DUPLICATE", by=acting(cleo), now=NOW) is None


def test_an_auditor_may_not_search_and_eve_finds_nothing(
    ada_applies: Applicant, aud: User, eve: User
) -> None:
    with pytest.raises(ForbiddenError):
        find_by_id_number(id_number=NUMBER, reason="CONTACT", by=acting(aud), now=NOW)
    assert find_by_id_number(id_number=NUMBER, reason="CONTACT", by=acting(eve), now=NOW) is None


def test_a_full_view_by_staff_is_audited_and_ones_own_is_not(
    ada_applies: Applicant, ada: User, cleo: User, aud: User
) -> None:
    before = len(list_events(ada_applies.reference))
    assert reveal(applicant=ada_applies, field="id_number", by=acting(ada), now=NOW) == NUMBER
    assert len(list_events(ada_applies.reference)) == before
    assert reveal(applicant=ada_applies, field="id_number", by=acting(cleo), now=NOW) == NUMBER
    assert list_events(ada_applies.reference)[-1].codes == {"field": "id_number"}
    with pytest.raises(ForbiddenError):
        reveal(applicant=ada_applies, field="phone", by=acting(aud), now=NOW)
    with pytest.raises(InputError):
        reveal(applicant=ada_applies, field="user", by=acting(cleo), now=NOW)
