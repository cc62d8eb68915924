"""What a client may do: its token's scopes, asked per method before the body is read."""

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actors import Actor
from accounts.roles import Scope


class ScopeMissingError(PermissionDenied):
    """The client is known, but its token lacks the scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope
        self.auth_header = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'


class HasScope(BasePermission):
    """Whether the token carries the scopes that the view names for this method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse a caller without a token, and name the scope that a token lacks."""
        client = request.auth
        if not isinstance(client, Actor):
            return False
        for needed in view.scopes.get(request.method, ()):
            if not client.has_scope(needed):
                raise ScopeMissingError(needed)
        return True
