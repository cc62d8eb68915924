"""When and by which way a person wants to be told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """When and by which way a person wants to be told."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("notifications", "0002_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageSettings",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="message_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("NEVER", "each e-mail at once"),
                            ("DAILY", "once a day, in the morning"),
                            ("WEEKLY", "once a week, on Monday morning"),
                        ],
                        default="NEVER",
                        max_length=8,
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                (
                    "switched_off",
                    models.JSONField(
                        blank=True, default=list, help_text="KIND:CHANNEL, never a legal notice"
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="in_digest",
            field=models.BooleanField(default=False, help_text="waits to be sent together with others"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("in_digest", True), ("state", "PENDING")),
                fields=["next_at"],
                name="notifications_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                    _connector="OR",
                ),
                name="notifications_quiet_both",
            ),
        ),
    ]
