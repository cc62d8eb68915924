"""The sealed record of an appeal, to keep and to check without us."""

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from appeals.queries import get_appeal_for
from audit.receipts import make_receipt
from core.clock import now
from creditportal.portal.access import PortalRequest, page


@require_safe
@page
def get_receipt(request: PortalRequest, reference: str) -> HttpResponseBase:
    """Every step of one appeal with the proof that it stands in the signed record, as a file."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{appeal.reference}.json"'}
    receipt = make_receipt(appeal.reference, now=now())
    return JsonResponse(receipt, headers=headers, json_dumps_params={"indent": 1})
