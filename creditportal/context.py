"""What every template may know about the installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, Any]:
    """Whether the page shows sample data, and whether staff sign in without a second factor."""
    return {"is_demo": settings.DEMO, "is_staff_mfa_required": settings.STAFF_MFA_REQUIRED}
