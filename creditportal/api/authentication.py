"""Who calls: a machine client with an access token in its Authorization header, and nobody else."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actors import Actor
from accounts.clients import find_by_token
from core.clock import now


def bearer_token(meta: Mapping[str, Any]) -> str | None:
    """Return the token of the Authorization header, or None without one."""
    scheme, _, value = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


class TokenNotValidError(AuthenticationFailed):
    """The token is unknown, ended or taken back."""

    auth_header: ClassVar[str] = 'Bearer realm="api", error="invalid_token"'


class ClientAuthentication(BaseAuthentication):
    """Reads the bearer token before anything of the body; `request.auth` is the client as an actor."""

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        """Return the client, nothing without a bearer token, or raise for one that is not valid."""
        token = bearer_token(request.META)
        if token is None:
            return None
        client = find_by_token(value=token, now=now())
        if client is None:
            raise TokenNotValidError
        return None, client

    def authenticate_header(self, request: Request) -> str:
        """Tell a caller without a token how to bring one."""
        return 'Bearer realm="api"'
