"""Papers: each problem has its own words, nobody's body is parsed unasked, downloads are safe."""

from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParser

from accounts.models import User
from appeals.models import Appeal
from creditportal.portal import evidence, uploading
from creditportal.portal.evidence import UPLOADS
from evidence.models import Document
from evidence.problems import MAX_BYTES
from tests.factories import files
from tests.factories.evidence import check, send
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db


def paper(name: str = "payslip.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    body = files.pdf(owner_password=name) if content is None else content
    return SimpleUploadedFile(name, body, "application/pdf")


def post(appeal: Appeal, user: User, *papers: SimpleUploadedFile, **fields: str) -> Any:
    """Send papers for the first reason."""
    path = address("appeal_evidence", appeal.reference, "U02")
    return signed_in(user).post(path, {"kind": "V01", **fields, "papers": list(papers)})


def test_a_file_arrives(draft: Appeal, ada: User) -> None:
    answer = post(draft, ada, paper())
    page = words(signed_in(ada).get(answer["Location"]))
    assert "payslip.pdf" in page
    assert "received, being checked" in page


def test_which_papers_count_is_said_before_sending(draft: Appeal, ada: User) -> None:
    page = words(signed_in(ada).get(address("appeal_evidence", draft.reference, "U02")))
    assert "Payslips (last 6 months)" in page
    assert "or later" in page
    assert "age does not matter" in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([], "Choose a file to send."),
        ([paper("photo.pdf", b"plain text")], "must be a PDF, JPG, PNG"),
        ([paper("big.pdf", files.pdf() + b"0" * MAX_BYTES)], "smaller than 10 MB"),
        ([paper("locked.pdf", files.pdf(user_password="x"))], "protected by a password"),
        ([paper("empty.pdf", b"")], "is empty"),
    ],
    ids=["none", "wrong type", "too big", "password", "empty"],
)  # fmt: skip
def test_each_problem_has_its_own_words(*, draft: Appeal, ada: User, sent: Any, told: str) -> None:
    answer = post(draft, ada, *sent)
    assert answer.status_code == 400
    assert told in words(answer)
    assert 'value="V01" selected' in words(answer)
    assert not Document.objects.exists()


def test_more_than_ten_files_are_refused(draft: Appeal, ada: User) -> None:
    answer = post(draft, ada, *[paper(f"{number}.pdf") for number in range(11)])
    assert answer.status_code == 400
    assert "at most 10 files" in words(answer)
    assert Document.objects.count() == 10


@pytest.mark.parametrize("problem", ["virus", "failed"])
def test_a_file_that_fails_later_says_why(draft: Appeal, ada: User, problem: str) -> None:
    post(draft, ada, paper())
    Document.objects.update(state="REFUSED", problem=problem)
    page = words(signed_in(ada).get(address("appeal_evidence", draft.reference, "U02")))
    assert {"virus": "A virus was found", "failed": "We could not read the file"}[problem] in page
    assert "not usable" in page


def test_one_bad_file_costs_none_of_the_others(draft: Appeal, ada: User) -> None:
    answer = post(draft, ada, paper("good.pdf"), paper("bad.pdf", b""))
    assert answer.status_code == 400
    assert "bad.pdf: The file is empty" in words(answer)
    assert "1 file has arrived" in words(answer)
    assert Document.objects.count() == 1


@pytest.mark.parametrize("day", ["soon", "2099-01-01", "2001-01-01"])
def test_a_date_that_cannot_be_is_told_and_kept(draft: Appeal, ada: User, day: str) -> None:
    answer = post(draft, ada, paper(), issued_on=day)
    assert answer.status_code == 400
    assert f'value="{day}"' in words(answer)
    assert 'id="id_issued_on_error"' in words(answer)


def test_the_kind_must_be_chosen(draft: Appeal, ada: User) -> None:
    assert "Choose what kind of paper this is." in words(post(draft, ada, paper(), kind=""))


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>.pdf", "\u202efdp.exe", "a" * 300 + ".pdf"])
def test_odd_names_are_only_text(draft: Appeal, ada: User, name: str) -> None:
    answer = post(draft, ada, paper(name))
    page = words(signed_in(ada).get(answer["Location"]))
    assert "<script>.pdf" not in page
    assert "\u202e" not in page


def test_a_file_is_taken_away(draft: Appeal, ada: User) -> None:
    path = post(draft, ada, paper())["Location"]
    client = signed_in(ada)
    client.post(path, {"remove": Document.objects.get().reference})
    assert "No files yet." in words(client.get(path))


def test_a_file_sent_before_is_used_again(draft: Appeal, ada: User) -> None:
    document = check(send(draft.applicant, by=acting(ada), kind="V01"))
    path = address("appeal_evidence", draft.reference, "U02")
    client = signed_in(ada)
    assert "Use a file you sent before" in words(client.get(path))
    client.post(path, {"reuse": document.reference})
    assert draft.grounds.get().attachments.get().document == document


def test_another_reason_has_no_page(draft: Appeal, ada: User) -> None:
    assert signed_in(ada).get(address("appeal_evidence", draft.reference, "S07")).status_code == 404


def test_too_many_at_once_are_told_to_wait(draft: Appeal, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "UPLOADS", UPLOADS.__class__("test-upload", times=0, seconds=60))
    answer = post(draft, ada, paper())
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_the_body_of_a_visitor_is_never_parsed(draft: Appeal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "__init__", lambda *_a, **_k: pytest.fail("parsed"))
    path = address("appeal_evidence", draft.reference, "U02")
    assert visitor().post(path, {"papers": paper()}).status_code == 302


def test_a_body_beyond_all_measure_is_never_parsed(
    draft: Appeal, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MAX_BODY_BYTES", 100)
    answer = post(draft, ada, paper())
    assert answer.status_code == 413
    assert "too big together" in words(answer)


def test_uploads_carry_their_token(draft: Appeal, ada: User) -> None:
    path = address("appeal_evidence", draft.reference, "U02")
    assert signed_in(ada, checks_csrf=True).post(path, {"papers": paper()}).status_code == 403


def test_a_download_is_an_attachment_that_nothing_runs(draft: Appeal, ada: User) -> None:
    document = check(send(draft.applicant, by=acting(ada)))
    answer = signed_in(ada).get(address("document", document.reference))
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store, private"
    assert b"".join(cast("Any", answer).streaming_content).startswith(b"%PDF")


def test_a_file_that_is_still_checked_cannot_be_opened(draft: Appeal, ada: User) -> None:
    document = send(draft.applicant, by=acting(ada))
    assert signed_in(ada).get(address("document", document.reference)).status_code == 409


def test_what_is_wrong_with_one_of_several_files_is_told_in_chinese_signs(draft: Appeal, ada: User) -> None:
    files = [paper("one.pdf", b""), paper("two.pdf", b"")]
    place = address("appeal_evidence", draft.reference, "U02")
    page = words(signed_in(ada, "zh-hans").post(place, {"kind": "V02", "papers": files}))
    assert "one.pdf\uff1a" in page
    assert "one.pdf: " not in page
