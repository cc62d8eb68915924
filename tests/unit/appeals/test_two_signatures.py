"""When two people must agree, and who is too near: in the domain, and behind it in the database."""

from typing import Any

import pytest
from django.db import Error, transaction

from accounts.models import User
from appeals.claiming import assign_appeal, claim_appeal, lapse_claims
from appeals.deciding import BulkUpholdError, countersign, countersign_reasons, propose, suggest_ruling
from appeals.independence import Conflict, NotIndependentError, list_conflicts
from appeals.models import Appeal, Basis, Relation, Rerun, Ruling, RulingState
from appeals.noting import mark_vulnerable
from appeals.opening import draw_of
from appeals.relations import declare_relation, end_relation, recuse
from applicants.models import RelatedPerson
from core.errors import ForbiddenError
from tests.factories.appeals import (
    NOW,
    applicant_like,
    closed_line,
    decided,
    in_review,
    queued,
    sent,
    verified,
)
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _ready(ada: User, cleo: User, **given: Any) -> tuple[Appeal, Rerun]:
    appeal = in_review(decided(user=ada), acting(ada), cleo, **given)
    rerun = verified(appeal, cleo)
    appeal.refresh_from_db()
    return appeal, rerun


def _write(appeal: Appeal, rerun: Rerun, by: User, **values: Any) -> Ruling:
    fields: dict[str, Any] = {
        "appeal": appeal, "state": RulingState.FINAL, "outcome": "UNCHANGED", "rerun": rerun,
        "basis": Basis.NONE, "reason": "r", "letter_zh": "z", "letter_en": "e", "proposed_by": by,
        "proposed_at": NOW, **values,
    }  # fmt: skip
    return Ruling.objects.create(**fields)


def _rule(appeal: Appeal, by: User, **given: Any) -> Ruling:
    draft = suggest_ruling(appeal)
    return propose(
        appeal=appeal, outcome=draft.outcome, reason="r", letter_zh=draft.letter_zh,
        letter_en=draft.letter_en, expected_version=appeal.version, by=acting(by), now=NOW, **given,
    )  # fmt: skip


def test_turning_down_a_person_who_needs_care_takes_two(ada: User, cleo: User, dev: User) -> None:
    appeal, _rerun = _ready(ada, cleo)
    mark_vulnerable(appeal=appeal, note="in hospital", by=acting(cleo), now=NOW)
    assert countersign_reasons(appeal, "UNCHANGED") == ["VULNERABLE"]
    assert _rule(appeal, cleo).state == RulingState.PROPOSED
    countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "DECIDED"


@pytest.mark.parametrize(
    ("changes", "values"),
    [
        ({"is_vulnerable": True}, {}),
        ({"sample_draw": 499}, {}),
        ({}, {"countersign_reasons": ["X"]}),
        ({}, {"is_bulk": True}),
        ({}, {"outcome": "CORRECTED", "basis": "CORRECTED", "limit_cny": 30_001}),
    ],
)
def test_the_database_refuses_one_signature_where_two_are_needed(
    ada: User, cleo: User, changes: dict[str, Any], values: dict[str, Any]
) -> None:
    appeal, rerun = _ready(ada, cleo)
    Appeal.objects.filter(pk=appeal.pk).update(**changes)
    with pytest.raises(Error, match="second signature"), transaction.atomic():
        _write(appeal, rerun, cleo, **values)


def test_the_database_lets_one_signature_pass_where_one_is_enough(ada: User, cleo: User) -> None:
    appeal, rerun = _ready(ada, cleo)
    assert _write(appeal, rerun, cleo, outcome="UNCHANGED").pk
    assert Appeal.objects.get(pk=appeal.pk).sample_draw == 9_999


def test_an_upheld_closure_needs_two_in_the_database_too(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    rerun = verified(appeal, cleo)
    with pytest.raises(Error, match="second signature"), transaction.atomic():
        _write(appeal, rerun, cleo)


def test_nothing_is_turned_down_in_bulk(ada: User, cleo: User) -> None:
    appeal, _rerun = _ready(ada, cleo)
    with pytest.raises(BulkUpholdError):
        _rule(appeal, cleo, is_bulk=True)


def test_the_draw_can_be_computed_again(ada: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    fresh = Appeal.objects.get(pk=appeal.pk)
    assert len(fresh.sample_seed) == 32
    draws = [draw_of(f"{number:032x}", fresh.reference) for number in range(2_000)]
    assert 60 < sum(draw < 500 for draw in draws) < 140
    assert draw_of(fresh.sample_seed, fresh.reference) == draw_of(fresh.sample_seed, fresh.reference)


@pytest.mark.parametrize(
    ("kind", "conflict"), [("FAMILY", "RELATED"), ("ACCOUNT", "ACCOUNT"), ("AGENT", "AGENT")]
)
def test_a_declared_relation_keeps_away(ada: User, cleo: User, kind: str, conflict: str) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    declare_relation(user=cleo, applicant=appeal.applicant, kind=kind, by=acting(cleo), now=NOW)
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == [Conflict(conflict)]
    with pytest.raises(NotIndependentError):
        claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(claimed_by=cleo, claimed_at=NOW)


def test_declaring_gives_the_case_back(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    relation = declare_relation(
        user=cleo, applicant=appeal.applicant, kind="FRIEND", by=acting(cleo), now=NOW
    )
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("QUEUED", None)
    with pytest.raises(ForbiddenError):
        end_relation(relation=relation, by=acting(cleo), now=NOW)
    end_relation(relation=relation, by=acting(dev), now=NOW)
    assert list_conflicts(appeal=appeal, user_id=cleo.pk) == []
    assert Relation.objects.get().ended_at == NOW


def test_a_shared_phone_or_card_keeps_away(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    own = applicant_like("li_na", cleo)
    own.phone_index = appeal.applicant.phone_index or b"p" * 32
    own.save(update_fields=["phone_index"])
    type(own).objects.filter(pk=appeal.applicant_id).update(phone_index=own.phone_index)
    appeal = Appeal.objects.get(pk=appeal.pk)
    assert Conflict.ACCOUNT in list_conflicts(appeal=appeal, user_id=cleo.pk)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(claimed_by=cleo, claimed_at=NOW)


def test_standing_behind_the_firm_keeps_away(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    own = applicant_like("li_na", cleo)
    RelatedPerson.objects.create(firm=appeal.applicant, person=own, role="SHAREHOLDER", invited_at=NOW)
    assert Conflict.RELATED in list_conflicts(appeal=appeal, user_id=cleo.pk)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(claimed_by=cleo, claimed_at=NOW)


def test_stepping_back_is_for_good(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    recuse(appeal=appeal, reason="my neighbour", by=acting(cleo), now=NOW)
    assert (appeal.status, list_conflicts(appeal=appeal, user_id=cleo.pk)) == ("QUEUED", [Conflict.RECUSED])
    with pytest.raises(NotIndependentError):
        assign_appeal(appeal=appeal, to=cleo, by=acting(dev), now=NOW)
    with pytest.raises(Error, match="not independent"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(claimed_by=cleo, claimed_at=NOW)


def test_the_second_person_did_not_make_the_findings(ada: User, cleo: User, dev: User) -> None:
    appeal, _rerun = _ready(ada, cleo, sample_draw=0)
    _rule(appeal, cleo)
    appeal.findings.create(
        ground=appeal.grounds.all()[0], characteristic="active_lenders", value=2, observed_on=NOW.date(),
        note="n", found_by=dev, found_at=NOW,
    )  # fmt: skip
    with pytest.raises(NotIndependentError):
        countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)


def test_the_desk_of_a_colleague_who_left_is_emptied(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    assert lapse_claims(NOW) == 1
    appeal.refresh_from_db()
    assert (appeal.status, appeal.claimed_by_id) == ("QUEUED", None)


def test_a_supervisor_gives_a_case_to_somebody(ada: User, cleo: User, dev: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    with pytest.raises(ForbiddenError):
        assign_appeal(appeal=appeal, to=cleo, by=acting(cleo), now=NOW)
    for _again in range(2):
        assign_appeal(appeal=appeal, to=cleo, by=acting(dev), now=NOW)
    assert (appeal.status, appeal.claimed_by_id, appeal.events.count()) == ("IN_REVIEW", cleo.pk, 4)
