"""A kept connection is looked at before it is used, not asked; and unique texts have one index each."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from core.postgres.schema import DatabaseSchemaEditor


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, where a silent open socket counts as healthy."""

    SchemaEditorClass = DatabaseSchemaEditor

    def is_usable(self) -> bool:
        """Whether the server still holds its end; only one that has said something is asked with a statement.

        A server that ended, or ended this session, has closed its end: there is something to read. Where a
        statement is still under way, somebody was stopped in the middle of it.
        """
        if self.connection is None or self.connection.closed:
            return False
        wire = self.connection.pgconn
        if wire.transaction_status == TransactionStatus.ACTIVE:
            return False
        poll = select.poll()
        poll.register(wire.socket, select.POLLIN | select.POLLRDHUP)
        return not poll.poll(0) or super().is_usable()
