"""Papers that nobody has accepted or refused yet: those of the open appeal that is due first come first."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.models import UNDECIDED, Attachment
from core.errors import ForbiddenError
from evidence.models import DocumentState

_WAITING: Final = (DocumentState.PENDING, DocumentState.READY)
_DUE: Final = "ground__appeal__due_at"
_APPEAL: Final = "ground__appeal_id"


@dataclass(frozen=True)
class UnreadPage:
    """One page of unread papers, and where the next one begins."""

    rows: list[Attachment]
    next_after: int | None


def unread_papers() -> QuerySet[Attachment]:
    """Papers of open appeals that nobody has accepted or refused."""
    return Attachment.objects.filter(
        accepted=None, document__state__in=_WAITING, ground__appeal__status__in=UNDECIDED
    )


def list_unread(
    *, by: Actor, kind: str = "", is_mine: bool = False, after: int | None = None, limit: int = 50
) -> UnreadPage:
    """A page of unread papers, of one kind or of one's own desk if asked; one's own papers never."""
    if not by.can(Permission.SEE_PERSONAL_DATA):
        raise ForbiddenError
    rows = unread_papers().exclude(ground__appeal__applicant__user=by.user_id)
    if kind:
        rows = rows.filter(document__kind=kind)
    if is_mine:
        rows = rows.filter(ground__appeal__claimed_by=by.user_id)
    if after is not None:
        rows = rows.filter(_later(after))
    dressed = rows.select_related("document", "ground__appeal__applicant", "ground__appeal__claimed_by")
    found = list(dressed.order_by(_DUE, _APPEAL, "pk")[: limit + 1])
    return UnreadPage(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def _later(after: int) -> Q:
    """What comes after a paper, or nothing when there is no such paper."""
    place = Attachment.objects.filter(pk=after).values_list(_DUE, _APPEAL).first()
    if place is None:
        return Q(pk=None)
    due, appeal = place
    same = Q(**{_DUE: due})
    return (
        Q(**{f"{_DUE}__gt": due})
        | same & Q(**{f"{_APPEAL}__gt": appeal})
        | same & Q(**{_APPEAL: appeal, "pk__gt": after})
    )
