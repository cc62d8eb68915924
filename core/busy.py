"""What the database gave up waiting for, in words for the person who waited."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _
from psycopg import errors as postgres

from core.errors import DomainError

_WAITED: Final = (postgres.LockNotAvailable, postgres.QueryCanceled, postgres.DeadlockDetected)


class BusyError(DomainError):
    """Somebody else holds the record at this moment; nothing was changed, and the same may be sent again."""

    code = "busy"
    status = 503
    wait_seconds = 5
    default_message = _("Somebody else is saving this record right now.")


@contextmanager
def told_when_busy() -> Iterator[None]:
    """Raise `BusyError` where the database gave up waiting for somebody else; all else goes on as it is."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, _WAITED):
            raise BusyError from error
        raise
