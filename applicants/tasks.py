"""What applicants need done on a schedule."""

from datetime import datetime

from applicants.verifying import retry_unavailable
from outbox.periodic import periodic


@periodic(seconds=900)
def retry_identity_checks(now: datetime) -> None:
    """Ask the real-name service again where it was not available."""
    retry_unavailable(now)
