"""Queue at scale: indexes of what is open, and the service clock in the summaries."""

from django.db import migrations, models
from django.db.models import F, Q

_ON_A_DESK = ["IN_REVIEW", "INFO_REQUESTED", "WAITING_THIRD_PARTY"]
_UNDECIDED = ["SUBMITTED", "SCREENING", "QUEUED", *_ON_A_DESK, "PROPOSED"]


class Migration(migrations.Migration):
    """Queue at scale."""

    dependencies = [("appeals", "0004_guards_by_index")]
    operations = [
        migrations.RemoveIndex(model_name="appeal", name="appeals_desk"),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                fields=["claimed_by", "due_at", "id"],
                include=["status"],
                condition=Q(status__in=_ON_A_DESK),
                name="appeals_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                fields=["due_at", "id"],
                include=["status", "language", "is_urgent", "is_vulnerable", "tier"],
                condition=Q(status__in=_UNDECIDED),
                name="appeals_undecided",
            ),
        ),
        migrations.AlterField(
            model_name="tally",
            name="in_time",
            field=models.PositiveIntegerField(default=0, help_text="decided by the legal day"),
        ),
        migrations.AddField(
            model_name="tally",
            name="in_target",
            field=models.PositiveIntegerField(
                default=0, help_text="decided by the day that we set ourselves"
            ),
        ),
        migrations.RemoveConstraint(model_name="tally", name="appeals_tally_adds_up"),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=Q(
                    in_target__lte=F("decided"), in_time__lte=F("decided"), overturned__lte=F("decided")
                ),
                name="appeals_tally_adds_up",
            ),
        ),
    ]
