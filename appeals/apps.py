"""The Django app `appeals`."""

from core.apps import DomainConfig


class AppealsConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "appeals"
    default = True
