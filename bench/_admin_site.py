"""What Django's admin makes of the appeals by itself, with the columns and filters of our queue."""

import os
from typing import Any

import django
from django.urls import path


def main() -> None:
    """Sign in and follow orders."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench._admin_settings"
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from bench._admin_settings import PLAIN_MIDDLEWARE
    from bench._answering import serve

    # Packages of ours insist on middleware of their own when they are loaded; it is not used after that.
    settings.MIDDLEWARE = PLAIN_MIDDLEWARE
    client = Client()
    client.force_login(User.objects.get(email="cleo@example.test"))
    serve(client, {})


def _make() -> list[Any]:
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.http import HttpRequest

    from appeals.models import Appeal

    class Appeals(ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
        list_display = (
            "reference", "status", "decision", "applicant", "is_urgent", "claimed_by", "due_at", "reasons",
        )  # fmt: skip
        list_filter = ("status", "language", "is_urgent", "is_vulnerable")
        search_fields = ("reference", "decision__reference", "applicant__reference")
        list_per_page = 50

        def reasons(self, appeal: Appeal) -> str:
            return ", ".join(ground.code for ground in appeal.grounds.all())

        def has_view_permission(self, request: HttpRequest, obj: Appeal | None = None) -> bool:
            return True

        def has_module_permission(self, request: HttpRequest) -> bool:
            return True

    site = AdminSite(name="admin")
    site.register(Appeal, Appeals)
    return [path("admin/", site.urls)]


if __name__ == "__main__":
    main()
elif os.environ.get("DJANGO_SETTINGS_MODULE") == "bench._admin_settings":
    urlpatterns = _make()
