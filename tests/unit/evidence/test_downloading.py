"""Only those who may see a paper can open it, and each look is written down."""

import pytest

from accounts.actors import Actor
from accounts.models import User
from audit.queries import list_events
from core.errors import ForbiddenError, NotFoundError
from evidence.downloading import NotReadyError, open_document
from evidence.models import Download
from evidence.queries import get_document_for, list_documents_for
from tests.factories import files
from tests.factories.catalogues import load_catalogues
from tests.factories.evidence import NOW, applicant_of, check, send
from tests.people import acting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogues(db: None) -> None:
    load_catalogues(NOW)


def test_ada_opens_her_own_safe_copy(ada: User) -> None:
    document = check(send(applicant_of(ada), by=acting(ada), content=files.heic()))
    opened = open_document(document=document, by=acting(ada), now=NOW)
    with opened.stream as stream:
        assert stream.read(3) == b"\xff\xd8\xff"
    assert opened.filename == f"{document.reference}.jpg"
    assert (opened.media_type, opened.size_bytes) == ("image/jpeg", document.safe_size_bytes)


def test_each_look_is_written_down(ada: User) -> None:
    document = check(send(applicant_of(ada), by=acting(ada)))
    open_document(document=document, by=acting(ada), now=NOW).stream.close()
    assert Download.objects.filter(document=document, user=ada, at=NOW).count() == 1
    assert [event.verb for event in list_events(document.reference)][-1] == "document:viewed"


def test_nobody_opens_what_is_not_checked(ada: User) -> None:
    document = send(applicant_of(ada), by=acting(ada))
    with pytest.raises(NotReadyError):
        open_document(document=document, by=acting(ada), now=NOW)


def test_ben_eve_and_cleo_see_404_before_it_is_sent(ada: User, ben: User, eve: User, cleo: User) -> None:
    document = check(send(applicant_of(ada), by=acting(ada)))
    for stranger in (ben, eve, cleo):
        with pytest.raises(NotFoundError):
            get_document_for(by=acting(stranger), reference=document.reference)
        with pytest.raises(NotFoundError):
            open_document(document=document, by=acting(stranger), now=NOW)


def test_a_machine_client_knows_what_it_sent_and_never_opens_it(lender: Actor) -> None:
    document = check(send(applicant_of(client_id="lender"), by=lender))
    assert get_document_for(by=lender, reference=document.reference) == document
    with pytest.raises(ForbiddenError):
        open_document(document=document, by=lender, now=NOW)
    other = Actor.for_client("other", lender.scopes)
    with pytest.raises(NotFoundError):
        get_document_for(by=other, reference=document.reference)


def test_papers_can_be_used_again(ada: User) -> None:
    applicant = applicant_of(ada)
    kept = check(send(applicant, by=acting(ada)))
    check(send(applicant, by=acting(ada), content=files.jpeg()[:300]))
    assert list_documents_for(applicant) == [kept]
