"""The day since which a partner's remedy is in effect."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Remedy callback."""

    dependencies = [("appeals", "0005_queue_at_scale")]
    operations: list[migrations.operations.base.Operation] = [
        migrations.AddField(
            model_name="remedy",
            name="effective_on",
            field=models.DateField(blank=True, help_text="the day the partner names", null=True),
        ),
    ]
