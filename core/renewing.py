"""Renewing encrypted values with the newest key, under traffic, so that old keys can be thrown away."""

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from core.encryption import EncryptedTextField, decrypt, encrypt, key_id_of

BATCH: Final = 500


def list_encrypted_fields() -> Iterator[EncryptedTextField]:
    """Yield every encrypted field of every model that has a table."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            yield from (field for field in model._meta.local_fields if isinstance(field, EncryptedTextField))


def renew_field(field: EncryptedTextField) -> int:
    """Seal every value of the field with the newest key; return how many had an older one."""
    newest = next(iter(settings.FIELD_KEYS))
    renewed, last = 0, 0
    while rows := _read_batch(field, last):
        last = rows[-1][0]
        for pk, sealed in rows:
            if key_id_of(sealed) != newest:
                renewed += _renew_value(field, pk, sealed)
    return renewed


def _read_batch(field: EncryptedTextField, after: int) -> list[tuple[int, bytes]]:
    query = sql.SQL(
        "SELECT {pk}, {column} FROM {table} WHERE {pk} > %s AND {column} IS NOT NULL ORDER BY {pk} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(_named(query, field), [after, BATCH])
        return [(pk, bytes(sealed)) for pk, sealed in cursor.fetchall()]


def _renew_value(field: EncryptedTextField, pk: int, sealed: bytes) -> int:
    """Replace one value if it is still the one that was read."""
    fresh = encrypt(decrypt(sealed, place=field.place), place=field.place)
    query = sql.SQL("UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_named(query, field), [fresh, pk, sealed])
        return int(cursor.rowcount)


def _named(query: sql.SQL, field: EncryptedTextField) -> sql.Composed:
    meta = field.model._meta
    return query.format(
        table=sql.Identifier(meta.db_table),
        pk=sql.Identifier(meta.pk.column),
        column=sql.Identifier(field.column),
    )
