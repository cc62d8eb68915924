"""A partner may name its own reference of what it put into effect."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The reference stands with the remedy."""

    dependencies = [
        ("appeals", "0016_waiting_papers"),
    ]

    operations: list[migrations.operations.base.Operation] = [
        migrations.AddField(
            model_name="remedy",
            name="booked_as",
            field=models.CharField(blank=True, default="", help_text="the partner's own reference of it", max_length=64),
            preserve_default=False,
        ),
    ]
