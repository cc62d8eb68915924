"""Reviewers look at pages that we drew, with their own name on them; what is blackened is black for good."""

import io
from datetime import datetime

import pytest
from django.db import Error, transaction
from PIL import Image

from accounts.models import User
from core.errors import ForbiddenError, InputError, NotFoundError
from evidence.models import Document, Download, Page
from evidence.paging import Box, draw_document, list_duplicates, list_pages, open_page, redact_document
from evidence.problems import FailedError
from evidence.sanitising import draw
from evidence.sniffing import JPEG, OFD, PDF, PNG
from tests.factories import files
from tests.factories.evidence import NOW, applicant_of, check, send
from tests.people import acting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    from tests.factories.appeals import load_everything

    load_everything()


def _drawn(user: User, content: bytes | None = None) -> Document:
    document = check(send(applicant_of(user), by=acting(user), content=content))
    write = draw_document(reference=document.reference)
    assert write is not None
    with transaction.atomic():
        write()
    return document


def _picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=["JPEG"])


def test_every_page_of_a_document_becomes_a_picture(ada: User) -> None:
    document = _drawn(ada, files.pdf(pages=3))
    pages = list_pages(document=document, by=acting(ada))
    assert [page.number for page in pages] == [1, 2, 3]
    assert _picture(open_page(document=document, number=2, by=acting(ada), now=NOW)).width == 1240
    assert Download.objects.count() == 1


def test_drawing_twice_changes_nothing(ada: User) -> None:
    document = _drawn(ada, files.pdf())
    assert draw_document(reference=document.reference) is None
    assert Page.objects.count() == 1


@pytest.mark.parametrize(("content", "kind"), [(files.jpeg(), JPEG), (files.png(), PNG)])
def test_a_photo_is_one_page(content: bytes, kind: str) -> None:
    assert [_picture(page).format for page in draw(source=io.BytesIO(content), media_type=kind)] == ["JPEG"]


def test_what_has_no_pages_has_none() -> None:
    assert draw(source=io.BytesIO(files.ofd()), media_type=OFD) == []


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", b"", files.pdf(user_password="x")])
def test_a_hostile_document_is_refused_in_its_own_process(content: bytes) -> None:
    with pytest.raises(FailedError):
        draw(source=io.BytesIO(content), media_type=PDF)


def test_each_look_carries_who_and_when(ada: User) -> None:
    document = _drawn(ada, files.pdf())
    looks = [
        open_page(document=document, number=1, by=acting(ada), now=now)
        for now in (NOW, datetime(2026, 12, 1, tzinfo=NOW.tzinfo))
    ]
    assert looks[0] != looks[1]
    with pytest.raises(NotFoundError):
        open_page(document=document, number=2, by=acting(ada), now=NOW)


def test_no_part_of_a_page_is_without_the_mark(ada: User) -> None:
    page = _picture(open_page(document=_drawn(ada), number=1, by=acting(ada), now=NOW)).convert("L")
    half, third = page.width // 2, page.height // 3
    corners = [(left, top) for left in (0, half) for top in (0, third, 2 * third)]
    parts = [page.crop((left, top, left + half, top + third)) for left, top in corners]
    assert [sum(part.histogram()[:200]) > 0 for part in parts] == [True] * 6


def test_strangers_see_no_page(ada: User, ben: User, cleo: User) -> None:
    document = _drawn(ada, files.pdf())
    for stranger in (ben, cleo):
        with pytest.raises(NotFoundError):
            open_page(document=document, number=1, by=acting(stranger), now=NOW)
    with pytest.raises(ForbiddenError):
        redact_document(document=document, boxes=[Box(1, 0, 0, 1, 1)], reason="r", by=acting(ada), now=NOW)


def test_the_same_file_of_another_applicant_is_noticed(ada: User, ben: User) -> None:
    same = files.pdf()
    mine, other = (check(send(applicant_of(user), by=acting(user), content=same)) for user in (ada, ben))
    assert list_duplicates(mine) == [other.reference]
    assert list_duplicates(other) == [mine.reference]


def test_a_blackened_copy_leaves_the_original(ada: User, cleo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    document = _drawn(ada, files.jpeg((400, 300)))
    monkeypatch.setattr("evidence.paging._check_visible", lambda *_given: None)
    copy = redact_document(
        document=document, boxes=[Box(1, 0, 0, 0.5, 1)], reason="a third person", by=acting(cleo), now=NOW
    )
    black = _picture(open_page(document=document, number=1, redaction=copy, by=acting(cleo), now=NOW))
    plain = _picture(open_page(document=document, number=1, by=acting(cleo), now=NOW))
    assert sum(black.getpixel((100, 200))) < 30  # type: ignore[arg-type]
    assert black.getpixel((100, 200)) != plain.getpixel((100, 200))
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        type(copy).objects.filter(pk=copy.pk).update(boxes=[])


@pytest.mark.parametrize(
    "boxes", [[], [Box(2, 0, 0, 1, 1)], [Box(1, 0.5, 0, 0.5, 1)], [Box(1, 0, 0, 1.1, 1)]]
)
def test_unfit_boxes_make_no_copy(
    ada: User, cleo: User, boxes: list[Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = _drawn(ada)
    monkeypatch.setattr("evidence.paging._check_visible", lambda *_given: None)
    with pytest.raises(InputError):
        redact_document(document=document, boxes=boxes, reason="r", by=acting(cleo), now=NOW)
