"""The Django app of the project itself: it has commands and no tables."""

from importlib import import_module

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Names the app and makes the project's Celery application the current one."""

    name = "creditportal"

    def ready(self) -> None:
        """Load the Celery application, so that tasks find their broker in every process."""
        import_module("creditportal.celery")
