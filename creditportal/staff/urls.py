"""The addresses of the staff door."""

from django.urls import URLPattern, URLResolver, include, path

from creditportal.staff.records.index import list_shelves, register_records
from creditportal.staff.site import site

register_records()

workbench: list[URLPattern | URLResolver] = [
    path("records/", list_shelves, name="records"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(([*workbench, *site.get_urls()], "admin"), namespace="admin")),
]
