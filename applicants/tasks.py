"""What applicants need done after commit and on a schedule."""

from datetime import datetime

from applicants.copying import MAKE_COPY, forget_old_copies, make_copy
from applicants.helping import end_past_grants
from applicants.source_checks import ask_sources, tell_unanswered
from applicants.verifying import retry_unavailable
from outbox.periodic import periodic
from outbox.registry import Work, handles


@handles(MAKE_COPY)
def make_data_copy(work: Work) -> None:
    """Gather a copy of somebody's data."""
    make_copy(reference=work.subject, now=work.now)


@periodic(seconds=900)
def retry_identity_checks(now: datetime) -> None:
    """Ask the real-name service again where it was not available."""
    retry_unavailable(now)


@periodic(seconds=300)
def ask_record_sources(now: datetime) -> None:
    """Ask where disputed records came from, and tell of those that say nothing until the last day."""
    ask_sources(now)
    tell_unanswered(now)


@periodic(seconds=3600)
def forget_data_copies(now: datetime) -> None:
    """Empty the copies whose seven days are over."""
    forget_old_copies(now)


@periodic(seconds=300)
def end_past_help(now: datetime) -> None:
    """End the permissions of helpers whose time is over."""
    end_past_grants(now)
