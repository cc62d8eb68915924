"""Routes to another result, plans kept as promises, and what-if, for the decisions of a partner's clients."""

from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.roles import Scope
from core.catalogues import pinned_catalogues
from core.clock import now
from core.errors import InputError
from creditportal.api.description import IDEMPOTENCY_KEY
from creditportal.api.once import do_once
from creditportal.api.route_schemas import NewPromise, NewWhatIf, PromiseOut, RoutesOut, WhatIfOut
from creditportal.api.serializers import LANGUAGES
from creditportal.api.trying import answer_at_once
from creditportal.api.views import Resource
from decisions.models import Promise
from decisions.promise_words import describe_promise
from decisions.promises import get_promise_for, save_promise
from decisions.queries import get_decision_for, record_access
from decisions.route_words import describe_routes
from decisions.routes import find_routes_for
from decisions.trying import remember
from decisions.what_if import what_if
from decisions.what_if_words import describe_what_if

_LANGUAGE: Final = OpenApiParameter("lang", str, enum=[code for code, _name in LANGUAGES])


class DecisionRoutes(Resource):
    """What would change a decision about this client's application."""

    scopes = {"GET": (Scope.DECISIONS_READ,)}

    @extend_schema(responses={200: RoutesOut}, parameters=[_LANGUAGE], operation_id="decision_routes")
    def get(self, request: Request, reference: str) -> Response:
        """Give up to three different routes, or the proof that there is none; the look is recorded."""
        moment = now()
        decision = get_decision_for(by=self.caller, reference=reference)
        found = find_routes_for(decision=decision, now=moment)
        record_access(decision=decision, by=self.caller, now=moment)
        return Response(RoutesOut(describe_routes(routes=found, language=_language(request))).data)


class DecisionPromises(Resource):
    """Keeping one of the routes as a promise."""

    scopes = {"POST": (Scope.APPLICATIONS_WRITE,)}

    @extend_schema(
        request=NewPromise, responses={201: PromiseOut}, parameters=[IDEMPOTENCY_KEY],
        operation_id="save_promise",
    )  # fmt: skip
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Save a route as a plan; it is honoured by the rules of today until its day."""
        given = NewPromise(data=request.data)
        given.is_valid(raise_exception=True)
        return do_once(
            request=request, by=self.caller, route="promises", now=now(),
            act=lambda: _save(reference, given.validated_data["route"], self.caller),
        )  # fmt: skip


class OnePromise(Resource):
    """One plan that was saved for this client's application."""

    scopes = {"GET": (Scope.DECISIONS_READ,)}

    @extend_schema(responses={200: PromiseOut}, operation_id="promise")
    def get(self, request: Request, reference: str) -> Response:
        """Show what is done, what is open, and until when the plan is honoured."""
        return Response(_show(get_promise_for(by=self.caller, reference=reference)))


class DecisionWhatIf(Resource):
    """The exact result for other values of what the person can change; see `answer_at_once` too."""

    scopes = {"POST": (Scope.DECISIONS_READ,)}

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The short way where it leads to an answer, else the way of every resource."""
        usual = super().as_view(**initkwargs)

        @wraps(usual)
        def view(request: HttpRequest, reference: str) -> HttpResponse:
            answer: HttpResponse = answer_at_once(request, reference) or usual(request, reference=reference)
            return answer

        return view

    @extend_schema(request=NewWhatIf, responses={200: WhatIfOut}, operation_id="what_if")
    def post(self, request: Request, reference: str) -> Response:
        """Try other values; nothing is stored, and a day has so many tries."""
        given = NewWhatIf(data=request.data)
        given.is_valid(raise_exception=True)
        decision = get_decision_for(by=self.caller, reference=reference)
        changes = given.validated_data["changes"]
        language = get_language() or "zh-hans"
        with pinned_catalogues():
            result = what_if(decision=decision, changes=changes, by=self.caller, now=now())
            shown = describe_what_if(decision=decision, result=result, language=language)
        remember(decision)
        return Response(WhatIfOut(shown).data)


def _language(request: Request) -> str:
    known = [code for code, _name in LANGUAGES]
    chosen = request.query_params.get("lang") or get_language() or "zh-hans"
    if chosen not in known:
        raise InputError(fields={"lang": [_("Choose one of: %(choices)s.") % {"choices": ", ".join(known)}]})
    return chosen


def _save(reference: str, route: str, by: Actor) -> Response:
    decision = get_decision_for(by=by, reference=reference)
    promise = save_promise(decision=decision, route_key=route, by=by, now=now())
    place = reverse("api:promise", args=[promise.reference])
    return Response(_show(promise), status=201, headers={"Location": place})


def _show(promise: Promise) -> Any:
    language = get_language() or "zh-hans"
    return PromiseOut(describe_promise(promise=promise, language=language, now=now())).data
