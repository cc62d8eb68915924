"""How an explanation is usually served: nested serializers over the tables, a page from its templates."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.clients import find_by_token
from applicants.models import Applicant
from core.clock import now
from creditportal.portal.explaining import arrange
from decisions.explaining import render
from decisions.explanation_material import get_material
from decisions.models import Application, Decision, DecisionAccess, DecisionReason, PolicyVersion


class _Token(BaseAuthentication):
    def authenticate(self, request: Request) -> Any:
        client = find_by_token(value=request.META["HTTP_AUTHORIZATION"].partition(" ")[2], now=now())
        if client is None:
            raise AuthenticationFailed
        return None, client


class _Applicant(serializers.ModelSerializer[Any]):
    class Meta:
        model = Applicant
        fields = ("reference", "kind", "language", "jurisdiction")


class _Application(serializers.ModelSerializer[Any]):
    applicant = _Applicant()

    class Meta:
        model = Application
        exclude = ("id",)


class _Reason(serializers.ModelSerializer[Any]):
    class Meta:
        model = DecisionReason
        fields = ("position", "code", "parameters", "tag")


class _Policy(serializers.ModelSerializer[Any]):
    class Meta:
        model = PolicyVersion
        fields = ("version", "content_hash", "state")


class _Explanation(serializers.ModelSerializer[Any]):
    """Every part looked up and worded again at each read."""

    application = _Application()
    applicant = _Applicant()
    policy = _Policy()
    reasons = _Reason(many=True)
    explanation = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = (
            "reference", "kind", "outcome", "score", "application", "applicant", "policy", "reasons",
            "explanation",
        )  # fmt: skip

    def get_explanation(self, decision: Decision) -> Any:
        return render(decision, get_material(decision, "en"))


class Explanation(APIView):
    """A decision by its reference, as its serializers word it."""

    authentication_classes = [_Token]
    permission_classes = []

    def get(self, request: Request, reference: str) -> Response:
        """Look everything up and serialize it."""
        caller: Any = request.auth
        decision = Decision.objects.get(reference=reference, application__client_id=caller.id)
        DecisionAccess.objects.create(decision=decision, actor=caller.code, at=now())
        return Response(_Explanation(decision).data)


def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of a decision, from its templates at each read."""
    user: Any = request.user
    decision = Decision.objects.get(reference=reference, applicant__user=user)
    DecisionAccess.objects.create(decision=decision, actor=f"user:{request.user.pk}", at=now())
    document = render(decision, get_material(decision, "en"))
    context = {**arrange(document), "may_appeal": True, "may_change": True}
    return HttpResponse(render_to_string("portal/decision.html", context, request))


urlpatterns = [
    path("api/v1/decisions/<str:reference>/explanation", Explanation.as_view()),
    path("decisions/<reference>/", page),
    path("", include("creditportal.urls")),
]
