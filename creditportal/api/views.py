"""What every resource of the API has in common."""

from typing import Any, ClassVar, cast

from django.http import HttpRequest
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.roles import Scope
from creditportal.api.authentication import ClientAuthentication
from creditportal.api.parsing import StrictJSONParser
from creditportal.api.permissions import HasScope
from creditportal.api.throttling import ClientThrottle


class Resource(APIView):
    """A resource that machine clients reach: token, then scope, then rate, and only then the body."""

    authentication_classes = [ClientAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [ClientThrottle]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    metadata_class = None
    scopes: ClassVar[dict[str, tuple[Scope, ...]]] = {}

    @property
    def caller(self) -> Actor:
        """The machine client that calls; there is always one once the token was read."""
        return cast("Actor", self.request.auth)


class Nothing(APIView):
    """Any other address below /api/: a problem document instead of a page."""

    authentication_classes = []
    permission_classes = []
    renderer_classes = [JSONRenderer]
    metadata_class = None
    schema = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Answer 404 whatever the method."""
        raise NotFound

    def get(self, request: HttpRequest) -> Response:
        """Never reached."""
        raise NotFound
