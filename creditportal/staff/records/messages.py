"""Records of messages and of each attempt to deliver them."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from creditportal.staff.code_values import language_name
from creditportal.staff.naming import message_kind
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.columns import column, link_to
from creditportal.staff.wording import CHANNELS
from notifications.models import Delivery, Message


def _channel(code: str) -> str:
    return str(CHANNELS.get(code, code))


class MessageAdmin(RecordAdmin):
    """What was written to whom; the text itself is shown to its reader and on the case page."""

    singular, plural = _("message"), _("messages")
    needs = Permission.SEE_QUEUE
    found_by = ("reference", "about")
    list_select_related = ("applicant",)
    columns = (
        column("reference", _("reference")),
        column("kind", _("kind"), show=message_kind),
        column("about", _("about")),
        link_to("applicant", _("applicant")),
        column("language", _("language"), show=language_name),
        column("created_at", _("written")),
        column("read_at", _("read")),
    )

    def heading_of(self, record: Message) -> str:
        """The reference; what kind it is stands below."""
        return record.reference


class DeliveryAdmin(RecordAdmin):
    """Each message on each channel: attempts, last problem, and trying again."""

    change_form_template = "staff/records/delivery.html"

    singular, plural = _("delivery"), _("deliveries")
    needs = Permission.SEE_QUEUE
    found_by = ("message__reference", "message__about")
    list_filter = ("state",)
    list_select_related = ("message", "message__applicant")
    columns = (
        column("id", _("number")),
        link_to("message", _("message")),
        column("message.kind", _("kind"), show=message_kind),
        column("message.about", _("about")),
        column("channel", _("channel"), show=_channel),
        column("state", _("state")),
        column("attempts", _("attempts")),
        column("last_error", _("last problem")),
        column("next_at", _("next attempt")),
        column("sent_at", _("sent")),
    )

    def heading_of(self, record: Delivery) -> str:
        """Which message goes which way."""
        return f"{record.message.reference} {_channel(record.channel)}"
