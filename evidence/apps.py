"""The Django app `evidence`."""

from core.apps import DomainConfig


class EvidenceConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "evidence"
    default = True
