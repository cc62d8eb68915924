"""The Django app `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Names the app."""

    name = "creditportal.portal"
    label = "portal"
