"""Taking files in: each of the eight errors has its own words, and nothing half-taken stays."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from accounts.models import User
from evidence import storing, vault
from evidence.models import Document, DocumentState
from evidence.problems import (
    ERRORS,
    MAX_BYTES,
    EmptyFileError,
    FailedError,
    FileError,
    NoFileError,
    PasswordError,
    TooBigError,
    TooManyError,
    WrongTypeError,
)
from evidence.storing import clean_name, store_document
from outbox.models import Outbox
from tests.factories import files
from tests.factories.catalogues import load_catalogues
from tests.factories.evidence import NOW, applicant_of, check, send
from tests.people import acting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogues(db: None) -> None:
    load_catalogues(NOW)


def _store(user: User, upload: Any, **given: Any) -> Document:
    applicant = getattr(user, "applicant", None) or applicant_of(user)
    terms = {"kind": "V01", "name": "payslip.pdf", "declared_type": "", "by": acting(user), "now": NOW}
    return store_document(applicant=applicant, upload=upload, **{**terms, **given})


def _broken() -> Iterator[bytes]:
    yield b"%PDF-1.7"
    raise OSError("the sender went away")


def test_a_paper_is_kept_with_its_receipt(ada: User) -> None:
    content = files.pdf()
    document = _store(ada, io.BytesIO(content))
    assert (document.size_bytes, document.media_type) == (len(content), "application/pdf")
    assert document.state == DocumentState.PENDING
    with vault.open_file(document.original_key) as kept:
        assert kept.read() == content
    assert Outbox.objects.filter(kind="SCAN_DOCUMENT", subject=document.reference).count() == 1


@pytest.mark.parametrize(
    ("upload", "error"),
    [
        (None, NoFileError),
        ([b"just words"], WrongTypeError),
        ([b"%PDF-1.7", bytes(MAX_BYTES)], TooBigError),
        ([], EmptyFileError),
        ([files.pdf(user_password="x")], PasswordError),
        (_broken(), FailedError),
    ],
)
def test_each_trouble_has_its_own_words_and_leaves_nothing(
    ada: User, upload: Any, error: type[FileError]
) -> None:
    with pytest.raises(error) as caught:
        _store(ada, upload)
    assert list(caught.value.fields) == ["file"]
    assert not Document.objects.exists()
    assert list(vault.list_keys()) == []


def test_the_eight_messages_differ() -> None:
    with translation.override("en"):
        assert len({str(error.default_message) for error in ERRORS.values()}) == len(ERRORS) == 8


def test_reading_stops_at_the_limit(ada: User) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield bytes(1024 * 1024)

    with pytest.raises(TooBigError):
        _store(ada, endless())
    assert read == 11


def test_a_full_disk_is_a_clear_answer(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FailedError):
        _store(ada, [files.pdf()])
    assert list(vault.list_keys()) == []


def test_the_same_file_again_is_the_same_document(ada: User) -> None:
    content = files.pdf()
    first, second = _store(ada, [content]), _store(ada, [content])
    assert first == second
    assert len(list(vault.list_keys())) == 1


def test_another_applicants_same_file_is_another_document(ada: User, ben: User) -> None:
    content = files.pdf()
    assert _store(ada, [content]) != _store(ben, [content])


def test_a_refused_file_can_be_sent_again(ada: User) -> None:
    content = files.jpeg()[:300]
    first = check(_store(ada, [content]))
    assert first.state == DocumentState.REFUSED
    assert _store(ada, [content]) != first


def test_nobody_fills_the_disk_alone(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MAX_DOCUMENTS", 1)
    send(applicant_of(ada), by=acting(ada))
    with pytest.raises(TooManyError) as caught:
        _store(ada, [files.png()])
    assert "1" in caught.value.fields["file"][0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("payslip.pdf", "payslip.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\scan.jpg", "scan.jpg"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_display_text(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_eight_times_at_once_is_one_document(ada: User) -> None:
    load_catalogues(NOW)
    applicant, content = applicant_of(ada), files.pdf()

    def once(_number: int) -> str:
        try:
            return send(applicant, by=acting(ada), content=content).reference
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        references = set(pool.map(once, range(8)))
    assert len(references) == Document.objects.count() == len(list(vault.list_keys())) == 1
