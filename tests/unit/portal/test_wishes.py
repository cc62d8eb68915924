"""What an applicant may ask for around an appeal, on pages that lose nothing and say what is so."""

from datetime import date, timedelta

import pgtrigger
import pytest

from accounts.models import User
from appeals.models import Appeal, AppealStatus, Attachment
from appeals.opening import open_appeal, submit_appeal
from appeals.reminding import remind
from appeals.requesting import last_day_to_answer
from appeals.screening import screen
from appeals.withdrawing import withdraw_appeal
from core.clock import now
from decisions.models import Decision
from evidence.models import Document
from notifications.models import Message
from tests.factories.appeals import send_at
from tests.factories.decisions import sample_decision
from tests.factories.evidence import send
from tests.people import acting
from tests.unit.portal.asking import asked, question, refused, with_paper
from tests.unit.portal.browsing import address, form_owner, signed_in, visitor, words
from tests.unit.portal.test_evidence import paper

pytestmark = pytest.mark.django_db
ODD = "\u202e<script>alert(1)</script> \U0001f600 \u4dae\u36c3"


def old(ada: User) -> Decision:
    """A decision whose window is over."""
    return sample_decision("li_na", user=ada, now=now() - timedelta(days=120))


@pytest.fixture
def late(catalogues: None, ada: User) -> Appeal:
    """Ada's late appeal, being checked in."""
    decision = old(ada)
    signed_in(ada).post(address("start_appeal", decision.reference), {"late_reason": "I was ill."})
    appeal = Appeal.objects.get()
    appeal.grounds.create(code="U02", claim="WRONG", note="")
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=now())
    return screen(appeal, now())


def test_a_late_appeal_needs_a_reason(catalogues: None, ada: User) -> None:
    path, client = address("start_appeal", old(ada).reference), signed_in(ada)
    assert "Why is it late?" in words(client.get(path))
    answer = client.post(path, {"late_reason": "  "})
    assert (answer.status_code, "Please tell us why it is late" in words(answer)) == (400, True)
    long = client.post(path, {"late_reason": ODD * 200})
    assert (long.status_code, "&lt;script&gt;" in words(long)) == (400, True)
    assert not Appeal.objects.exists()
    assert client.post(path, {"late_reason": ODD}).status_code == 302


def test_a_late_appeal_that_is_refused_can_be_reviewed_once(late: Appeal, ada: User, cleo: User) -> None:
    refused(late, cleo)
    client, path = signed_in(ada), address("appeal", late.reference)
    page = words(client.get(path))
    assert "We could not take this appeal up." in page
    assert "It came late." in page
    client.post(address("review_acceptance", late.reference), {"version": late.version})
    late.refresh_from_db()
    assert late.status == AppealStatus.SCREENING
    # What we wrote stays where it was, whatever comes of the second look.
    assert "Our letters" in words(client.get(path))


def test_taking_up_again(sent: Appeal, ada: User) -> None:
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    client, path = signed_in(ada), address("appeal", sent.reference)
    assert "Take it up again" in words(client.get(path))
    for _twice in range(2):
        client.post(address("reinstate_appeal", sent.reference), {"version": sent.version})
    sent.refresh_from_db()
    assert sent.status == AppealStatus.QUEUED
    assert "Take it up again" not in words(client.get(path))


def test_taken_up_too_late_leads_to_a_new_appeal(sent: Appeal, ada: User) -> None:
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    with pgtrigger.ignore("appeals.AppealEvent:append_only"):
        sent.events.filter(event="withdraw").update(at=now() - timedelta(days=20))
    client, start = signed_in(ada), address("start_appeal", sent.decision.reference)
    answer = client.post(address("reinstate_appeal", sent.reference), {"version": sent.version})
    assert answer.status_code == 409
    for page in (words(answer), words(client.get(address("appeal", sent.reference)))):
        assert "You can open a new appeal until the end of" in page
        assert f'href="{start}"' in page
    new = open_appeal(decision=sent.decision, by=acting(ada), now=now())
    answer = client.post(address("reinstate_appeal", sent.reference), {"version": sent.version})
    for page in (words(answer), words(client.get(address("appeal", sent.reference)))):
        assert "Your draft of a new appeal is kept." in page
        assert f'href="{address("appeal", new.reference)}"' in page


def test_taken_up_beside_a_newer_appeal_leads_to_that(sent: Appeal, ada: User) -> None:
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    new = open_appeal(decision=sent.decision, by=acting(ada), now=now())
    answer = signed_in(ada).post(address("reinstate_appeal", sent.reference), {"version": sent.version})
    assert (answer.status_code, f'href="{address("appeal", new.reference)}"' in words(answer)) == (409, True)


def test_taken_up_after_every_window_the_new_appeal_says_why_it_is_late(sent: Appeal, ada: User) -> None:
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    with pgtrigger.ignore():
        sent.events.filter(event="withdraw").update(at=now() - timedelta(days=90))
        Decision.objects.filter(pk=sent.decision_id).update(decided_at=now() - timedelta(days=120))
    page = words(signed_in(ada).get(address("appeal", sent.reference)))
    assert "so tell us why it is late." in page


def test_a_person_shall_decide(declined: Decision, ada: User) -> None:
    client, path = signed_in(ada), address("ask_person", declined.reference)
    assert address("ask_person", declined.reference) in words(
        client.get(address("decision", declined.reference))
    )
    answer = client.post(path, {"statement": ODD})
    appeal = Appeal.objects.get()
    assert answer["Location"] == address("appeal_sent", appeal.reference)
    assert [ground.code for ground in appeal.grounds.all()] == ["H01"]
    page = words(client.get(address("appeal", appeal.reference)))
    assert "Let a person decide" in page
    assert words(client.get(address("appeal_evidence", appeal.reference, "H01")))
    assert client.post(path, {}).status_code == 409


def test_of_an_approval_the_page_for_a_person_says_what_is_possible(catalogues: None, ada: User) -> None:
    approved = sample_decision("ordinary", user=ada)
    assert approved.outcome == "approve"
    page = words(signed_in(ada).get(address("ask_person", approved.reference)))
    assert "so there is nothing to appeal" in page
    assert '<form id="page-form"' not in page
    for name in ("who_decides", "profile", "help"):
        assert f'href="{address(name)}"' in page.split("What you can do")[1]


def test_asking_for_a_quicker_answer(sent: Appeal, ada: User) -> None:
    client, path = signed_in(ada), address("ask_faster", sent.reference)
    assert client.post(path, {"reason": ""}).status_code == 400
    assert client.post(path, {"reason": "My shop"}).status_code == 302
    again = client.post(path, {"reason": "My shop again"})
    assert (again.status_code, "My shop again" in words(again)) == (409, True)
    assert "You asked for a quicker answer: open." in words(client.get(address("appeal", sent.reference)))


def test_answers_are_kept_one_by_one(draft: Appeal, ada: User, cleo: User) -> None:
    appeal, client = asked(draft, ada, cleo), signed_in(ada)
    empty = client.post(address("appeal_answer", appeal.reference, 2), {})
    assert (empty.status_code, "Answer in words, send a paper" in words(empty)) == (400, True)
    client.post(address("appeal_answer", appeal.reference, 2), {"answer": ODD})
    page = words(client.get(address("appeal_answer", appeal.reference, 2)))
    assert "&lt;script&gt;" in page
    client.post(address("appeal_answer", appeal.reference, 1), {"cannot": "on"})
    appeal.refresh_from_db()
    assert appeal.status == AppealStatus.IN_REVIEW
    assert "Nothing more is needed here" in words(client.get(address("appeal_questions", appeal.reference)))
    late = client.post(address("appeal_answer", appeal.reference, 1), {"answer": "more"})
    assert late.status_code == 409


def test_a_paper_answers_and_stands_beside_its_reason(draft: Appeal, ada: User, cleo: User) -> None:
    appeal, client = asked(draft, ada, cleo), signed_in(ada)
    path = address("appeal_answer", appeal.reference, 1)
    for bad, told in ((paper("e.pdf", b""), "is empty"), (paper("t.pdf", b"text"), "must be a PDF")):
        answer = client.post(path, {"answer": "typed before", "paper": bad})
        assert (answer.status_code, told in words(answer), "typed before" in words(answer)) == (
            400, True, True,
        )  # fmt: skip
    assert client.post(path, {"paper": paper("june.pdf")}).status_code == 302
    assert question(appeal).items.get(position=1).document == Document.objects.get()
    assert Attachment.objects.get().document == Document.objects.get()


def test_a_file_sent_before_answers_too(draft: Appeal, ada: User, cleo: User) -> None:
    appeal, client = asked(with_paper(draft, ada), ada, cleo), signed_in(ada)
    reference = Document.objects.get().reference
    client.post(address("appeal_answer", appeal.reference, 2), {"reuse": reference})
    assert question(appeal).items.get(position=2).document == Document.objects.get()


def test_a_file_sent_before_for_something_else_stands_beside_its_reason_too(
    draft: Appeal, ada: User, cleo: User
) -> None:
    appeal, client = asked(draft, ada, cleo), signed_in(ada)
    kept = send(appeal.applicant, by=acting(ada))
    for _again in range(2):
        answer = client.post(address("appeal_answer", appeal.reference, 2), {"reuse": kept.reference})
        assert answer.status_code == 302
    assert Attachment.objects.get(ground__appeal=appeal).document == kept


@pytest.mark.parametrize("day", ["", "soon", "2001-01-01", "2099-01-01"])
def test_more_time_is_asked_for_a_day_that_can_be(draft: Appeal, ada: User, cleo: User, day: str) -> None:
    appeal = asked(draft, ada, cleo)
    answer = signed_in(ada).post(
        address("more_time", appeal.reference), {"until": day, "reason": "I travel."}
    )
    assert (answer.status_code, "I travel." in words(answer)) == (400, True)
    assert 'id="id_until_error"' in words(answer)


def test_the_page_for_more_time_names_the_last_day(draft: Appeal, ada: User, cleo: User) -> None:
    appeal = asked(draft, ada, cleo)
    page = words(signed_in(ada).get(address("more_time", appeal.reference)))
    assert ("so that we can still read your answer." in page, 'name="until"' in page) == (True, True)
    appeal.requests.update(due_on=last_day_to_answer(appeal, now()))
    page = words(signed_in(ada).get(address("more_time", appeal.reference)))
    assert ("No later day is possible." in page, 'name="until"' in page) == (True, False)


def test_more_time_is_asked_once(draft: Appeal, ada: User, cleo: User) -> None:
    appeal, client = asked(draft, ada, cleo), signed_in(ada)
    due_on = question(appeal).due_on
    assert isinstance(due_on, date)
    day = due_on + timedelta(days=2)
    given = {"until": day.isoformat(), "reason": "I travel."}
    assert client.post(address("more_time", appeal.reference), given).status_code == 302
    assert "You asked for time until" in words(client.get(address("appeal_questions", appeal.reference)))
    assert client.post(address("more_time", appeal.reference), given).status_code == 409


@pytest.mark.parametrize(("name", "given"), [("more_time", []), ("appeal_answer", [2])])
def test_what_was_typed_before_the_session_ended_is_kept(
    *, draft: Appeal, ada: User, cleo: User, name: str, given: list[int]
) -> None:
    appeal = asked(draft, ada, cleo)
    path = address(name, appeal.reference, *given)
    owner = form_owner(signed_in(ada), path)
    stranger = visitor("en")
    stranger.post(path, {"form_owner": owner, "reason": "typed long ago", "answer": "typed long ago"})
    stranger.force_login(ada)
    assert "typed long ago" in words(stranger.get(path))


def test_a_late_answer_of_ours_says_so(sent: Appeal, ada: User, dev: User) -> None:
    early = now() - timedelta(days=90)
    send_at(sent, early)
    page = words(signed_in(ada).get(address("appeal", sent.reference)))
    assert "We are late: you should have had our answer by" in page
    assert "A supervisor has been told" not in page
    assert "You need not wait: you can turn to" in page
    Appeal.objects.filter(pk=sent.pk).update(remind_at=now())
    assert remind(now()) == 1
    assert Message.objects.filter(kind="APPEAL_WAITING", user=dev).exists()
    assert "A supervisor has been told and your case" in words(
        signed_in(ada).get(address("appeal", sent.reference))
    )


def test_while_an_appeal_is_open_the_page_for_a_person_leads_to_it(sent: Appeal, ada: User) -> None:
    page = words(signed_in(ada).get(address("ask_person", sent.decision.reference)))
    assert f'class="button" href="{address("appeal", sent.reference)}"' in page
