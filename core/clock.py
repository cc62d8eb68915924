"""The one place where the time is read."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC; only doors and tasks call this."""
    return datetime.now(UTC)
