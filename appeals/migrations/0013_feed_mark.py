"""How far facts were read for the feeds has a place of its own."""

from django.db import migrations, models

_MOVE = """
INSERT INTO appeals_feedmark (id, upto, is_behind)
SELECT 1, value, true FROM appeals_gauge WHERE board = 'FEEDS' AND name = 'last_fact';
DELETE FROM appeals_gauge WHERE board = 'FEEDS';
"""


class Migration(migrations.Migration):
    """The mark is no gauge any more."""

    dependencies = [
        ("appeals", "0012_sent_once"),
    ]

    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="FeedMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upto", models.PositiveBigIntegerField(default=0)),
                ("is_behind", models.BooleanField(default=True)),
            ],
        ),
        migrations.RunSQL(_MOVE, migrations.RunSQL.noop),
    ]
