"""Evidence at the desk: drawn pages beside the data, checklists, duplicates, blackened and marked copies."""

import io

import pikepdf
import pytest
from django.db import transaction
from PIL import Image

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal, Attachment
from appeals.unread import list_unread
from audit.queries import list_events
from core.errors import ForbiddenError
from evidence.models import Document, RedactedCopy
from evidence.paging import draw_document
from tests.factories import files
from tests.factories.appeals import NOW
from tests.factories.evidence import applicant_of, check
from tests.factories.evidence import send as send_paper
from tests.people import acting, person
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


def test_a_second_part_is_blackened_on_top_of_the_first(
    held: Appeal, paper: Document, cleo: User, sit_down: SitDown
) -> None:
    client, path = sit_down(cleo), viewer(held, paper).replace("/pages/", "/blacken/")
    page = text_of(client.post(path, BLACK, follow=True))
    first = RedactedCopy.objects.get()
    assert f"/blacken/?copy={first.pk}" in page
    assert f"pages/1/?copy={first.pk}" in page
    client.post(f"{path}?copy={first.pk}", {**BLACK, "top": "80", "bottom": "90"})
    second = RedactedCopy.objects.exclude(pk=first.pk).get()
    assert [box["top"] for box in second.boxes] == [first.boxes[0]["top"], 0.8]
    assert client.post(f"{path}?copy=0", BLACK).status_code == 404


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


def test_papers_of_all_cases_stand_in_one_list(
    held: Appeal, paper: Document, cleo: User, sit_down: SitDown
) -> None:
    carl = person("Carl", Role.CASEWORKER)
    page = text_of(sit_down(carl).get("/staff/papers/"))
    assert (paper.reference in page, held.reference in page) == (True, True)
    assert viewer(held, paper) in page
    assert paper.reference not in text_of(sit_down(carl).get("/staff/papers/?mine=on"))
    assert paper.reference in text_of(sit_down(cleo).get("/staff/papers/?mine=on&kind=V01"))
    assert paper.reference not in text_of(sit_down(cleo).get("/staff/papers/?kind=V14"))


def test_a_paper_leaves_the_list_when_it_was_looked_at(
    held: Appeal, paper: Document, cleo: User, sit_down: SitDown
) -> None:
    Attachment.objects.update(accepted=True, assessed_by=cleo, assessed_at=NOW)
    assert "No paper waits to be looked at." in text_of(sit_down(cleo).get("/staff/papers/"))


def test_the_same_file_of_another_applicant_is_flagged_in_the_list(
    held: Appeal, paper: Document, ben: User, cleo: User, sit_down: SitDown
) -> None:
    Document.objects.filter(pk=send_paper(applicant_of(ben), by=acting(ben)).pk).update(sha256=paper.sha256)
    page = text_of(sit_down(cleo).get("/staff/papers/"))
    assert "the same file was sent for 1 other applicant" in page


def test_the_list_of_papers_comes_in_pages(held: Appeal, paper: Document, ada: User, cleo: User) -> None:
    ground = held.grounds.get(code="U02")
    for _number in range(4):
        ground.attachments.create(document=send_paper(held.applicant, by=acting(ada)), attached_at=NOW)
    seen: list[int] = []
    after: int | None = None
    while after is not None or not seen:
        page = list_unread(by=acting(cleo), after=after, limit=2)
        seen += [row.pk for row in page.rows]
        after = page.next_after
    assert seen == sorted(Attachment.objects.values_list("pk", flat=True))
    assert list_unread(by=acting(cleo), after=10**15).rows == []


def test_one_does_not_check_ones_own_papers(
    held: Appeal, paper: Document, ada: User, cleo: User, aud: User
) -> None:
    held.applicant.user = cleo
    held.applicant.save(update_fields=["user"])
    assert list_unread(by=acting(cleo)).rows == []
    with pytest.raises(ForbiddenError):
        list_unread(by=acting(aud))
