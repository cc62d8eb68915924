"""Queue at scale."""

from django.db import migrations


class Migration(migrations.Migration):
    """Queue at scale."""

    dependencies = [("appeals", "0004_guards_by_index")]
    operations: list[migrations.operations.base.Operation] = []
