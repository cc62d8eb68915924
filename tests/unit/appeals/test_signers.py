"""Who is asked for the second signature: only supervisors who may give it, and nobody in silence."""

import pytest

from accounts.models import User
from accounts.roles import Role
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal
from appeals.relations import declare_relation
from notifications.models import Message
from tests.factories.appeals import NOW, decided, find, in_review, verified
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def appeal(ada: User, cleo: User) -> Appeal:
    """An appeal on Cleo's desk whose ruling two people must sign."""
    return in_review(decided(user=ada), acting(ada), cleo, sample_draw=0, claims={"U02": "WRONG"})


def asked(appeal: Appeal, by: User) -> dict[str, set[int | None]]:
    """The ruling proposed, and who was asked or told what."""
    verified(appeal, by)
    appeal = Appeal.objects.get(pk=appeal.pk)
    told = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=told.outcome, reason="r", letter_zh=told.letter_zh,
        letter_en=told.letter_en, expected_version=appeal.version, by=acting(by), now=NOW,
    )  # fmt: skip
    kinds = ("APPEAL_TO_COUNTERSIGN", "NOBODY_MAY_SIGN")
    rows = Message.objects.filter(kind__in=kinds, about=appeal.reference).values_list("kind", "user")
    return {kind: {user for known, user in rows if known == kind} for kind, _user in rows}


def near(user: User, appeal: Appeal) -> None:
    """The user declares that the applicant is a friend."""
    declare_relation(user=user, applicant=appeal.applicant, kind="FRIEND", by=acting(user), now=NOW)


def test_only_who_may_sign_is_asked(appeal: Appeal, cleo: User, dev: User) -> None:
    near(person("Finn", Role.SUPERVISOR), appeal)
    gone = person("Gil", Role.SUPERVISOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert asked(appeal, cleo) == {"APPEAL_TO_COUNTERSIGN": {dev.pk}}


def test_who_made_the_findings_is_not_asked(appeal: Appeal, cleo: User, dev: User) -> None:
    find(appeal, cleo, "U02", debt_service_pct=57)
    finn = person("Finn", Role.SUPERVISOR)
    Appeal.objects.get(pk=appeal.pk).findings.create(
        ground=appeal.grounds.get(), characteristic="active_lenders", value=5, observed_on=NOW.date(),
        note="n", found_by=dev, found_at=NOW,
    )  # fmt: skip
    assert asked(appeal, cleo) == {"APPEAL_TO_COUNTERSIGN": {finn.pk}}


def test_where_nobody_may_sign_supervisors_and_proposer_hear_of_it(
    appeal: Appeal, cleo: User, dev: User
) -> None:
    near(dev, appeal)
    assert asked(appeal, cleo) == {"NOBODY_MAY_SIGN": {cleo.pk, dev.pk}}
    told = Message.objects.filter(kind="NOBODY_MAY_SIGN")
    assert {"FRIEND" in row.body_text or "friend" in row.body_text for row in told} == {False}
    assert "every supervisor has had a part in the matter" in told[0].body_text


def test_a_supervisor_who_appeals_hears_nothing(appeal: Appeal, ada: User, cleo: User) -> None:
    User.objects.filter(pk=ada.pk).update(role=Role.SUPERVISOR.value)
    assert asked(appeal, cleo) == {"NOBODY_MAY_SIGN": {cleo.pk}}
