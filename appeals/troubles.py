"""Silent failures: appeals behind which a step gave up or a message could not be delivered."""

from django.db.models import QuerySet

from appeals.models import Attachment
from notifications.models import Delivery, DeliveryState
from outbox.models import Outbox, State


def references_in_trouble() -> QuerySet[Outbox, str]:
    """References of appeals that wait for a person because something did not work, as one sub-query."""
    gave_up = Outbox.objects.filter(state=State.DEAD).order_by().values_list("subject", flat=True)
    unheard = Delivery.objects.filter(state=DeliveryState.FAILED).order_by()
    papers = Attachment.objects.filter(document__reference__in=gave_up)
    return gave_up.union(
        unheard.values_list("message__about", flat=True),
        papers.values_list("ground__appeal__reference", flat=True),
    )
