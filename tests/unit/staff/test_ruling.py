"""Ruling on a case, signing it as the second person, sending it back."""

from typing import Any

import pytest

from accounts.models import User
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal, Attachment
from decisions.models import Decision
from tests.factories.appeals import accepted, closed_line, find, in_review, verified
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting, person
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(catalogues: None, ben: User, cleo: User) -> Appeal:
    """Zhao Ming's appeal on Cleo's desk: the late payment was not his, and the result is there."""
    appeal = in_review(sample_decision("zhao_ming", user=ben), acting(ben), cleo)
    find(appeal, cleo, "U05", worst_dpd_24m=0, hard_inquiries_3m=1, active_lenders=2)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    return appeal


def ruling(appeal: Appeal, **changed: str) -> dict[str, Any]:
    draft = suggest_ruling(appeal)
    typed = {"outcome": draft.outcome.value, "letter_zh": draft.letter_zh, "letter_en": draft.letter_en}
    return {**typed, "reason": "The police report shows it.", **changed}


def proposed(appeal: Appeal, reviewer: User) -> Appeal:
    Appeal.objects.filter(pk=appeal.pk).update(sample_draw=0)
    appeal.refresh_from_db()
    propose(appeal=appeal, expected_version=appeal.version, by=acting(reviewer), now=NOW, **ruling(appeal))
    appeal.refresh_from_db()
    return appeal


def test_before_and_after_are_shown_three_ways(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{ready.reference}/"))
    for text in ("As decided", "Corrected, rules of that day", "Corrected, rules in force", "629", "0 → 60"):
        assert text in page
    assert "How the score moves from 629 to" in page


def test_the_letters_are_prefilled_in_both_languages(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{ready.reference}/"))
    assert "We looked at the decision again and corrected it." in page
    assert "95 \u5929" in page
    assert "follows the result" in page


def test_another_outcome_brings_its_own_letters(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{ready.reference}/?outcome=UNCHANGED"))
    assert "It stays as it was." in page
    assert "The outcome differs from the recomputed result." in page


def test_an_outcome_that_does_not_exist_shows_the_suggested_one(
    ready: Appeal, cleo: User, sit_down: SitDown
) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{ready.reference}/?outcome=<x>"))
    assert 'name="outcome" value="CORRECTED"' in page


def test_an_overturn_writes_the_new_decision(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert send(client, ready, "ruling", **ruling(ready)).status_code == 302
    ready.refresh_from_db()
    assert (ready.outcome, ready.status) == ("CORRECTED", "REMEDY")
    assert ready.new_decision is not None
    assert ready.new_decision.reference in text_of(client.get(f"/staff/cases/{ready.reference}/"))


def test_pressing_decide_twice_decides_once(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    client, typed = sit_down(cleo), {**ruling(ready), "version": ready.version}
    for _time in range(2):
        assert client.post(f"/staff/cases/{ready.reference}/ruling/", typed).status_code == 302
    assert ready.rulings.count() == 1
    assert Decision.objects.filter(supersedes=ready.decision).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": ""}, "This field is required"),
        ({"letter_en": "Dear {name}"}, "empty place in braces"),
        ({"letter_zh": ""}, "This field is required"),
        ({"outcome": "RESTORED"}, "Select a valid choice"),
        ({"outcome": ""}, "This field is required"),
    ],
)
def test_a_ruling_that_cannot_be_kept_keeps_what_was_typed(
    ready: Appeal, cleo: User, sit_down: SitDown, changed: dict[str, str], words: str
) -> None:
    answer = send(sit_down(cleo), ready, "ruling", **ruling(ready, **{"reason": "My reason.", **changed}))
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert changed.get("reason", "My reason.") in text_of(answer)
    assert not ready.rulings.exists()


def test_ruling_before_there_is_a_result_is_refused(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    answer = send(sit_down(cleo), held, "ruling", outcome="UNCHANGED", reason="I want to be done.")
    assert answer.status_code == 409
    assert "I want to be done." in text_of(answer)


def test_without_a_finding_the_result_is_exactly_the_old_one(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    accepted(Attachment.objects.get(ground__appeal=held), cleo)
    verified(held, cleo)
    page = text_of(sit_down(cleo).get(f"/staff/cases/{held.reference}/"))
    assert "The recomputed result is exactly the old one." in page
    assert 'name="outcome" value="UNCHANGED"' in page


def test_a_proposal_says_why_two_people_sign(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    Appeal.objects.filter(pk=ready.pk).update(sample_draw=0)
    client = sit_down(cleo)
    assert "Drawn at random for a second look." in text_of(client.get(f"/staff/cases/{ready.reference}/"))
    send(client, ready, "ruling", **ruling(ready))
    ready.refresh_from_db()
    assert ready.status == "PROPOSED"


def test_the_second_person_signs(ready: Appeal, cleo: User, dev: User, sit_down: SitDown) -> None:
    proposed(ready, cleo)
    client = sit_down(dev)
    assert "Sign and send the letter" in text_of(client.get(f"/staff/cases/{ready.reference}/"))
    assert send(client, ready, "sign").status_code == 302
    ready.refresh_from_db()
    assert (ready.status, ready.rulings.get().countersigned_by) == ("REMEDY", dev)


def test_the_second_person_sends_it_back_with_a_reason(
    ready: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    proposed(ready, cleo)
    client = sit_down(dev)
    assert send(client, ready, "return", reason="").status_code == 400
    send(client, ready, "return", reason="The report is not dated.")
    ready.refresh_from_db()
    assert ready.status == "IN_REVIEW"
    page = text_of(sit_down(cleo).get(f"/staff/cases/{ready.reference}/"))
    assert "The report is not dated." in page


def test_nobody_signs_his_own_proposal(ready: Appeal, cleo: User, sit_down: SitDown) -> None:
    proposed(ready, cleo)
    assert send(sit_down(cleo), ready, "sign").status_code == 403
    User.objects.filter(pk=cleo.pk).update(role="SUPERVISOR")
    cleo.refresh_from_db()
    client = sit_down(cleo)
    assert "Sign and send the letter" not in text_of(client.get(f"/staff/cases/{ready.reference}/"))
    assert send(client, ready, "sign").status_code == 403


def test_of_two_signers_the_second_is_told(ready: Appeal, cleo: User, dev: User, sit_down: SitDown) -> None:
    from accounts.roles import Role

    proposed(ready, cleo)
    seen = {"version": ready.version}
    other = person("Dora", Role.SUPERVISOR)
    assert sit_down(dev).post(f"/staff/cases/{ready.reference}/sign/", seen).status_code == 302
    answer = sit_down(other).post(f"/staff/cases/{ready.reference}/sign/", seen)
    assert answer.status_code == 409
    assert "Somebody was quicker" in text_of(answer)


def test_above_the_limit_the_reviewer_reads_what_may_be_given_alone(
    catalogues: None, ada: User, cleo: User, dev: User, sit_down: SitDown
) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    find(appeal, cleo, "S09", verified_income_month=9200, debt_service_pct=12, bills_on_time_pct_12m=100)
    find(appeal, cleo, "S09", income_inflow_months_12m=11)
    find(appeal, cleo, "S08", linked_product_event=None, unusual_flags_90d=0)
    verified(appeal, cleo)
    page = text_of(sit_down(cleo).get(f"/staff/cases/{appeal.reference}/"))
    assert "The amount is above what one person may decide alone." in page
    assert "The reviewer may give a credit line of up to ¥30,000 alone." in page
