"""manage.py renew_field_keys: seal every encrypted value with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand

from core.renewing import list_encrypted_fields, renew_field


class Command(BaseCommand):
    """Run it after putting a new key first in FIELD_KEYS; afterwards the old key can go."""

    help = "Seal every encrypted value with the first key of FIELD_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Renew and report."""
        for field in list_encrypted_fields():
            self.stdout.write(f"{field.place}: {renew_field(field)} values renewed")
