"""A record that its source corrected while the appeal was open counts in it: nobody decides past it."""

import pytest
from django.utils import translation

from accounts.models import User
from appeals.correcting import NotCountedError, correctable_inputs, list_corrections
from appeals.deciding import countersign, propose, return_proposal, suggest_ruling
from appeals.inputs import disputed_inputs
from appeals.models import Appeal, Ruling
from applicants.disputing import open_dispute, settle_dispute
from applicants.models import Dispute
from tests.factories.appeals import NOW, decided, find, in_review, verified
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
RECORD = "hard_inquiries_3m"


@pytest.fixture
def appeal(ada: User, cleo: User) -> Appeal:
    """Li Na's appeal on Cleo's desk; only the share of her income is contested."""
    return in_review(decided(user=ada), acting(ada), cleo, claims={"U02": "WRONG"})


def correct(appeal: Appeal, ada: User, dev: User, value: object = 1) -> Dispute:
    """Another record of Ada, disputed and corrected."""
    dispute = open_dispute(
        applicant=appeal.applicant, characteristic=RECORD, claim="It was one.", by=acting(ada), now=NOW
    )
    settle_dispute(
        dispute=dispute, outcome="CORRECTED", answer="It was one.", value=value, by=acting(dev), now=NOW
    )
    return dispute


def proposed(appeal: Appeal, cleo: User) -> Ruling:
    """The ruling that the result speaks for, waiting for a second signature."""
    Appeal.objects.filter(pk=appeal.pk).update(is_vulnerable=True)
    verified(appeal, cleo)
    appeal = Appeal.objects.get(pk=appeal.pk)
    told = suggest_ruling(appeal)
    return propose(
        appeal=appeal, outcome=told.outcome, reason="nothing new", letter_zh=told.letter_zh,
        letter_en=told.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip


def test_what_was_corrected_meanwhile_is_shown_and_comes_in_reach(
    appeal: Appeal, ada: User, dev: User
) -> None:
    assert RECORD not in correctable_inputs(appeal, "U02")
    dispute = correct(appeal, ada, dev)
    assert {name: row.reference for name, row in list_corrections(appeal).items()} == {
        RECORD: dispute.reference
    }
    [ground] = disputed_inputs(appeal, "en")
    [row] = [one for one in ground.inputs if one.corrected_value]
    assert (row.characteristic, row.corrected_value, row.dispute) == (RECORD, "1", dispute.reference)


def test_nobody_concludes_past_a_corrected_record(appeal: Appeal, ada: User, cleo: User, dev: User) -> None:
    correct(appeal, ada, dev)
    with translation.override("en"), pytest.raises(NotCountedError) as refused:
        verified(appeal, cleo)
    assert "Credit applications in 3 months" in str(refused.value)
    find(appeal, cleo, "U02", **{RECORD: 1})
    assert verified(appeal, cleo).facts[RECORD]["value"] == 1


def test_nobody_signs_past_a_corrected_record(appeal: Appeal, ada: User, cleo: User, dev: User) -> None:
    ruling = proposed(appeal, cleo)
    correct(appeal, ada, dev)
    appeal = Appeal.objects.get(pk=appeal.pk)
    with pytest.raises(NotCountedError):
        countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    ruling.refresh_from_db()
    assert (ruling.state, appeal.status) == ("PROPOSED", "PROPOSED")
    return_proposal(
        appeal=appeal, reason="a record was corrected", expected_version=appeal.version, by=acting(dev),
        now=NOW,
    )  # fmt: skip
    assert Appeal.objects.get(pk=appeal.pk).status == "IN_REVIEW"


def test_what_the_decision_did_not_read_keeps_nobody_waiting(
    appeal: Appeal, ada: User, cleo: User, dev: User
) -> None:
    correct(appeal, ada, dev)
    Dispute.objects.update(settled_at=NOW, opened_at=NOW)
    facts = {**appeal.decision.facts, RECORD: {**appeal.decision.facts[RECORD], "fact": None}}
    appeal.decision.facts = facts
    assert list_corrections(appeal) == {}
    assert RECORD not in correctable_inputs(appeal, "U02")
