"""The end of our own target day, kept for counting what is open and past it."""

from django.db import migrations, models
from django.db.models import F, Q

_OPEN = ["SUBMITTED", "SCREENING", "QUEUED", "IN_REVIEW", "INFO_REQUESTED", "WAITING_THIRD_PARTY", "PROPOSED"]


def _have_clocks_read(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Whoever reads the clocks keeps the day; have that done for what is open."""
    appeals = apps.get_model("appeals", "Appeal").objects
    appeals.filter(status__in=_OPEN, remind_at__gt=F("submitted_at")).update(remind_at=F("submitted_at"))


class Migration(migrations.Migration):
    """Target day."""

    dependencies = [("appeals", "0006_remedy_callback")]
    operations: list[migrations.operations.base.Operation] = [
        migrations.AddField(
            model_name="appeal",
            name="target_at",
            field=models.DateTimeField(
                blank=True,
                help_text="end of our own target day; empty while it stands still before that",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(condition=Q(("status__in", _OPEN)), fields=["target_at"], name="appeals_target"),
        ),
        migrations.RunPython(_have_clocks_read, migrations.RunPython.noop),
    ]
