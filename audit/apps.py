"""The Django app `audit`."""

from core.apps import DomainConfig


class AuditConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "audit"
    default = True
