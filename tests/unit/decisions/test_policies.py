"""Policy versions are stored once, whole, and decide in their time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from core.catalogues import CatalogueError
from creditportal.catalogues import FOLDER
from decisions.models import PolicyVersion
from decisions.policies import (
    NoPolicyError,
    PolicyChangedError,
    compiled,
    get_policy_in_force,
    load_policy_version,
)
from decisions.products import list_products
from tests.factories.decisions import NOW, sample_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


def test_the_predecessor_is_a_version_of_its_own() -> None:
    newest, older = PolicyVersion.objects.all()
    assert (newest.version, older.version, newest.predecessor) == ("2026.1", "2026.0", older)
    assert compiled(newest).hash == newest.content_hash
    assert compiled(older).hash == older.content_hash


@pytest.mark.parametrize(
    ("day", "version"),
    [("2026-10-31T15:59Z", "2026.0"), ("2026-10-31T16:00Z", "2026.1"), ("2027-06-01T00:00Z", "2026.1")],
)
def test_a_version_begins_at_midnight_in_china(day: str, version: str) -> None:
    assert get_policy_in_force(now=datetime.fromisoformat(day)).version == version


def test_before_the_first_version_nothing_can_be_decided() -> None:
    with pytest.raises(NoPolicyError):
        get_policy_in_force(now=datetime(2020, 1, 1, tzinfo=UTC))


def test_under_the_predecessor_zhang_wei_was_approved() -> None:
    assert sample_decision("zhang_wei", now=datetime(2026, 10, 1, tzinfo=UTC)).outcome == "approve"


def test_loading_again_changes_nothing() -> None:
    load_policy_version(document_path=FOLDER / "policy.yaml", now=NOW)
    assert PolicyVersion.objects.count() == 2


def test_another_content_needs_another_version(tmp_path: Path) -> None:
    text = (FOLDER / "policy.yaml").read_text(encoding="utf-8")
    path = tmp_path / "policy.yaml"
    path.write_text(text.replace("thin_file_cap: 5000", "thin_file_cap: 6000"), encoding="utf-8")
    with pytest.raises(PolicyChangedError):
        load_policy_version(document_path=path, now=NOW)


def test_a_broken_policy_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("policy_version: '2026.1'\nsurprise: 1\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="line 2"):
        load_policy_version(document_path=path, now=NOW)


def test_stored_content_is_final() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.update(content_hash="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.all().delete()


def test_products_are_listed_by_kind_of_applicant() -> None:
    (loan,) = list_products(kind="PERSON", now=NOW)
    assert (loan.code, loan.min_cny, loan.cap_cny, loan.terms_months) == (
        "consumer_loan",
        500,
        200000,
        (3, 6, 12),
    )
    assert (loan.annual_rate_from, loan.annual_rate_to) == ("6.57", "18.25")
    assert (loan.lowest_rate, loan.highest_rate) == ("5.475", "21.9")
    assert loan.label("zh-hans") == "\u6d88\u8d39\u501f\u6b3e"
    working, advance = list_products(kind="FIRM", now=NOW)
    assert (advance.terms_days, advance.terms_months) == ((30, 60, 90, 180, 365), ())
    assert dict(working.purposes)["wages"]["en"] == "wages"
