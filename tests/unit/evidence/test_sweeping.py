"""Files and rows that a crash parted are found."""

import os
from datetime import timedelta

import pytest

from accounts.models import User
from evidence import sweeping, vault
from notifications.models import Message
from tests.factories.catalogues import load_catalogues
from tests.factories.evidence import NOW, applicant_of, check, send
from tests.people import acting

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _catalogues(db: None) -> None:
    load_catalogues(NOW)


def _age(key: str) -> None:
    os.utime(vault.path_of(key), (NOW.timestamp(), NOW.timestamp()))


def test_a_file_without_a_row_goes_and_the_others_stay(ada: User) -> None:
    document = check(send(applicant_of(ada), by=acting(ada)))
    orphan = vault.new_key()
    vault.write(orphan, [b"left behind"])
    for key in (orphan, document.original_key, document.safe_key):
        _age(key)
    assert sweeping.remove_orphan_files(LATER) == 1
    assert {key for key, _changed in vault.list_keys()} == {document.original_key, document.safe_key}


def test_a_fresh_file_is_left_alone() -> None:
    key = vault.new_key()
    vault.write(key, [b"its row is being written"])
    assert sweeping.remove_orphan_files(NOW) == 0
    assert vault.exists(key)


def test_a_row_without_a_file_is_told_to_the_applicant(ada: User) -> None:
    document = send(applicant_of(ada), by=acting(ada))
    vault.remove(document.original_key)
    assert sweeping.refuse_rows_without_file(LATER) == 1
    document.refresh_from_db()
    assert document.problem == "failed"
    assert Message.objects.filter(about=document.reference).count() == 1


def test_a_ready_paper_whose_file_is_gone_is_named(ada: User) -> None:
    document = check(send(applicant_of(ada), by=acting(ada)))
    assert sweeping.list_unreadable() == []
    vault.remove(document.safe_key)
    assert sweeping.list_unreadable() == [document.reference]
