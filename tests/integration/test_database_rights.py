"""The site's role reads and writes, but alters no history; the database itself refuses."""

from collections.abc import Callable, Iterator

import pytest
from django.db import ProgrammingError, connection, transaction

from creditportal.database_rights import refused_operations, restrict_role

ROLE = "test_site_role"


@pytest.fixture
def as_site(db: None) -> Iterator[Callable[[str], None]]:
    """Runs SQL as a role with the site's rights."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        restrict_role(connection=connection, role=ROLE)
        cursor.execute(f"SET ROLE {ROLE}")

        def execute(statement: str) -> None:
            with transaction.atomic():
                cursor.execute(statement)

        yield execute
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("table", ["audit_event", "applicants_fact", "decisions_decision"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}"])
def test_history_cannot_be_altered(as_site: Callable[[str], None], table: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_site(statement.format(table))


@pytest.mark.parametrize("table", sorted(["audit_event", "accounts_user", "outbox_outbox"]))
def test_every_table_can_be_read(as_site: Callable[[str], None], table: str) -> None:
    as_site(f"SELECT 1 FROM {table}")
    assert table in connection.introspection.table_names()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "DELETE FROM django_migrations",
    ],
)
def test_the_guards_cannot_be_switched_off(as_site: Callable[[str], None], statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        as_site(statement)


def test_ordinary_tables_can_be_written(as_site: Callable[[str], None]) -> None:
    assert "accounts_user" not in refused_operations()
    as_site("UPDATE accounts_user SET language = 'en'")
    as_site("DELETE FROM accounts_session")
