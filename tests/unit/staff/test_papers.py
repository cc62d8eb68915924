"""Evidence at the desk: drawn pages beside the data, checklists, duplicates, blackened and marked copies."""

import io

import pikepdf
import pytest
from django.db import transaction
from PIL import Image

from accounts.models import User
from appeals.models import Appeal, Attachment
from audit.queries import list_events
from evidence.models import Document, RedactedCopy
from evidence.paging import draw_document
from tests.factories import files
from tests.factories.evidence import applicant_of, check
from tests.factories.evidence import send as send_paper
from tests.people import acting
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db
BLACK = {"page": "1", "left": "10", "top": "10", "right": "60", "bottom": "40", "reason": "A third person."}


@pytest.fixture
def paper(held: Appeal) -> Document:
    """Ada's payslip, its pages drawn."""
    document = Attachment.objects.get(ground__appeal=held).document
    write = draw_document(reference=document.reference)
    assert write is not None
    with transaction.atomic():
        write()
    return document


def viewer(appeal: Appeal, paper: Document) -> str:
    return f"/staff/cases/{appeal.reference}/reasons/U02/evidence/{paper.reference}/pages/"


def test_the_viewer_shows_drawn_pages_beside_the_data(
    held: Appeal, paper: Document, cleo: User, sit_down: SitDown
) -> None:
    page = text_of(sit_down(cleo).get(viewer(held, paper)))
    assert f"/staff/papers/{paper.reference}/pages/1/" in page
    assert "58%" in page
    assert "Checklist" in page


def test_a_page_is_a_picture_and_the_look_is_recorded(paper: Document, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).get(f"/staff/papers/{paper.reference}/pages/1/")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
    assert list_events(paper.reference)[-1].codes == {"page": 1}


def test_a_page_that_is_not_there_is_not_found(paper: Document, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert client.get(f"/staff/papers/{paper.reference}/pages/99/").status_code == 404
    assert client.get(f"/staff/papers/{paper.reference}/pages/1/?copy=x").status_code == 404


def test_a_marked_copy_is_a_pdf_of_pictures(paper: Document, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).get(f"/staff/papers/{paper.reference}/marked/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    with pikepdf.open(io.BytesIO(answer.content)) as bound:
        assert len(bound.pages) == paper.pages.count()
    assert list_events(paper.reference)[-1].codes == {"marked": True, "redacted": False}


def test_a_blackened_copy_keeps_the_original(
    held: Appeal, paper: Document, cleo: User, sit_down: SitDown
) -> None:
    client, path = sit_down(cleo), viewer(held, paper).replace("/pages/", "/blacken/")
    assert client.post(path, {**BLACK, "right": "5"}).status_code == 400
    assert client.post(path, BLACK).status_code == 302
    copy = RedactedCopy.objects.get()
    page = text_of(client.get(f"{viewer(held, paper)}?copy={copy.pk}"))
    assert f"pages/1/?copy={copy.pk}" in page
    assert "The original" in page
    assert paper.pages.filter(redaction=None).count() == 1


def test_the_checklist_is_kept_point_by_point(
    held: Appeal, paper: Document, cleo: User, sit_down: SitDown
) -> None:
    client, path = sit_down(cleo), f"reasons/U02/evidence/{paper.reference}"
    assert send(client, held, path, accepted="yes", check_0="no", note="").status_code == 400
    typed = {"accepted": "yes", "check_0": "yes", "check_1": "no", "note": "Seen with the bank."}
    assert send(client, held, path, **typed).status_code == 302
    assert Attachment.objects.get(ground__appeal=held).checks == {"0": True, "1": False}
    assert "did not hold" in text_of(client.get(f"/staff/cases/{held.reference}/"))


def test_the_same_file_of_somebody_else_is_flagged(
    held: Appeal, ada: User, ben: User, cleo: User, sit_down: SitDown
) -> None:
    from appeals.attaching import attach_existing
    from tests.factories.decisions import NOW

    content = files.pdf(owner_password="the same")
    other = send_paper(applicant_of(ben), by=acting(ben), content=content)
    mine = check(send_paper(held.applicant, by=acting(ada), content=content))
    attach_existing(ground=held.grounds.get(code="U02"), document=mine, by=acting(ada), now=NOW)
    page = text_of(sit_down(cleo).get(f"/staff/cases/{held.reference}/"))
    assert f"The same file was sent for somebody else: {other.reference}" in page


def test_an_auditor_sees_no_page(held: Appeal, paper: Document, aud: User, sit_down: SitDown) -> None:
    client = sit_down(aud)
    assert client.get(viewer(held, paper)).status_code == 403
    assert client.get(f"/staff/papers/{paper.reference}/pages/1/").status_code == 403
