"""Versions over HTTP: a strong ETag is the version, and a change must name the one it has seen."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.errors import DomainError, StaleError

_LONGEST: Final = 200
ANY_TAG: Final = "*"


class PreconditionRequiredError(DomainError):
    """A change was asked for without saying which version it is about."""

    code = "precondition-required"
    status = 428
    default_message = _("Send the ETag that you were given as If-Match.")


def version_etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def check_version(*, request: Request, version: int) -> int:
    """Return the version that the caller has seen and that still holds, or raise."""
    header = request.META.get("HTTP_IF_MATCH", "")
    if not header:
        raise PreconditionRequiredError
    if version_etag(version) not in _listed(header):
        raise StaleError
    return version


def seen_tags(meta: Mapping[str, Any]) -> frozenset[str]:
    """The tags of what the caller already holds, for which 304 is enough; `*` stands for any."""
    header = meta.get("HTTP_IF_NONE_MATCH", "")
    if not header:
        return frozenset()
    listed = _listed(header)
    return frozenset(one.removeprefix("W/").strip('"') for one in listed)


def _listed(header: str) -> set[str]:
    return {one.strip() for one in header[:_LONGEST].split(",")}
