"""The Django app `decisions`."""

from core.apps import DomainConfig


class DecisionsConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "decisions"
    default = True
