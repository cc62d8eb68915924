"""What the site's own database role may do: read and write, but nothing that a model's triggers refuse."""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

_REFUSABLE = (pgtrigger.Update, pgtrigger.Delete)


def refused_operations() -> dict[str, list[str]]:
    """For each table the operations that a trigger refuses to everybody: UPDATE, DELETE or both."""
    refused: dict[str, list[str]] = {}
    for model in apps.get_models():
        # Not its subclasses: `ReadOnly` refuses some columns only.
        triggers = [t for t in getattr(model._meta, "triggers", []) if type(t) is pgtrigger.Protect]
        everywhere = [operation for t in triggers if t.condition is None for operation in t.operation or ()]
        names = [operation.name for operation in _REFUSABLE if operation in everywhere]
        if names:
            refused[model._meta.db_table] = names
    return refused


def restrict_role(*, connection: BaseDatabaseWrapper, role: str) -> int:
    """Give the role exactly its rights on every table; return how many tables have restricted rights."""
    statements = list(_statements(role, refused_operations()))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return len(refused_operations())


def _statements(role: str, refused: dict[str, list[str]]) -> Iterator[sql.Composed]:
    who = sql.Identifier(role)
    for text in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
    ):
        yield sql.SQL(text).format(who)
    for table, operations in sorted(refused.items()):
        yield sql.SQL("REVOKE {} ON {} FROM {}").format(
            sql.SQL(", ").join(map(sql.SQL, operations)), sql.Identifier(table), who
        )
