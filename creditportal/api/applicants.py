"""Registering the persons and firms on whose behalf a partner applies."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.roles import Scope
from applicants.facts import NewFact
from applicants.intake import list_given, list_reported, take_in
from applicants.models import Applicant
from applicants.queries import get_applicant_for
from core.clock import now
from creditportal.api.description import IDEMPOTENCY_KEY
from creditportal.api.once import do_once
from creditportal.api.outputs import ApplicantOut
from creditportal.api.serializers import NewApplicant
from creditportal.api.views import Resource

_SHOWN: Final = ("reference", "kind", "name", "id_number", "phone", "bank_card", "language", "created_at")


class Applicants(Resource):
    """The persons and firms that this client registered."""

    scopes = {"POST": (Scope.APPLICATIONS_WRITE,)}

    @extend_schema(request=NewApplicant, responses={201: ApplicantOut}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> HttpResponse:
        """Register a person or firm with consents and reported facts, all or nothing."""
        given = NewApplicant(data=request.data)
        given.is_valid(raise_exception=True)
        moment = now()
        return do_once(
            request=request, by=self.caller, route="applicants", now=moment,
            act=lambda: _take_in(dict(given.validated_data), by=self.caller, moment=moment),
        )  # fmt: skip


class OneApplicant(Resource):
    """One person or firm that this client registered."""

    scopes = {"GET": (Scope.APPLICATIONS_WRITE,)}

    @extend_schema(responses={200: ApplicantOut})
    def get(self, request: Request, reference: str) -> Response:
        """Show what is registered, with identity masked, and the facts that this client reported."""
        applicant = get_applicant_for(by=self.caller, reference=reference)
        return Response(_show(applicant, by=self.caller))


def _take_in(given: dict[str, Any], *, by: Actor, moment: datetime) -> Response:
    facts = [NewFact(**fact) for fact in given.pop("facts")]
    applicant = take_in(**given, facts=facts, by=by, now=moment)
    place = reverse("api:applicant", args=[applicant.reference])
    return Response(_show(applicant, by=by), status=201, headers={"Location": place})


def _show(applicant: Applicant, *, by: Actor) -> Any:
    shown = {name: getattr(applicant, name) for name in _SHOWN}
    consents = [{"source": row.source.code, "given_at": row.given_at} for row in list_given(applicant)]
    facts = list_reported(applicant=applicant, by=by)
    return ApplicantOut(SimpleNamespace(**shown, consents=consents, facts=facts)).data
