"""The Django app `core`, and how the other apps start."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class DomainConfig(AppConfig):
    """An app of the domain: its `tasks` and `holding` modules, if any, are imported once Django is ready."""

    def ready(self) -> None:
        """Import `tasks`, where the app registers handlers, and `holding`, where it says what it holds."""
        for name in ("tasks", "holding"):
            if find_spec(f"{self.name}.{name}") is not None:
                import_module(f"{self.name}.{name}")


class CoreConfig(AppConfig):
    """Names the app."""

    name = "core"
    default = True
