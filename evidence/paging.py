"""What a reviewer looks at: pages that we drew, marked with who looks; and copies with parts blackened."""

import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw, ImageFont

from accounts.actors import Actor
from accounts.roles import Permission
from audit.log import record
from audit.verbs import Verb
from core.audiences import InternalText
from core.errors import ForbiddenError, InputError, NotFoundError
from evidence import vault
from evidence.downloading import NotReadyError
from evidence.models import Document, DocumentState, Download, Page, RedactedCopy
from evidence.queries import visible_to
from evidence.sanitising import draw

_MARK_EVERY: Final = 160
_MARK_SHARE: Final = 50
_REASON_LENGTH: Final = 300


@dataclass(frozen=True)
class Box:
    """A part of a page to be blackened; its corners as shares of the page, 0 to 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def draw_document(*, reference: str) -> Callable[[], None] | None:
    """Draw a checked document's pages outside any transaction; what comes back writes them down, once."""
    document = Document.objects.get(reference=reference)
    if document.state != DocumentState.READY or document.pages.exists():
        return None
    key = document.safe_key or document.original_key
    with vault.open_file(key) as file:
        pages = draw(source=file, media_type=document.safe_media_type or document.media_type)
    return partial(_keep, document, [_store(page) for page in pages])


def list_pages(*, document: Document, redaction: RedactedCopy | None = None, by: Actor) -> list[Page]:
    """The drawn pages that somebody may look at; empty while they are being drawn."""
    _check_visible(document, by)
    return list(document.pages.filter(redaction=redaction))


def open_page(
    *, document: Document, number: int, redaction: RedactedCopy | None = None, by: Actor, now: datetime
) -> bytes:
    """One page as a JPEG that carries who looked and when; the look is written down."""
    _check_visible(document, by)
    if by.user_id is None:
        raise ForbiddenError
    if document.state != DocumentState.READY:
        raise NotReadyError
    page = document.pages.filter(number=number, redaction=redaction).first()
    if page is None:
        raise NotFoundError
    with transaction.atomic():
        Download.objects.create(document=document, user_id=by.user_id, at=now)
        record(
            verb=Verb.DOCUMENT_VIEWED, subject=document.reference, actor=by.code, now=now,
            codes={"page": number},
        )  # fmt: skip
        if by.can(Permission.SEE_PERSONAL_DATA) and document.applicant.user_id != by.user_id:
            Document.objects.filter(pk=document.pk, seen_at__isnull=True).update(seen_at=now)
    return _as_jpeg(_open_marked(page, document, by, now))


def open_marked_copy(
    *, document: Document, redaction: RedactedCopy | None = None, by: Actor, now: datetime
) -> bytes:
    """Every page in one PDF, each marked with who took it and when; the taking is written down."""
    _check_visible(document, by)
    if by.user_id is None:
        raise ForbiddenError
    pages = list(document.pages.filter(redaction=redaction))
    if document.state != DocumentState.READY or not pages:
        raise NotReadyError
    with transaction.atomic():
        Download.objects.create(document=document, user_id=by.user_id, at=now)
        codes = {"marked": True, "redacted": redaction is not None}
        record(verb=Verb.DOCUMENT_VIEWED, subject=document.reference, actor=by.code, now=now, codes=codes)
    first, *rest = (_open_marked(page, document, by, now) for page in pages)
    bound = io.BytesIO()
    first.save(bound, "PDF", save_all=True, append_images=rest)
    return bound.getvalue()


def redact_document(
    *, document: Document, boxes: Sequence[Box], reason: str, by: Actor, now: datetime
) -> RedactedCopy:
    """A copy of the pages with these parts black for good; the original is kept as it is."""
    if by.user_id is None or not by.can(Permission.SEE_PERSONAL_DATA):
        raise ForbiddenError
    _check_visible(document, by)
    pages = list(document.pages.filter(redaction=None))
    _check_boxes(boxes, {page.number for page in pages}, reason)
    drawn = [(page.number, _store(_blackened(page, boxes))) for page in pages]
    with transaction.atomic():
        copy = RedactedCopy.objects.create(
            document=document, boxes=[asdict(box) for box in boxes], reason=InternalText(reason.strip()),
            made_by_id=by.user_id, made_at=now,
        )  # fmt: skip
        Page.objects.bulk_create(
            Page(document=document, redaction=copy, number=number, key=key, size_bytes=size)
            for number, (key, size) in drawn
        )
        codes = {"boxes": len(boxes)}
        record(verb=Verb.DOCUMENT_REDACTED, subject=document.reference, actor=by.code, now=now, codes=codes)
    return copy


def find_duplicates(documents: Sequence[Document]) -> dict[str, list[str]]:
    """References of the same files sent for other applicants, by the content's hash; one query for all."""
    hashes = {document.sha256: document.applicant_id for document in documents}
    same = Document.objects.filter(sha256__in=hashes).order_by("pk")
    found: dict[str, list[str]] = {}
    for reference, sha256, applicant in same.values_list("reference", "sha256", "applicant_id"):
        if applicant != hashes[sha256]:
            found.setdefault(sha256, []).append(reference)
    return found


def list_duplicates(document: Document) -> list[str]:
    """References of the same file sent for other applicants: a sign that somebody should look twice."""
    same = Document.objects.filter(sha256=document.sha256).exclude(applicant=document.applicant_id)
    return list(same.order_by("pk").values_list("reference", flat=True)[:50])


def _keep(document: Document, stored: list[tuple[str, int]]) -> None:
    Page.objects.bulk_create(
        (
            Page(document=document, number=number, key=key, size_bytes=size)
            for number, (key, size) in enumerate(stored, 1)
        ),
        ignore_conflicts=True,
    )


def _store(content: bytes) -> tuple[str, int]:
    key = vault.new_key()
    return key, vault.write(key, [content])


def _check_visible(document: Document, by: Actor) -> None:
    if not visible_to(by).filter(pk=document.pk).exists():
        raise NotFoundError


def _check_boxes(boxes: Sequence[Box], numbers: set[int], reason: str) -> None:
    if not reason.strip() or len(reason) > _REASON_LENGTH:
        raise InputError(fields={"reason": [_("Say in a few words why this is blackened.")]})
    fits = all(
        box.page in numbers and 0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1
        for box in boxes
    )
    if not boxes or not fits:
        raise InputError(fields={"boxes": [_("Mark at least one part of a page.")]})


def _blackened(page: Page, boxes: Sequence[Box]) -> bytes:
    with vault.open_file(page.key) as file:
        picture = Image.open(io.BytesIO(file.read()), formats=["JPEG"]).convert("RGB")
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    for box in boxes:
        if box.page == page.number:
            corners = (box.left * width, box.top * height, box.right * width, box.bottom * height)
            pen.rectangle(corners, fill="black")
    return _as_jpeg(picture)


def _open_marked(page: Page, document: Document, by: Actor, now: datetime) -> Image.Image:
    with vault.open_file(page.key) as file:
        return _marked(file.read(), f"{document.reference}  {by.code}  {now:%Y-%m-%d %H:%M} UTC")


def _marked(content: bytes, words: str) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=["JPEG"]).convert("RGB")
    layer = Image.new("RGBA", picture.size, (255, 255, 255, 0))
    pen = ImageDraw.Draw(layer)
    font = ImageFont.load_default(size=max(picture.width // _MARK_SHARE, 10))
    step = int(pen.textlength(words, font=font)) * 5 // 4
    for row, top in enumerate(range(10, max(picture.height, 11), _MARK_EVERY)):
        # Every second line is set off, so that no strip of the page is without it.
        for left in range(10 - step // 2 * (row % 2), picture.width, step):
            pen.text((left, top), words, fill=(90, 90, 90, 110), font=font)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _as_jpeg(picture: Image.Image) -> bytes:
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=90)
    return drawn.getvalue()
