"""The Django app `accounts`."""

from core.apps import DomainConfig


class AccountsConfig(DomainConfig):
    """Names the app; its tasks register themselves when Django starts."""

    name = "accounts"
    default = True
