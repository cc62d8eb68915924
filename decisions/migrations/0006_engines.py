"""Which engine scored a decision: another one has a name and a version of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Which engine scored a decision: another one has a name and a version of its own."""

    dependencies = [("decisions", "0005_promises")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="engine_version",
            field=models.CharField(max_length=60),
        ),
    ]
