"""Which engine scored a decision."""

from django.db import migrations


class Migration(migrations.Migration):
    """Which engine scored a decision."""

    dependencies = [("decisions", "0005_promises")]

    operations = []
