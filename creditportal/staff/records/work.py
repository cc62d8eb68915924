"""Records of work that happens after a change: what waits, what failed, and trying it again."""

from django.contrib import messages
from django.contrib.admin import action
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Permission
from core import clock
from creditportal.staff.naming import WORK_KINDS, work_kind
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import column
from outbox.models import Outbox
from outbox.retrying import retry_work


class OutboxAdmin(RecordAdmin):
    """Pieces of work; one that needs attention can be tried again."""

    singular, plural = _("piece of work"), _("pieces of work")
    needs = Permission.RETRY_WORK
    list_filter = ("state",)
    actions = ("try_again",)
    columns = (
        column("id", _("number")),
        column("kind", _("kind"), show=work_kind),
        column("subject", _("about")),
        column("state", _("state")),
        column("attempts", _("attempts")),
        column("next_at", _("next attempt")),
        column("last_error", _("last problem")),
        column("created_at", _("asked for")),
        column("done_at", _("done")),
    )

    def heading_of(self, record: Outbox) -> str:
        """What is to be done, and about what."""
        return f"{WORK_KINDS.get(record.kind, record.kind)} {record.subject}"

    @action(description=_("Try again now"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        """Queue the chosen pieces that need attention once more; the others are left alone."""
        assert isinstance(request.user, User)
        count = retry_work(
            ids=list(queryset.values_list("pk", flat=True)),
            by=Actor.for_user(request.user).code,
            now=clock.now(),
        )
        text = ngettext(
            "%(count)d piece of work is tried again.", "%(count)d pieces of work are tried again.", count
        )
        messages.success(request, text % {"count": count})
