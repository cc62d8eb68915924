"""Changes of lines that a run announced."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0012_early_warnings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("effective_on", models.DateField()),
                (
                    "sheet_version",
                    models.PositiveIntegerField(help_text="the facts that were looked at last"),
                ),
                ("looked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("IN_EFFECT", "in effect"),
                            ("EMPTY", "nothing was left to change"),
                            ("CURED", "put right before the day"),
                            ("CORRECTED", "a later decision took its place"),
                            ("NO_LINE", "there is no line any more"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcement",
                        to="decisions.decision",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="decisions.line",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["looked_at"],
                        name="decisions_announced_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("line",),
                        name="decisions_one_open_announcement",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("ended_at", None)),
                            models.Q(("ended_at__isnull", False), models.Q(("end", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="decisions_announcement_end",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8d6698836fb3eda1b9f91e899e24d8c3ab690a3e",
                    operation="DELETE",
                    pgid="pgtrigger_kept_a55af",
                    table="decisions_announcement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ended_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="da9ce4cca1b31eeaee005fc28de917d8e37495d1",
                    operation="UPDATE",
                    pgid="pgtrigger_ended_stays_69865",
                    table="decisions_announcement",
                    when="BEFORE",
                ),
            ),
        ),
    ]
