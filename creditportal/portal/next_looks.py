"""Where the next look at a decision can be asked for: a new appeal, one that is open, or why not."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.appealability import LookedAtTwiceError, WindowOverError, appeal_window, get_open_appeal
from appeals.models import AppealStatus
from core.errors import DomainError
from creditportal.portal.appealing import why_not
from decisions.models import Decision


@dataclass(frozen=True)
class NextLook:
    """The next look: of which decision, until when, and what stands in its way."""

    decision: str
    last_on: date
    open_reference: str
    is_draft: bool
    refusal: str | Promise
    is_late: bool


def find_next_look(decision: Decision) -> NextLook:
    """Where the next look can be asked for and until when, or why there is none."""
    refusal = why_not(decision)
    open_one = get_open_appeal(decision) if refusal is not None else None
    return NextLook(
        decision=decision.reference,
        last_on=appeal_window(decision).last_on,
        open_reference=open_one.reference if open_one is not None else "",
        is_draft=open_one is not None and open_one.status == AppealStatus.DRAFT,
        refusal=_words(refusal),
        is_late=isinstance(refusal, WindowOverError),
    )


def _words(refusal: DomainError | None) -> str | Promise:
    if refusal is None or isinstance(refusal, WindowOverError):
        return ""
    # Who outside can be turned to stands beside it, once.
    if isinstance(refusal, LookedAtTwiceError):
        return _("Two different people have looked at this decision. That was our last look.")
    return str(refusal)
