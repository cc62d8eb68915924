import base64
import os
from typing import Any

import pytest
from django.core.exceptions import FieldError

from applicants.models import Applicant
from core.encryption import DecryptionError, blind_index, decrypt, encrypt, key_id_of

PLACE = "applicants.applicant.name"


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture(autouse=True)
def keys(settings: Any) -> dict[str, str]:
    settings.FIELD_KEYS = {"k1": new_key()}
    settings.BLIND_INDEX_KEY = new_key()
    ring: dict[str, str] = settings.FIELD_KEYS
    return ring


def test_what_goes_in_comes_out() -> None:
    assert decrypt(encrypt("张伟", place=PLACE), place=PLACE) == "张伟"


def test_the_same_text_never_looks_the_same() -> None:
    assert encrypt("张伟", place=PLACE) != encrypt("张伟", place=PLACE)


def test_a_blank_is_sealed_like_any_other_text(settings: Any) -> None:
    blank = encrypt("", place=PLACE)
    assert decrypt(blank, place=PLACE) == ""
    with pytest.raises(DecryptionError):
        decrypt(blank, place="applicants.applicant.phone")
    with pytest.raises(DecryptionError):
        decrypt(b"", place=PLACE)
    settings.FIELD_KEYS = {"k2": new_key(), **settings.FIELD_KEYS}
    assert key_id_of(encrypt("", place=PLACE)) == "k2"


def test_every_altered_byte_is_noticed() -> None:
    sealed = encrypt("张伟", place=PLACE)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(DecryptionError):
            decrypt(bytes(altered), place=PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 20])
def test_a_truncated_value_is_noticed(length: int) -> None:
    with pytest.raises(DecryptionError):
        decrypt(encrypt("张伟", place=PLACE)[:length], place=PLACE)


def test_a_value_moved_to_another_field_is_noticed() -> None:
    with pytest.raises(DecryptionError):
        decrypt(encrypt("张伟", place=PLACE), place="applicants.applicant.phone")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key(
    keys: dict[str, str], settings: Any
) -> None:
    old = encrypt("张伟", place=PLACE)
    settings.FIELD_KEYS = {"k2": new_key(), **keys}
    new = encrypt("张伟", place=PLACE)
    assert (key_id_of(old), key_id_of(new)) == ("k1", "k2")
    assert decrypt(old, place=PLACE) == decrypt(new, place=PLACE) == "张伟"


def test_without_its_key_a_value_stays_closed(settings: Any) -> None:
    old = encrypt("张伟", place=PLACE)
    settings.FIELD_KEYS = {"k2": new_key()}
    with pytest.raises(DecryptionError):
        decrypt(old, place=PLACE)


def test_the_blind_index_forgives_spelling() -> None:
    assert blind_index(" 11010119900307123x", purpose="id") == blind_index(
        "１１０１０１ 19900307123X", purpose="id"
    )


def test_the_blind_index_differs_by_purpose_value_and_key(settings: Any) -> None:
    first = blind_index("a", purpose="id")
    settings.BLIND_INDEX_KEY = new_key()
    others = {
        blind_index("a", purpose="id"),
        blind_index("a", purpose="phone"),
        blind_index("b", purpose="id"),
    }
    assert len(others | {first}) == 4


def test_an_encrypted_field_cannot_be_searched() -> None:
    with pytest.raises(FieldError, match="blind index"):
        Applicant.objects.filter(name="张伟")


@pytest.mark.django_db
def test_the_database_holds_only_ciphertext() -> None:
    from django.db import connection
    from django.utils import timezone

    row = Applicant.objects.create(
        reference="CU-TEST-0001", kind="PERSON", name="张伟", created_at=timezone.now()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM applicants_applicant WHERE id = %s", [row.pk])
        stored = bytes(cursor.fetchone()[0])
    assert "张伟".encode() not in stored
    assert Applicant.objects.get(pk=row.pk).name == "张伟"
