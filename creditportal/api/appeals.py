"""Appealing a decision on behalf of the person it is about."""

from datetime import datetime
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.roles import Scope
from appeals.appealability import check_appealable
from appeals.lodging import lodge_appeal
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from appeals.queries import get_appeal_for, list_appeals_for
from appeals.remedy import confirm_remedy
from appeals.states import Event, Party, Status, allowed_events
from appeals.withdrawing import withdraw_appeal
from core.clock import now
from creditportal.api.description import IDEMPOTENCY_KEY, IF_MATCH, page_of
from creditportal.api.once import do_once
from creditportal.api.outputs import AppealOut
from creditportal.api.paging import PARAMETERS, answer_page
from creditportal.api.preconditions import check_version, version_etag
from creditportal.api.serializers import NewAppeal, RemedyEffect
from creditportal.api.views import Resource
from decisions.queries import get_decision_for

# What a client may do next, by the last part of the address that does it.
_STEPS: Final = {Event.SUBMIT: "submit", Event.WITHDRAW: "withdraw", Event.REMEDY_CONFIRMED: "remedy"}
_RELATED: Final = ("grounds__attachments__document", "remedy")


class DecisionAppeals(Resource):
    """The appeal of one decision."""

    scopes = {"POST": (Scope.APPEALS_WRITE,)}

    @extend_schema(request=NewAppeal, responses={201: AppealOut}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Open an appeal with its grounds and the person's own words, and send it at once if asked to."""
        given = NewAppeal(data=request.data)
        given.is_valid(raise_exception=True)
        moment = now()

        def act() -> Response:
            make = _send if given.validated_data["submit"] else _open
            appeal = make(reference, given.validated_data, by=self.caller, moment=moment)
            return _answer(appeal, self.caller, status=201)

        return do_once(request=request, by=self.caller, route="appeals", act=act, now=moment)


class Appeals(Resource):
    """The appeals in this client's cases."""

    scopes = {"GET": (Scope.APPEALS_READ,)}

    @extend_schema(responses={200: page_of(AppealOut)}, parameters=PARAMETERS, operation_id="list_appeals")
    def get(self, request: Request) -> Response:
        """List appeals, newest first."""
        return answer_page(
            request=request, show=lambda appeal: _show(appeal, self.caller), related=_RELATED,
            read=lambda before, limit: list_appeals_for(by=self.caller, before=before, limit=limit),
        )  # fmt: skip


class OneAppeal(Resource):
    """One appeal in this client's cases."""

    scopes = {"GET": (Scope.APPEALS_READ,)}

    @extend_schema(responses={200: AppealOut})
    def get(self, request: Request, reference: str) -> HttpResponse:
        """Show where an appeal stands; its ETag is needed for the next step."""
        return _answer(get_appeal_for(by=self.caller, reference=reference), self.caller)


class Submission(Resource):
    """Sending a draft."""

    scopes = {"POST": (Scope.APPEALS_WRITE,)}

    @extend_schema(request=None, responses={200: AppealOut}, parameters=[IF_MATCH])
    def post(self, request: Request, reference: str) -> Response:
        """Send the appeal: the clock starts and a person will look at it."""
        appeal = get_appeal_for(by=self.caller, reference=reference)
        version = check_version(request=request, version=appeal.version)
        appeal = submit_appeal(appeal=appeal, expected_version=version, by=self.caller, now=now())
        return _answer(appeal, self.caller)


class Withdrawal(Resource):
    """Taking an appeal back."""

    scopes = {"POST": (Scope.APPEALS_WRITE,)}

    @extend_schema(request=None, responses={200: AppealOut}, parameters=[IF_MATCH])
    def post(self, request: Request, reference: str) -> Response:
        """Take the appeal back; it can be taken up again for some days."""
        appeal = get_appeal_for(by=self.caller, reference=reference)
        version = check_version(request=request, version=appeal.version)
        appeal = withdraw_appeal(appeal=appeal, expected_version=version, by=self.caller, now=now())
        return _answer(appeal, self.caller)


class RemedyConfirmation(Resource):
    """The lender's word that a new result is in effect."""

    scopes = {"POST": (Scope.APPEALS_WRITE,)}

    @extend_schema(
        request=RemedyEffect, responses={200: AppealOut}, parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        operation_id="confirm_remedy",
    )  # fmt: skip
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Confirm that what the ruling gives stands in your books; this closes the appeal."""
        given = RemedyEffect(data=request.data)
        given.is_valid(raise_exception=True)
        moment = now()

        def act() -> Response:
            appeal = get_appeal_for(by=self.caller, reference=reference)
            version = check_version(request=request, version=appeal.version)
            appeal = confirm_remedy(
                appeal=appeal, **given.validated_data, expected_version=version, by=self.caller, now=moment
            )
            return _answer(appeal, self.caller)

        return do_once(request=request, by=self.caller, route="remedy", act=act, now=moment)


def _show(appeal: Appeal, by: Actor) -> Any:
    """An appeal as a client may see it: of the evidence only what the client itself sent."""
    attachments = [one for ground in appeal.grounds.all() for one in ground.attachments.all()]
    appeal.evidence = [one for one in attachments if one.document.uploaded_by == by.code]  # type: ignore[attr-defined]
    steps = allowed_events(status=Status(appeal.status), party=Party.LENDER) & _STEPS.keys()
    appeal.next_steps = sorted(_STEPS[step] for step in steps)  # type: ignore[attr-defined]
    return AppealOut(appeal).data


def _open(reference: str, given: dict[str, Any], *, by: Actor, moment: datetime) -> Appeal:
    """A draft with its grounds and the person's own words."""
    decision = get_decision_for(by=by, reference=reference)
    # A draft that is already there may be the person's own: it is not written over.
    check_appealable(decision=decision, now=moment)
    appeal = open_appeal(decision=decision, by=by, now=moment)
    save_grounds(appeal=appeal, grounds=_grounds(given), expected_version=appeal.version, by=by, now=moment)
    save_statement(
        appeal=appeal, statement=given["statement"], is_urgent=given["is_urgent"],
        expected_version=appeal.version, by=by, now=moment,
    )  # fmt: skip
    return appeal


def _send(reference: str, given: dict[str, Any], *, by: Actor, moment: datetime) -> Appeal:
    """The same, sent at once."""
    made = lodge_appeal(
        decision=reference, grounds=_grounds(given), statement=given["statement"],
        is_urgent=given["is_urgent"], by=by, now=moment,
    )  # fmt: skip
    return get_appeal_for(by=by, reference=made)


def _grounds(given: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {ground["reason"]: (ground["claim"], ground["note"]) for ground in given["grounds"]}


def _answer(appeal: Appeal, by: Actor, *, status: int = 200) -> Response:
    headers = {"ETag": version_etag(appeal.version)}
    if status == 201:
        headers["Location"] = reverse("api:appeal", args=[appeal.reference])
    prefetch_related_objects([appeal], *_RELATED)
    return Response(_show(appeal, by), status=status, headers=headers)
