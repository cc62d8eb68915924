"""Nobody looks at a matter twice: refused in the domain, and by the database behind it."""

from collections.abc import Callable

import pytest
from django.db import Error, transaction

from accounts.models import User
from appeals.claiming import claim_appeal
from appeals.deciding import propose
from appeals.independence import Conflict, NotIndependentError, list_conflicts
from appeals.models import Appeal, Basis, Ruling, RulingState
from appeals.queries import may
from appeals.remedy import close_decided
from appeals.states import Event
from decisions.models import Decision
from tests.factories.appeals import NOW, closed_line, decided, in_review, queued, verified
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
Case = Callable[[User, User], Appeal]


def _signed_by(ada: User, colleague: User) -> Appeal:
    return queued(closed_line(colleague, ada), acting(ada))


def _reviewed_before(ada: User, colleague: User) -> Appeal:
    decision = decided(user=ada)
    first = in_review(decision, acting(ada), colleague)
    verified(first, colleague)
    first.refresh_from_db()
    propose(
        appeal=first, outcome="UNCHANGED", reason="it stands", letter_zh="x", letter_en="x",
        expected_version=first.version, by=acting(colleague), now=NOW,
    )  # fmt: skip
    close_decided(reference=first.reference, now=NOW)
    return queued(decision, acting(ada))


@pytest.mark.parametrize(
    ("case", "conflict"), [(_signed_by, Conflict.DECIDED), (_reviewed_before, Conflict.REVIEWED)]
)
def test_who_took_part_before_is_refused_by_domain_and_database(
    ada: User, dev: User, case: Case, conflict: Conflict
) -> None:
    appeal = case(ada, dev)
    assert conflict in list_conflicts(appeal=appeal, user_id=dev.pk)
    with pytest.raises(NotIndependentError):
        claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(status="IN_REVIEW", claimed_by=dev, claimed_at=NOW)
    assert Event.CLAIM not in may(appeal, acting(dev))


def test_somebody_new_may(ada: User, cleo: User, dev: User) -> None:
    appeal = _signed_by(ada, dev)
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == []
    assert Event.CLAIM in may(appeal, acting(cleo))
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    assert appeal.claimed_by_id == cleo.pk


def test_a_caseworker_cannot_review_her_own_case(cleo: User, ada: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    applicant = appeal.applicant
    applicant.user = cleo
    applicant.save(update_fields=["user"])
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == [Conflict.SELF]
    with pytest.raises(NotIndependentError):
        claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(status="IN_REVIEW", claimed_by=cleo, claimed_at=NOW)


def test_who_decided_an_older_version_of_it_stays_away(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    older = Decision.objects.get(pk=appeal.decision_id)
    values = {f.attname: getattr(older, f.attname) for f in Decision._meta.concrete_fields}
    del values["id"]
    reasons = list(older.reasons.all())
    newer = Decision.objects.create(
        **{**values, "reference": "DE-TEST-0001", "supersedes_id": older.pk, "decided_by": f"user:{cleo.pk}"}
    )
    for reason in reasons:
        reason.pk, reason.decision = None, newer
        reason.save(force_insert=True)
    Appeal.objects.filter(pk=appeal.pk).update(decision=newer)
    appeal = Appeal.objects.get(pk=appeal.pk)
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == [Conflict.DECIDED]


def test_the_database_refuses_a_conflicted_signature(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    rerun = verified(appeal, cleo)
    ruling = {
        "appeal": appeal, "state": RulingState.PROPOSED, "outcome": "UNCHANGED", "rerun": rerun,
        "basis": Basis.NONE, "reason": "x", "letter_zh": "x", "letter_en": "x", "proposed_at": NOW,
    }  # fmt: skip
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Ruling.objects.create(**ruling, proposed_by=dev)
    kept = Ruling.objects.create(**ruling, proposed_by=cleo)
    for signer in (dev, cleo):
        with pytest.raises(Error), transaction.atomic():
            Ruling.objects.filter(pk=kept.pk).update(countersigned_by=signer, countersigned_at=NOW)
    Ruling.objects.filter(pk=kept.pk).update(countersigned_by=person("Dora"), countersigned_at=NOW)
