"""The result of an appeal: what counted, what is put right, who looks next, and a letter frozen at once."""

from datetime import timedelta

import pgtrigger
import pytest
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal, Remedy
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.remedy import alert_late_remedies
from appeals.sending import freeze_answer
from core.clock import now
from decisions.models import Application
from notifications.letters import read_letter
from notifications.models import Letter, LetterKind
from tests.factories.appeals import NOW, decided, find, in_review, verified
from tests.journeys.desk import review, work
from tests.people import acting, person
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
        "If you do not agree, you can turn to:",
    ]
    assert [part for part in told if part not in page] == []
    assert "Outside you can turn to" not in page, "the letter says it"
    again = address("start_appeal", appeal.decision.reference)
    assert again in page
    assert "This is the second look." in words(client.get(again))
    client.post(again)
    assert Appeal.objects.get(tier=2).parent == appeal
    assert "Go on with your draft" in words(client.get(address("appeal_result", appeal.reference)))


def test_corrected_says_what_is_put_right(draft: Appeal, ada: User, cleo: User, dev: User) -> None:
    appeal = ruled(draft, like="li_na_after", ada=ada, cleo=cleo, dev=dev)
    page = words(signed_in(ada).get(address("appeal_result", appeal.reference)))
    assert "The new result is in effect since" in page
    assert "You sent no papers." in page
    assert "See the new decision" in page
    assert "Outside you can turn to" in page, "this letter does not say it"


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
    assert "What we found, and what does not count against you in this appeal" in page
    assert "What we corrected" not in page
    assert "It does not count against you in this appeal:" in page
    assert f"The decision and its score of {rerun.original['score']} stay." in page
    assert f"Score after {rerun.corrected['score']}" not in page
    assert "80%" in page
    freeze_answer(reference=appeal.reference, now=NOW)
    letter = text_of(Letter.objects.get(kind=LetterKind.APPEAL_LETTER))
    assert "It does not count against you in this appeal:" in letter
    assert "from 58% to 80%" not in letter
    assert "No data were corrected." in letter


def test_after_the_last_look_the_outside_body_is_named_once(
    draft: Appeal, ada: User, ben: User, cleo: User, dev: User
) -> None:
    first = ruled(draft, like="li_na", ada=ada, cleo=cleo, dev=dev)
    again = open_appeal(decision=first.decision, by=acting(ada), now=now())
    save_grounds(
        appeal=again, grounds={"U02": ("WRONG", "still")}, expected_version=again.version, by=acting(ada),
        now=now(),
    )  # fmt: skip
    others = [person("Finn", Role.CASEWORKER), person("Gil", Role.SUPERVISOR)]
    second = ruled(again, like="li_na", ada=ada, cleo=others[0], dev=others[1])
    page = words(signed_in(ada).get(address("appeal_result", second.reference)))
    assert "That was our last look." in page
    shown = page.partition("Our letter")[2]
    assert shown.count("NFRA hotline 12378") == 1
    assert "NFRA hotline 12378" in shown.partition("If you do not agree</h2>")[0]
    letter = Letter.objects.get(kind=LetterKind.APPEAL_LETTER, about=second.reference)
    assert text_of(letter).count("NFRA hotline 12378") == 1


@pytest.fixture
def late(draft: Appeal, ada: User, cleo: User, dev: User) -> Appeal:
    """A result that nobody put into effect in time."""
    appeal = ruled(draft, like="li_na_after", ada=ada, cleo=cleo, dev=dev)
    with pgtrigger.ignore():
        Appeal.objects.filter(pk=appeal.pk).update(status="REMEDY")
        due_on = now().date() - timedelta(days=3)
        Remedy.objects.filter(appeal=appeal).update(confirmed_at=None, confirmed_by="", due_on=due_on)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    return Appeal.objects.get(pk=appeal.pk)


@pytest.mark.parametrize("name", ["appeal", "appeal_result"])
def test_a_late_remedy_says_so_and_who_was_told(late: Appeal, ada: User, name: str) -> None:
    client, path = signed_in(ada), address(name, late.reference)
    page = words(client.get(path))
    assert "We are late: the new result should have been in effect by" in page
    assert "A supervisor has been told" not in page
    assert "It stands among what our supervisors must look after first." in page
    assert page.count("you can turn to") == 1
    assert alert_late_remedies(now()) == 1
    assert "A supervisor has been told and looks after it." in words(client.get(path))


def test_the_step_of_a_late_remedy_is_not_called_in_effect(late: Appeal, ada: User) -> None:
    page = words(signed_in(ada).get(address("appeal", late.reference)))
    assert "Being put into effect" in page
    assert "This should have been done by this day." in page
    assert "In effect" not in page


def test_where_there_is_no_supervisor_nobody_is_said_to_be_told(late: Appeal, ada: User, dev: User) -> None:
    User.objects.filter(pk=dev.pk).update(is_active=False)
    assert alert_late_remedies(now()) == 0
    page = words(signed_in(ada).get(address("appeal", late.reference)))
    assert "A supervisor has been told" not in page
    User.objects.filter(pk=dev.pk).update(is_active=True)
    assert alert_late_remedies(now()) == 1


def test_what_a_partner_has_not_confirmed_is_told(late: Appeal, ada: User) -> None:
    Application.objects.filter(decisions=late.decision).update(client_id="lender")
    page = words(signed_in(ada).get(address("appeal", late.reference)))
    assert "The partner that keeps your line has not confirmed it yet." in page
