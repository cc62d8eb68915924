"""What we asked for in an appeal, and answering it on behalf of the person."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Scope
from appeals.answering import answer_item, list_requests
from appeals.answering_with_papers import answer_with_kept_paper
from appeals.models import ItemState, RequestKind, RequestState
from appeals.models import Request as Asked
from appeals.queries import get_appeal_for
from core.clock import now
from core.errors import NotFoundError
from creditportal.api.outputs import Out
from creditportal.api.serializers import Strict, Text
from creditportal.api.views import Resource
from evidence.queries import get_document_for


class ItemAnswer(Strict):
    """Words, a file that was sent before, or that it cannot be had."""

    answer = Text(max_length=2000, required=False, allow_blank=True, default="")
    evidence = Text(max_length=20, required=False, allow_blank=True, default="")
    cannot = serializers.BooleanField(default=False)


class ItemOut(Out):
    """One thing that was asked for; what the person answered stays with the lender."""

    position = serializers.IntegerField()
    text = serializers.CharField()
    evidence_kind = serializers.CharField()
    state = serializers.ChoiceField(choices=ItemState.choices)
    state_label = serializers.CharField(source="get_state_display")
    evidence = serializers.CharField(source="document.reference", allow_null=True, default=None)


class RequestOut(Out):
    """A request of one side of an appeal, and what came of it."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    kind_label = serializers.CharField(source="get_kind_display")
    state = serializers.ChoiceField(choices=RequestState.choices)
    state_label = serializers.CharField(source="get_state_display")
    due_on = serializers.DateField(allow_null=True)
    asked_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    items = ItemOut(source="items.all", many=True)


class RequestsOut(Out):
    """Everything that was asked in one appeal, oldest first."""

    items = RequestOut(many=True)


class AppealRequests(Resource):
    """What was asked in one appeal."""

    scopes = {"GET": (Scope.APPEALS_READ,)}

    @extend_schema(responses={200: RequestsOut}, operation_id="list_appeal_requests")
    def get(self, request: Request, reference: str) -> Response:
        """List what was asked, by whichever side, with each thing and its state."""
        appeal = get_appeal_for(by=self.caller, reference=reference)
        return Response(RequestsOut({"items": list_requests(appeal)}).data)


class ItemAnswers(Resource):
    """Answering one thing that was asked for."""

    scopes = {"POST": (Scope.APPEALS_WRITE,)}

    @extend_schema(request=ItemAnswer, responses={200: RequestOut})
    def post(self, request: Request, reference: str, asked: str, position: int) -> Response:
        """Answer one thing; the last answer lets the review go on, and the same answer again is fine."""
        given = ItemAnswer(data=request.data)
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = given.validated_data
        appeal = get_appeal_for(by=self.caller, reference=reference)
        row = Asked.objects.filter(appeal=appeal, reference=asked).first()
        item = row.items.filter(position=position).first() if row is not None else None
        if row is None or item is None:
            raise NotFoundError
        row.appeal, item.request = appeal, row
        if data["evidence"]:
            kept = get_document_for(by=self.caller, reference=data["evidence"])
            answered = answer_with_kept_paper(
                item=item, answer=data["answer"], document=kept, by=self.caller, now=now()
            )
        else:
            answered = answer_item(
                item=item, answer=data["answer"], cannot=data["cannot"], by=self.caller, now=now()
            )
        return Response(RequestOut(answered).data)
