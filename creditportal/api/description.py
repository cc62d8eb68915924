"""The OpenAPI description: how to get a token, what an error looks like, and the page that shows it all."""

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers

from accounts.roles import Scope

TOKEN_URL: Final = "/identity/o/api/token"  # noqa: S105 - an address
_HEADER: Final = OpenApiParameter.HEADER
IDEMPOTENCY_KEY: Final = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,200}$"}, _HEADER, required=True,
    description="New for each request; the same key and body again give the first answer again, for 30 days.",
)  # fmt: skip
IF_MATCH: Final = OpenApiParameter(
    "If-Match", str, _HEADER, required=True, description="The ETag you were given."
)
IF_NONE_MATCH: Final = OpenApiParameter(
    "If-None-Match", str, _HEADER, description="The ETag you already hold."
)
# The explanation is stored as a document; its parts are described in the API guide.
EXPLANATION: Final = inline_serializer(
    "Explanation",
    {
        "reference": serializers.CharField(),
        "kind": serializers.CharField(),
        "language": serializers.CharField(),
        "outcome": serializers.DictField(),
        "reasons": serializers.ListField(child=serializers.DictField()),
        "score": serializers.DictField(),
        "rules": serializers.ListField(child=serializers.DictField()),
    },
)
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string", "description": "For people, in the language of Accept-Language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_METHODS: Final = ("get", "post", "put", "patch", "delete")


class ClientCredentials(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token that every call needs."""

    target_class = "creditportal.api.authentication.ClientAuthentication"
    name = "clientCredentials"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """OAuth 2 client credentials with the scopes there are."""
        flow = {"tokenUrl": TOKEN_URL, "scopes": {scope.value: "" for scope in Scope}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """The scopes that this view names for this method."""
        return {self.name: [scope.value for scope in auto_schema.view.scopes.get(auto_schema.method, ())]}


def page_of(item: type[serializers.Serializer[Any]]) -> Any:
    """Describe a page of these items."""
    name = item.__name__.removesuffix("Out")
    cursor = serializers.CharField(allow_null=True)
    return inline_serializer(f"{name}Page", {"items": item(many=True), "next": cursor})


def only_version_one(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Leave out everything but the resources of version 1."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Say of every operation that its errors are problem documents."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    problem = {"description": "A problem document.", "content": {"application/problem+json": reference}}
    for path in result["paths"].values():
        for method in _METHODS:
            if method in path:
                path[method]["responses"]["default"] = problem
    return result


class Schema(SpectacularAPIView):
    """The description itself, for programs."""


class Docs(SpectacularSwaggerSplitView):
    """The description as a page; its script has an address of its own, as the site's policy asks."""

    url_name = "api:schema"
    template_name = "api/docs.html"
