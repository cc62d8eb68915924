"""Every catalogue and the policy, read and checked once per run and then only put back."""

from django.db import models

from core.models import CatalogueVersion
from creditportal.catalogues import load_catalogues
from decisions.models import PolicyVersion
from tests.people import NOW

_rows: list[models.Model] = []


def load_everything() -> None:
    """What `manage.py load_catalogues` stores; keys stay the same, so that nothing is compiled twice."""
    if not _rows:
        load_catalogues(now=NOW)
        _rows.extend([*CatalogueVersion.objects.order_by("pk"), *PolicyVersion.objects.order_by("pk")])
        return
    for row in _rows:
        row.save_base(raw=True, force_insert=True)
