"""Who may know of a decision."""

from typing import Any

import pytest

from accounts.actors import SITE, Actor
from accounts.models import User
from core.errors import NotFoundError
from decisions.deciding import decide
from decisions.models import Decision, DecisionAccess
from decisions.queries import (
    get_application_for,
    get_decision_for,
    list_applications_for,
    list_decisions_for,
    record_access,
)
from decisions.reading import read_explanation_as
from tests.factories.decisions import NOW, application_of, sample_applicant, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def adas(ada: User) -> Decision:
    return sample_decision("li_na", user=ada)


def test_ada_and_staff_see_it_and_strangers_do_not(
    adas: Decision, ada: User, eve: User, cleo: User, lender: Actor
) -> None:
    for by in (acting(ada), acting(cleo)):
        assert get_decision_for(by=by, reference=adas.reference) == adas
        assert list_decisions_for(by=by) == [adas]
    for by in (acting(eve), lender):
        assert list_decisions_for(by=by) == []
        with pytest.raises(NotFoundError):
            get_decision_for(by=by, reference=adas.reference)


def test_a_machine_sees_the_applications_it_sent_and_no_others(adas: Decision, lender: Actor) -> None:
    applicant = sample_applicant("ordinary")
    sent = application_of(applicant, by=lender, client_id=lender.id)
    decision = decide(application=sent, by=SITE, now=NOW)
    assert list_decisions_for(by=lender) == [decision]
    assert get_application_for(by=lender, reference=sent.reference) == sent
    other = Actor.for_client("other", [])
    with pytest.raises(NotFoundError):
        get_application_for(by=other, reference=sent.reference)
    with pytest.raises(NotFoundError):
        get_decision_for(by=lender, reference=adas.reference)


def test_the_stored_explanation_is_read_by_the_same_people(
    adas: Decision, ada: User, ben: User, cleo: User, lender: Actor
) -> None:
    sent = application_of(sample_applicant("ordinary"), by=lender, client_id=lender.id)
    lenders = decide(application=sent, by=SITE, now=NOW)
    everybody = [SITE, lender, Actor.for_client("other", []), *map(acting, (ada, ben, cleo))]
    for decision in (adas, lenders):
        asked: dict[str, Any] = {"reference": decision.reference, "language": "en", "held": frozenset()}
        for by in everybody:
            try:
                get_decision_for(by=by, reference=decision.reference)
            except NotFoundError:
                with pytest.raises(NotFoundError):
                    read_explanation_as(by=by, now=NOW, **asked)
            else:
                assert read_explanation_as(by=by, now=NOW, **asked).body


def test_one_query_brings_all_a_page_needs(
    adas: Decision, ada: User, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = get_decision_for(by=acting(ada), reference=adas.reference)
        assert found.applicant.reference
        assert found.application is not None
        assert found.policy.version == "2026.1"
        assert getattr(found, "superseded_by", None) is None


def test_pages_go_on_before_a_reference(ada: User, ben: User, cleo: User) -> None:
    made = [sample_decision(key) for key in ("li_na", "ordinary", "zhao_ming")]
    first = list_decisions_for(by=acting(cleo), limit=2)
    assert first == [made[2], made[1]]
    assert list_decisions_for(by=acting(cleo), before=first[-1].reference, limit=2) == [made[0]]
    assert [row.pk for row in list_applications_for(by=acting(cleo), limit=1)] == [made[2].application_id]
    with pytest.raises(NotFoundError):
        list_decisions_for(by=acting(ben), before=first[-1].reference)


def test_each_look_is_kept(adas: Decision, ada: User) -> None:
    record_access(decision=adas, by=acting(ada), now=NOW)
    assert DecisionAccess.objects.get().actor == f"user:{ada.pk}"
