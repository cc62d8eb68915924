"""Checking papers: fails closed, says what was and was not looked at, tells the applicant of trouble."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from evidence import vault
from evidence.clamd import ScannerError
from evidence.models import DocumentState, ScanResult
from evidence.scanning import check_document
from notifications.models import Message
from outbox.models import Outbox
from tests.factories import files
from tests.factories.catalogues import load_catalogues
from tests.factories.evidence import NOW, applicant_of, check, send
from tests.people import acting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogues(db: None) -> None:
    load_catalogues(NOW)


class Scanner:
    """A daemon that speaks the ClamAV protocol and knows one virus."""

    def __init__(self, answer: str = "") -> None:
        self.answer = answer
        self.received = b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _address = self._server.accept()
        with connection, connection.makefile("rb") as file:
            assert file.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(file.read(4), "big"):
                self.received += file.read(length)
            found = "stream: Eicar-Test FOUND" if files.EICAR in self.received else "stream: OK"
            connection.sendall((self.answer or found).encode() + b"\0")

    def close(self) -> None:
        """End the daemon."""
        self._thread.join(5)
        self._server.close()


@pytest.fixture
def scanner(settings: Any) -> Iterator[Scanner]:
    daemon = Scanner()
    settings.CLAMD_URL = daemon.url
    yield daemon
    daemon.close()


def test_without_a_scanner_nothing_is_claimed(ada: User, settings: Any) -> None:
    settings.CLAMD_URL = ""
    document = check(send(applicant_of(ada), by=acting(ada)))
    assert (document.state, document.scan) == (DocumentState.READY, ScanResult.NOT_SCANNED)


def test_the_scanner_sees_the_whole_original(ada: User, scanner: Scanner) -> None:
    content = files.pdf()
    document = check(send(applicant_of(ada), by=acting(ada), content=content))
    assert scanner.received == content
    assert (document.state, document.scan) == (DocumentState.READY, ScanResult.CLEAN)


def test_a_virus_is_refused_told_and_not_kept(
    ada: User, scanner: Scanner, django_capture_on_commit_callbacks: Any
) -> None:
    content = files.xml(f"<a>{files.EICAR.decode()}</a>".replace("&", ""))
    document = send(applicant_of(ada), by=acting(ada), content=content)
    with django_capture_on_commit_callbacks(execute=True):
        check(document)
    assert (document.state, document.scan, document.problem) == ("REFUSED", "INFECTED", "virus")
    assert Message.objects.filter(about=document.reference, kind="EVIDENCE_PROBLEM").count() == 1
    assert list(vault.list_keys()) == []


@pytest.mark.parametrize("answer", ["stream: Can't open file ERROR", "INSTREAM size limit exceeded", "OK"])
def test_an_unclear_answer_is_never_clean(ada: User, settings: Any, answer: str) -> None:
    daemon = Scanner(answer)
    settings.CLAMD_URL = daemon.url
    document = send(applicant_of(ada), by=acting(ada))
    with pytest.raises(ScannerError):
        check_document(reference=document.reference, now=NOW)
    daemon.close()
    document.refresh_from_db()
    assert document.state == DocumentState.PENDING


def test_a_scanner_that_is_away_leaves_the_file_unchecked(ada: User, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    document = send(applicant_of(ada), by=acting(ada))
    with pytest.raises(ScannerError):
        check_document(reference=document.reference, now=NOW)


def test_a_checked_paper_has_a_safe_copy_beside_its_original(ada: User) -> None:
    document = check(send(applicant_of(ada), by=acting(ada), content=files.heic()))
    assert (document.media_type, document.safe_media_type) == ("image/heic", "image/jpeg")
    assert document.safe_key not in ("", document.original_key)
    with vault.open_file(document.safe_key) as copy:
        assert len(copy.read()) == document.safe_size_bytes > 0


def test_checking_ends_once_and_says_so_once(ada: User) -> None:
    document = send(applicant_of(ada), by=acting(ada))
    first = check_document(reference=document.reference, now=NOW)
    second = check_document(reference=document.reference, now=NOW)
    assert first is not None
    assert second is not None
    first()
    second()
    assert Outbox.objects.filter(kind="DOCUMENT_CHECKED", subject=document.reference).count() == 1
    assert check_document(reference=document.reference, now=NOW) is None


def test_a_missing_original_is_told_to_the_applicant(ada: User) -> None:
    document = send(applicant_of(ada), by=acting(ada))
    vault.remove(document.original_key)
    check(document)
    assert (document.state, document.problem) == ("REFUSED", "failed")
    assert Message.objects.filter(about=document.reference).exists()
