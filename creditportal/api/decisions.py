"""Reading decisions and why they came about."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Scope
from core.clock import now
from core.errors import InputError
from creditportal.api.description import EXPLANATION, IF_NONE_MATCH, page_of
from creditportal.api.explanations import answer_reading, read_at_once
from creditportal.api.outputs import DecisionOut
from creditportal.api.paging import PARAMETERS, answer_page
from creditportal.api.preconditions import seen_tags
from creditportal.api.serializers import LANGUAGES
from creditportal.api.views import Resource
from decisions.models import Decision
from decisions.queries import get_decision_for, list_decisions_for, record_access
from decisions.reading import read_explanation_as

_LANGUAGE = OpenApiParameter("lang", str, enum=[code for code, _name in LANGUAGES])


class Decisions(Resource):
    """The decisions about this client's applications."""

    scopes = {"GET": (Scope.DECISIONS_READ,)}

    @extend_schema(
        responses={200: page_of(DecisionOut)}, parameters=PARAMETERS, operation_id="list_decisions"
    )
    def get(self, request: Request) -> Response:
        """List decisions, newest first."""
        return answer_page(
            request=request, show=_show, related=["supersedes"],
            read=lambda before, limit: list_decisions_for(by=self.caller, before=before, limit=limit),
        )  # fmt: skip


class OneDecision(Resource):
    """One decision about this client's application."""

    scopes = {"GET": (Scope.DECISIONS_READ,)}

    @extend_schema(responses={200: DecisionOut})
    def get(self, request: Request, reference: str) -> Response:
        """Show the outcome of a decision; the look at it is recorded."""
        decision = get_decision_for(by=self.caller, reference=reference)
        record_access(decision=decision, by=self.caller, now=now())
        return Response(_show(decision))


class Explanation(Resource):
    """Why a decision came out as it did; nearly every read is answered by `read_at_once`."""

    scopes = {"GET": (Scope.DECISIONS_READ,)}

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The short way where it leads to an answer, else the way of every resource."""
        usual = super().as_view(**initkwargs)

        @wraps(usual)
        def view(request: HttpRequest, reference: str) -> HttpResponse:
            answer: HttpResponse = read_at_once(request, reference) or usual(request, reference=reference)
            return answer

        return view

    @extend_schema(
        responses={200: EXPLANATION, 304: None},
        parameters=[_LANGUAGE, IF_NONE_MATCH],
        operation_id="explanation",
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """Give the whole explanation in one language, as it was frozen; the look at it is recorded."""
        language, held = _chosen_language(request), seen_tags(request.META)
        read = read_explanation_as(
            by=self.caller, reference=reference, language=language, held=held, now=now()
        )
        return answer_reading(read, language, held)


def _chosen_language(request: Request) -> str:
    known = [code for code, _name in LANGUAGES]
    chosen = request.query_params.get("lang") or get_language()
    if chosen not in known:
        raise InputError(fields={"lang": [_("Choose one of: %(choices)s.") % {"choices": ", ".join(known)}]})
    return chosen


def _show(decision: Decision) -> Any:
    return DecisionOut(decision).data
