"""The Django app `applicants`."""

from core.apps import DomainConfig


class ApplicantsConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "applicants"
    default = True
