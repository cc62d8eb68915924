"""The Django app `staff`."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Names the app."""

    name = "creditportal.staff"
    label = "staff"
