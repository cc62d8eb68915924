"""The Django app `outbox`."""

from core.apps import DomainConfig


class OutboxConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "outbox"
    default = True
