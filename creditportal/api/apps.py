"""The Django app `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Names the app."""

    name = "creditportal.api"
    label = "api"
