"""Applying for credit on behalf of a registered person or firm."""

import hashlib
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.roles import Scope
from applicants.queries import get_applicant_for
from core.clock import now
from creditportal.api.description import IDEMPOTENCY_KEY, page_of
from creditportal.api.once import do_once
from creditportal.api.outputs import ApplicationOut
from creditportal.api.paging import PARAMETERS, answer_page
from creditportal.api.serializers import NewApplication
from creditportal.api.views import Resource
from decisions.applying import submit_application
from decisions.models import Application, Decision
from decisions.queries import get_application_for, list_applications_for

_NEWEST: Final = Prefetch(
    "decisions", Decision.objects.only("application_id", "reference").order_by("-id"), to_attr="newest_first"
)


class Applications(Resource):
    """The applications that this client sent."""

    scopes = {"POST": (Scope.APPLICATIONS_WRITE,), "GET": (Scope.DECISIONS_READ,)}

    @extend_schema(request=NewApplication, responses={201: ApplicationOut}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> HttpResponse:
        """Send an application; it is decided within seconds, and `decision` is filled in then."""
        given = NewApplication(data=request.data)
        given.is_valid(raise_exception=True)
        moment = now()
        return do_once(
            request=request, by=self.caller, route="applications", now=moment,
            act=lambda: _submit(
                dict(given.validated_data), key=request.META["HTTP_IDEMPOTENCY_KEY"],
                by=self.caller, moment=moment,
            ),
        )  # fmt: skip

    @extend_schema(
        responses={200: page_of(ApplicationOut)}, parameters=PARAMETERS, operation_id="list_applications"
    )
    def get(self, request: Request) -> Response:
        """List applications, newest first."""
        return answer_page(
            request=request, show=_show_one, related=[_NEWEST],
            read=lambda before, limit: list_applications_for(by=self.caller, before=before, limit=limit),
        )  # fmt: skip


class OneApplication(Resource):
    """One application that this client sent."""

    scopes = {"GET": (Scope.DECISIONS_READ,)}

    @extend_schema(responses={200: ApplicationOut})
    def get(self, request: Request, reference: str) -> Response:
        """Show where an application stands."""
        return Response(_show(get_application_for(by=self.caller, reference=reference)))


def _submit(given: dict[str, Any], *, key: str, by: Actor, moment: datetime) -> Response:
    applicant = get_applicant_for(by=by, reference=given.pop("applicant"))
    application = submit_application(
        applicant=applicant,
        **given,
        client_id=by.id,
        submission_key=_submission_key(key, by),
        by=by,
        now=moment,
    )
    place = reverse("api:application", args=[application.reference])
    return Response(_show(application), status=201, headers={"Location": place})


def _submission_key(key: str, by: Actor) -> str:
    """The key under which the domain knows this submission; two clients never meet in one."""
    return "api:" + hashlib.sha256(f"{by.id}\x00{key}".encode()).hexdigest()


def _show(application: Application) -> Any:
    prefetch_related_objects([application], _NEWEST)
    return _show_one(application)


def _show_one(application: Application) -> Any:
    newest = application.newest_first[0].reference if application.newest_first else None  # type: ignore[attr-defined]
    application.decision = newest  # type: ignore[attr-defined]
    return ApplicationOut(application).data
