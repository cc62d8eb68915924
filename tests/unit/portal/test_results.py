"""The result of an appeal: what counted, what is put right, who looks next, and a letter frozen at once."""

import pytest

from accounts.models import User
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal
from appeals.opening import submit_appeal
from core.clock import now
from notifications.letters import read_letter
from notifications.models import Letter, LetterKind
from tests.factories.appeals import NOW, decided, find, in_review, verified
from tests.journeys.desk import review, work
from tests.people import acting
from tests.unit.portal.asking import with_paper
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db


def ruled(draft: Appeal, *, like: str, ada: User, cleo: User, dev: User) -> Appeal:
    """Sent, looked at, and ruled as the later sample says."""
    submit_appeal(appeal=draft, expected_version=draft.version, by=acting(ada), now=now())
    work()
    draft.refresh_from_db()
    return review(draft, like=like, reviewer=cleo, second=dev)


def text_of(letter: Letter) -> str:
    """Every line of a letter in English."""
    parts = read_letter(letter, "en")["parts"]
    return "\n".join(line for part in parts for line in (*part["lines"], *part["items"]))


def test_unchanged_says_what_counted_and_who_looks_next(
    draft: Appeal, ada: User, cleo: User, dev: User
) -> None:
    appeal = ruled(with_paper(draft, ada), like="li_na", ada=ada, cleo=cleo, dev=dev)
    client = signed_in(ada)
    page = words(client.get(address("appeal_result", appeal.reference)))
    told = [
        "The decision stays as it was",
        "These counted",
        "Ask for a second look",
        "Outside you can turn to",
    ]
    assert [part for part in told if part not in page] == []
    again = address("start_appeal", appeal.decision.reference)
    assert again in page
    assert "This is the second look." in words(client.get(again))
    client.post(again)
    assert Appeal.objects.get(tier=2).parent == appeal
    assert "See your appeal" in words(client.get(address("appeal_result", appeal.reference)))


def test_corrected_says_what_is_put_right(draft: Appeal, ada: User, cleo: User, dev: User) -> None:
    appeal = ruled(draft, like="li_na_after", ada=ada, cleo=cleo, dev=dev)
    page = words(signed_in(ada).get(address("appeal_result", appeal.reference)))
    assert "The new result is in effect since" in page
    assert "You sent no papers." in page
    assert "See the new decision" in page


def test_the_letter_is_frozen_when_it_is_decided(draft: Appeal, ada: User, cleo: User, dev: User) -> None:
    appeal = ruled(draft, like="li_na", ada=ada, cleo=cleo, dev=dev)
    letter = Letter.objects.get(kind=LetterKind.APPEAL_LETTER)
    assert letter.about == appeal.reference
    assert "You can ask for a second look by other people until the end of" in text_of(letter)
    signed_in(ada).get(address("appeal_letter", appeal.reference, "en"))
    assert Letter.objects.filter(kind=LetterKind.APPEAL_LETTER).count() == 1


def test_the_letter_names_each_correction_once(draft: Appeal, ada: User, cleo: User, dev: User) -> None:
    appeal = ruled(draft, like="li_na_after", ada=ada, cleo=cleo, dev=dev)
    text = text_of(Letter.objects.get(kind=LetterKind.APPEAL_LETTER))
    corrected = [finding.characteristic for finding in appeal.findings.all()]
    assert "debt_service_pct" in corrected
    assert text.count("Share of income for repayments") == 1
    assert "Share of income for repayments: from 58% to 30%" in text


@pytest.mark.usefixtures("catalogues")
def test_what_speaks_against_the_person_draws_no_lower_score(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, claims={"U02": "WRONG"})
    find(appeal, cleo, "U02", verified_income_month=3000, debt_service_pct=80)
    rerun = verified(appeal, cleo)
    assert rerun.corrected["score"] < rerun.original["score"]
    appeal.refresh_from_db()
    told = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=told.outcome, reason="it stands", letter_zh=told.letter_zh,
        letter_en=told.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    page = words(signed_in(ada).get(address("appeal_result", appeal.reference)))
    assert f"The decision and its score of {rerun.original['score']} stay." in page
    assert f"Score after {rerun.corrected['score']}" not in page
    assert "80%" in page
