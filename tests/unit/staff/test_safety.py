"""Headers and markup of every page of the desk."""

import re
from typing import Any

import pytest

from accounts.models import User
from appeals.models import Appeal
from creditportal.staff.records.index import RECORDS
from decisions.models import Decision
from evidence.models import Document, Download
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE
)


def pages(appeal: Appeal, referral: Decision) -> list[str]:
    case = f"/staff/cases/{appeal.reference}/"
    models = [f"/staff/{model._meta.app_label}/{model._meta.model_name}/" for model in RECORDS]
    rows = [(model, model._default_manager.last()) for model in RECORDS]
    records = [
        f"/staff/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/change/"
        for model, row in rows
        if row
    ]
    return [
        "/staff/queue/?view=all", case, f"{case}why-due/", f"{case}reasons/U02/inputs/debt_service_pct/",
        "/staff/referrals/", f"/staff/referrals/{referral.reference}/", "/staff/audit/",
        f"/staff/audit/{appeal.reference}/", "/staff/messages/", "/staff/records/", "/staff/nothing/",
        "/staff/accounts/user/add/", *models, *records,
    ]  # fmt: skip


def test_no_page_has_inline_script_or_style_and_each_carries_the_policy(
    held: Appeal, referral: Decision, dev: User, pia: User, sit_down: SitDown
) -> None:
    assert held.claimed_by is not None
    clients = [sit_down(user) for user in (held.claimed_by, dev, pia)]
    seen = 0
    for path in pages(held, referral):
        for client in clients:
            answer = client.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert INLINE.findall(text_of(answer)) == [], path
            seen += answer.status_code == 200
    assert seen > 60


def test_the_pattern_finds_what_it_must_find() -> None:
    for bad in ("<script>x</script>", '<p style="x">', '<a onclick="x">', "<style>"):
        assert INLINE.search(bad)
    assert not INLINE.search('<script src="/static/x.js" defer></script>')


def test_nothing_is_kept_by_a_cache(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    headers = sit_down(cleo).get(f"/staff/cases/{held.reference}/").headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"


def test_a_document_comes_as_a_file_that_nothing_runs(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    document = Document.objects.get()
    answer: Any = sit_down(cleo).get(f"/staff/papers/{document.reference}/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{document.reference}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Download.objects.get().user == cleo


def test_a_document_that_is_still_checked_cannot_be_opened(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    Document.objects.update(state="PENDING")
    document = Document.objects.get()
    answer = sit_down(cleo).get(f"/staff/papers/{document.reference}/")
    assert answer.status_code == 409
    assert "cannot be opened yet" in text_of(answer)


def test_an_auditor_gets_no_document(held: Appeal, aud: User, sit_down: SitDown) -> None:
    assert sit_down(aud).get(f"/staff/papers/{Document.objects.get().reference}/").status_code == 403


def test_typed_markup_is_shown_as_text(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    words = "<img src=x onerror=alert(1)>"
    answer = send(sit_down(cleo), held, "reasons/U02/inputs/debt_service_pct", value="x", note=words)
    assert "&lt;img src=x onerror=alert(1)&gt;" in text_of(answer)
    assert words not in text_of(answer)
