"""Sending a file for one reason of an appeal, as a stream that is never held in memory."""

from typing import IO, Any

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Scope
from appeals.attaching import attach_evidence
from appeals.queries import get_appeal_for
from core.clock import now
from core.errors import InputError
from creditportal.api.outputs import EvidenceOut
from creditportal.api.serializers import EvidenceTerms
from creditportal.api.views import Resource

_NAME = OpenApiParameter(
    "Content-Disposition", str, OpenApiParameter.HEADER,
    description="`attachment; filename*=UTF-8''payslip.pdf`: the name that people will see.",
)  # fmt: skip


class StreamParser(BaseParser):
    """Takes any content type and reads nothing: the stream goes to the vault as it comes."""

    media_type = "*/*"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Hand the stream on unread."""
        return stream


class Evidence(Resource):
    """The files for one appeal."""

    scopes = {"POST": (Scope.EVIDENCE_WRITE, Scope.APPEALS_WRITE)}
    parser_classes = [StreamParser]

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY, "application/pdf": OpenApiTypes.BINARY,
                 "image/jpeg": OpenApiTypes.BINARY, "image/png": OpenApiTypes.BINARY},
        responses={201: EvidenceOut},
        parameters=[EvidenceTerms, _NAME],
    )  # fmt: skip
    def post(self, request: Request, reference: str) -> Response:
        """Send one file of at most 10 MB for one reason; the same file again changes nothing."""
        terms = EvidenceTerms(data=request.query_params.dict())
        terms.is_valid(raise_exception=True)
        given = terms.validated_data
        appeal = get_appeal_for(by=self.caller, reference=reference)
        ground = appeal.grounds.filter(code=given["reason"]).first()
        if ground is None:
            raise InputError(fields={"reason": [_("This appeal does not contest that reason.")]})
        attachment = attach_evidence(
            ground=ground, kind=given["kind"], issued_on=given["issued_on"], name=_read_name(request),
            declared_type=(request.content_type or "").partition(";")[0].strip(),
            # The raw stream, past every parser: it is counted, hashed and sealed while it comes.
            upload=request._request, by=self.caller, now=now(),  # noqa: SLF001
        )  # fmt: skip
        return Response(EvidenceOut(attachment).data, status=201)


def _read_name(request: Request) -> str:
    header = request.META.get("HTTP_CONTENT_DISPOSITION", "")
    try:
        _kind, parameters = parse_header_parameters(header[:1000])
    except ValueError as error:
        raise InputError(fields={"Content-Disposition": [_("This header cannot be read.")]}) from error
    return str(parameters.get("filename", "")) or "evidence"
