"""Registering the persons and firms on whose behalf a partner applies."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.roles import Scope
from applicants.consents import give_consent, list_consents
from applicants.facts import get_sheet, record_facts
from applicants.models import Applicant, ApplicantKind
from applicants.queries import get_applicant_for
from applicants.registering import register_firm, register_person
from applicants.verifying import verify_identity
from core.clock import now
from creditportal.api.description import IDEMPOTENCY_KEY
from creditportal.api.once import do_once
from creditportal.api.outputs import ApplicantOut
from creditportal.api.serializers import NewApplicant
from creditportal.api.views import Resource


class Applicants(Resource):
    """The persons and firms that this client registered."""

    scopes = {"POST": Scope.APPLICATIONS_WRITE}

    @extend_schema(request=NewApplicant, responses={201: ApplicantOut}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> HttpResponse:
        """Register a person or firm with consents and reported facts, all or nothing."""
        given = NewApplicant(data=request.data)
        given.is_valid(raise_exception=True)
        moment = now()

        def act() -> Response:
            applicant = _register(given.validated_data, by=request.auth, moment=moment)
            place = reverse("api:applicant", args=[applicant.reference])
            return Response(_show(applicant), status=201, headers={"Location": place})

        return do_once(request=request, route="applicants", act=act, now=moment)


class OneApplicant(Resource):
    """One person or firm that this client registered."""

    scopes = {"GET": Scope.APPLICATIONS_WRITE}

    @extend_schema(responses={200: ApplicantOut})
    def get(self, request: Request, reference: str) -> Response:
        """Show what is registered, with identity masked."""
        return Response(_show(get_applicant_for(by=request.auth, reference=reference)))


def _register(given: dict[str, Any], *, by: Actor, moment: datetime) -> Applicant:
    is_firm = given["kind"] == ApplicantKind.FIRM
    register = register_firm if is_firm else register_person
    applicant = register(
        name=given["name"], id_number=given["id_number"], phone=given["phone"], bank_card=given["bank_card"],
        language=given["language"], client_id=by.id, by=by, now=moment,
    )  # fmt: skip
    for source in dict.fromkeys(given["consents"]):
        give_consent(applicant=applicant, source=source, by=by, now=moment)
    record_facts(
        [{**fact, "applicant": applicant, "detail": fact.get("detail", {})} for fact in given["facts"]],
        by=by, now=moment,
    )  # fmt: skip
    verify_identity(applicant=applicant, by=by, now=moment)
    return applicant


def _show(applicant: Applicant) -> Any:
    sheet = get_sheet(applicant)
    facts = [{"characteristic": name, **fact} for name, fact in sorted(sheet.items())]
    consents = [consent for consent in list_consents(applicant) if consent.withdrawn_at is None]
    fields = {name: getattr(applicant, name) for name in _SHOWN}
    return ApplicantOut(SimpleNamespace(**fields, facts=facts, consents=consents)).data


_SHOWN = ("reference", "kind", "name", "id_number", "phone", "bank_card", "language", "created_at")
