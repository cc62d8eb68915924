"""Rotating the keys of encrypted fields: the old key can go once everything is renewed."""

import base64
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from applicants.models import Applicant
from core.encryption import DecryptionError, key_id_of
from core.renewing import list_encrypted_fields, renew_field

NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_and_new(settings: Any) -> dict[str, str]:
    """Three applicants sealed with the old key, and a new key in front of it."""
    old = {"old": base64.b64encode(os.urandom(32)).decode()}
    settings.FIELD_KEYS = old
    for number in range(3):
        Applicant.objects.create(
            reference=f"CU-AAAA-000{number}", kind="PERSON", name=f"Ada {number}", created_at=NOW
        )
    settings.FIELD_KEYS = {"new": base64.b64encode(os.urandom(32)).decode(), **old}
    ring: dict[str, str] = settings.FIELD_KEYS
    return ring


def key_ids() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM applicants_applicant")
        return {key_id_of(bytes(row[0])) for row in cursor.fetchall()}


def test_renewing_lets_the_old_key_go(old_and_new: dict[str, str], settings: Any) -> None:
    call_command("renew_field_keys", verbosity=0)
    settings.FIELD_KEYS = {"new": old_and_new["new"]}
    assert key_ids() == {"new"}
    assert set(Applicant.objects.values_list("name", flat=True)) == {"Ada 0", "Ada 1", "Ada 2"}


def test_without_renewing_the_old_key_is_missed(old_and_new: dict[str, str], settings: Any) -> None:
    settings.FIELD_KEYS = {"new": old_and_new["new"]}
    with pytest.raises(DecryptionError):
        list(Applicant.objects.values_list("name", flat=True))


def test_renewing_again_changes_nothing(old_and_new: dict[str, str]) -> None:
    field = next(field for field in list_encrypted_fields() if field.place == "applicants.applicant.name")
    assert [renew_field(field), renew_field(field)] == [3, 0]
