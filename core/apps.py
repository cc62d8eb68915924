"""The Django app `core`, and how the other apps start."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class DomainConfig(AppConfig):
    """An app of the domain: its `tasks` module, if there is one, is imported once Django is ready."""

    def ready(self) -> None:
        """Import `tasks`, where the app registers its handlers."""
        if find_spec(f"{self.name}.tasks") is not None:
            import_module(f"{self.name}.tasks")


class CoreConfig(AppConfig):
    """Names the app."""

    name = "core"
    default = True
