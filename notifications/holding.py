"""What messages and letters hold about an applicant, and what goes when data is deleted."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from applicants.registers import Rows, dump, dump_all, erases, holds
from notifications.models import Delivery, Letter, Message, MessageSettings


@holds("messages", title=_("Messages"))
def read_messages(applicant: Applicant) -> Rows:
    """Every message with how it was brought."""
    mine = Q(applicant=applicant) | (Q(user=applicant.user) if applicant.user_id else Q(pk__in=[]))
    rows = Message.objects.filter(mine).prefetch_related("deliveries").order_by("id")
    return [{**dump(row), "deliveries": dump_all(row.deliveries.all())} for row in rows]


@holds("letters", title=_("Letters"))
def read_letters(applicant: Applicant) -> Rows:
    """Every letter with its words."""
    return dump_all(Letter.objects.filter(applicant=applicant).order_by("id"), "key")


@holds("message_settings", title=_("How you want to be told"))
def read_settings(applicant: Applicant) -> Rows:
    """What was chosen about messages."""
    return dump_all(MessageSettings.objects.filter(user_id=applicant.user_id or 0))


@erases
def erase_messages(applicant: Applicant, now: datetime) -> Mapping[str, int]:
    """The choices, the words of every message, and messages that are still on their way."""
    gone, _all = MessageSettings.objects.filter(user_id=applicant.user_id or 0).delete()
    mine = Q(applicant=applicant) | (Q(user=applicant.user) if applicant.user_id else Q(pk__in=[]))
    messages = Message.objects.filter(mine)
    Delivery.objects.filter(message__in=messages, state="PENDING").update(state="SKIPPED", in_digest=False)
    return {"message_settings": gone, "messages": messages.update(subject_text="", body_text="")}
