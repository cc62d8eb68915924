"""Papers sent while a person decides: kept once, seen by the colleague, of no use to anybody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from appeals.holding import erase_words, read_waiting_papers
from appeals.models import WaitingPapers
from appeals.waiting_papers import kinds_that_help, send_papers
from audit.queries import list_events
from core.clock import now
from core.errors import NotFoundError
from decisions.models import Decision
from decisions.referral import decide_referral
from evidence.models import Document
from evidence.queries import visible_to
from tests.factories.decisions import sample_decision
from tests.factories.files import pdf
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def referred(catalogues: None, ada: User) -> Decision:
    return sample_decision("loan_broker", user=ada, now=now())


def place_of(decision: Decision) -> str:
    return address("waiting_papers", decision.reference)


def licence(name: str = "licence.pdf") -> SimpleUploadedFile:
    return _file(pdf(), name)


def _file(content: bytes, name: str = "licence.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_the_decision_and_its_reason_lead_there_while_it_waits(
    referred: Decision, ada: User, cleo: User
) -> None:
    client, place = signed_in(ada), place_of(referred)
    pages = [address("decision", referred.reference), address("reason", referred.reference, "U10")]
    assert [page for page in pages if place not in words(client.get(page))] == []
    decide_referral(decision=referred, outcome="decline", reason="No licence.", by=acting(cleo), now=now())
    assert [page for page in pages if place in words(client.get(page))] == []
    moved = client.get(place)
    assert (moved.status_code, "does not wait for papers" in words(moved)) == (409, True)


def test_papers_are_kept_once_and_seen_by_colleagues(referred: Decision, ada: User, cleo: User) -> None:
    client, place = signed_in(ada), place_of(referred)
    kind = kinds_that_help(referred)[0].code
    paper = pdf()
    sent, again = (
        client.post(place, {"kind": kind, "words": "My licence.", "papers": _file(paper)}) for _ in range(2)
    )
    assert (sent.status_code, sent["Location"], again.status_code) == (302, place, 302)
    kept, document = WaitingPapers.objects.get(), Document.objects.get()
    assert (list(kept.documents.all()), document.kind) == ([document], kind)
    page = words(client.get(place))
    assert [text for text in ("My licence.", "licence.pdf", "What you have sent") if text not in page] == []
    assert document in visible_to(acting(cleo))
    assert list_events(referred.reference)[-1].verb == "decision:papers-sent"


def test_what_is_missing_or_wrong_is_said_and_nothing_is_lost(referred: Decision, ada: User) -> None:
    client, place = signed_in(ada), place_of(referred)
    empty = client.post(place, {"kind": "", "words": " "})
    assert (empty.status_code, "Write something, or send a paper." in words(empty)) == (400, True)
    unnamed = client.post(place, {"kind": "", "words": "My licence.", "papers": licence()})
    assert (unnamed.status_code, "Choose what kind of paper this is." in words(unnamed)) == (400, True)
    assert "My licence.</textarea>" in words(unnamed)
    kind = kinds_that_help(referred)[0].code
    files = [licence(), SimpleUploadedFile("empty.pdf", b"")]
    wrong = client.post(place, {"kind": kind, "words": "My licence.", "papers": files})
    arrived = Document.objects.get()
    assert (wrong.status_code, "empty.pdf: " in words(wrong)) == (400, True)
    assert f'value="{arrived.reference}" id="id_again_0" checked' in words(wrong), "it is not sent again"
    many = client.post(place, {"kind": kind, "papers": [licence(f"{n}.pdf") for n in range(11)]})
    assert (many.status_code, "at most 10 files" in words(many)) == (400, True)
    assert not WaitingPapers.objects.exists()


def test_only_its_owner_sends_and_only_while_it_waits(
    referred: Decision, ada: User, ben: User, cleo: User
) -> None:
    assert signed_in(ben).get(place_of(referred)).status_code == 404
    with pytest.raises(NotFoundError):
        send_papers(decision=referred, words="x", by=acting(ben), now=now())
    with pytest.raises(NotFoundError):
        send_papers(decision=referred, words="x", by=acting(cleo), now=now())
    declined = sample_decision("li_na", user=ben, now=now())
    assert signed_in(ben).get(place_of(declined)).status_code == 409


def test_the_words_are_in_the_copy_and_go_when_data_is_deleted(referred: Decision, ada: User) -> None:
    send_papers(decision=referred, words="My licence.", by=acting(ada), now=now())
    [row] = read_waiting_papers(referred.applicant)
    assert row["text"] == "My licence."
    erase_words(referred.applicant, now())
    assert read_waiting_papers(referred.applicant)[0]["text"] == ""
