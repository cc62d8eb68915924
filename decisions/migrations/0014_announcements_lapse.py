"""An announcement may end because nothing confirmed it in time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0013_announcements")]

    operations = [
        migrations.AlterField(
            model_name="announcement",
            name="end",
            field=models.CharField(
                blank=True,
                choices=[
                    ("IN_EFFECT", "in effect"),
                    ("EMPTY", "nothing was left to change"),
                    ("CURED", "put right before the day"),
                    ("CORRECTED", "a later decision took its place"),
                    ("LAPSED", "not confirmed in time"),
                    ("NO_LINE", "there is no line any more"),
                ],
                max_length=9,
            ),
        ),
    ]
