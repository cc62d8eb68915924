"""The Django app `notifications`."""

from core.apps import DomainConfig


class NotificationsConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "notifications"
    default = True
