"""Files in pieces: they go on where they stopped, belong to whoever began them, and arrive once."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from appeals.models import Appeal
from core.clock import now
from evidence import vault
from evidence.arriving import forget_unfinished
from evidence.holding import erase_documents
from evidence.models import Document, Upload, UploadPart
from tests.factories import files
from tests.unit.portal.browsing import address, signed_in, visitor

pytestmark = pytest.mark.django_db
PIECE = 400


def announce(appeal: Appeal, user: User, content: bytes, **fields: object) -> Any:
    """Say what is coming."""
    given = {
        "kind": "V01", "name": "payslip.pdf", "declared_type": "application/pdf",
        "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), **fields,
    }  # fmt: skip
    return signed_in(user).post(address("begin_piece", appeal.reference, "U02"), given)


def push(to: str, user: User, offset: object, data: bytes) -> Any:
    """Send one piece."""
    return signed_in(user).post(
        to, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def test_a_file_arrives_piece_by_piece(draft: Appeal, ada: User) -> None:
    content = files.pdf(owner_password="pieces")
    to = announce(draft, ada, content).json()["to"]
    for start in range(0, len(content), PIECE):
        answer = push(to, ada, start, content[start : start + PIECE]).json()
    assert answer == {"offset": len(content), "done": True}
    document = Document.objects.get()
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert draft.grounds.get().attachments.get().document == document
    assert not Upload.objects.exists()


def test_after_a_break_it_goes_on_where_it_stopped(draft: Appeal, ada: User) -> None:
    content = files.pdf(owner_password="break")
    to = announce(draft, ada, content).json()["to"]
    push(to, ada, 0, content[:PIECE])
    again = announce(draft, ada, content).json()
    assert (again["to"], again["offset"]) == (to, PIECE)
    assert signed_in(ada).get(to).json()["offset"] == PIECE
    assert push(to, ada, PIECE, content[PIECE:]).json()["done"]


def test_the_same_piece_twice_is_one_piece(draft: Appeal, ada: User) -> None:
    content = files.pdf(owner_password="twice")
    to = announce(draft, ada, content).json()["to"]
    offsets = [push(to, ada, 0, content[:PIECE]).json()["offset"] for _ in range(2)]
    assert offsets == [PIECE, PIECE]
    assert UploadPart.objects.count() == 1


@pytest.mark.parametrize("offset", ["7", "-1", "", "abc", "9" * 40, "\u0661"])
def test_a_piece_at_the_wrong_place_is_told_where_to_go_on(*, draft: Appeal, ada: User, offset: str) -> None:
    content = files.pdf()
    to = announce(draft, ada, content).json()["to"]
    answer = push(to, ada, offset.encode("ascii", "ignore").decode(), content[:PIECE])
    assert (answer.status_code, answer.json()["offset"]) == (409, 0)


def test_a_file_that_is_not_what_was_announced_is_refused(draft: Appeal, ada: User) -> None:
    content = files.pdf()
    to = announce(draft, ada, content, sha256="0" * 64).json()["to"]
    answer = push(to, ada, 0, content)
    assert answer.status_code == 422
    assert "could not read" in answer.json()["problems"][0]
    assert not Document.objects.exists()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"size_bytes": 0}, "is empty"),
        ({"size_bytes": 11 * 1024 * 1024}, "smaller than 10 MB"),
        ({"kind": ""}, "what kind of paper"),
        ({"kind": "V17"}, "cannot change this reason"),
        ({"issued_on": "2001-01-01"}, "too old"),
        ({"issued_on": "soon"}, "year-month-day"),
        ({"sha256": "zz"}, "could not read"),
    ],
)
def test_what_is_wrong_is_said_before_a_byte_is_sent(
    *, draft: Appeal, ada: User, fields: dict[str, object], told: str
) -> None:
    answer = announce(draft, ada, files.pdf(), **fields)
    assert answer.status_code == 422
    assert told in " ".join(answer.json()["problems"])
    assert not Upload.objects.exists()


def test_nobody_else_finds_it(draft: Appeal, ada: User, ben: User) -> None:
    to = announce(draft, ada, files.pdf()).json()["to"]
    assert push(to, ben, 0, b"x").status_code == 404
    assert announce(draft, ben, files.pdf()).status_code == 404


def test_who_is_signed_out_is_told_so(draft: Appeal) -> None:
    path = address("begin_piece", draft.reference, "U02")
    answer = visitor().post(path, headers={"X-Requested-With": "upload"})
    assert answer.status_code == 401
    assert "Sign in in another tab" in answer.json()["problems"][0]


def test_what_is_never_finished_is_removed(draft: Appeal, ada: User) -> None:
    content = files.pdf()
    to = announce(draft, ada, content).json()["to"]
    push(to, ada, 0, content[:PIECE])
    key = UploadPart.objects.get().key
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    assert push(to, ada, PIECE, content[PIECE:]).status_code == 404
    assert forget_unfinished(now()) == 1
    assert not Upload.objects.exists()
    assert vault.exists(key)  # the file goes when the transaction ends


def test_a_piece_beyond_measure_is_not_kept(draft: Appeal, ada: User) -> None:
    to = announce(draft, ada, b"x" * 1_000_000).json()["to"]
    assert push(to, ada, 0, b"x" * 600_000).status_code == 422
    assert not UploadPart.objects.exists()


def test_deleting_data_takes_a_file_on_its_way(
    draft: Appeal, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    content = files.pdf()
    push(announce(draft, ada, content).json()["to"], ada, 0, content[:PIECE])
    key = UploadPart.objects.get().key
    with django_capture_on_commit_callbacks(execute=True):
        erase_documents(draft.applicant, now())
    assert (Upload.objects.exists(), vault.exists(key)) == (False, False)
