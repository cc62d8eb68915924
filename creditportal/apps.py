"""The Django app of the project itself: it has commands and no tables."""

from importlib import import_module

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Names the app and makes the project's Celery application the current one."""

    name = "creditportal"

    def ready(self) -> None:
        """Let every process know its broker: tasks use the application that was loaded last."""
        import_module("creditportal.celery")
