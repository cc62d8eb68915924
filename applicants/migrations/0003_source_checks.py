"""What the sources of disputed records reply; a source's own correction needs no person."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What the sources of disputed records reply; a source's own correction needs no person."""

    dependencies = [("applicants", "0002_related_people")]

    operations = [
        migrations.CreateModel(
            name="SourceCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("ask_at", models.DateTimeField(blank=True, help_text="when to ask again", null=True)),
                (
                    "reply",
                    models.CharField(
                        choices=[
                            ("SILENT", "no answer yet"),
                            ("CONFIRMED", "the source stands by the record"),
                            ("CORRECTED", "the source corrected the record"),
                            ("UNUSABLE", "the source answered something that cannot be"),
                        ],
                        default="SILENT",
                        max_length=10,
                    ),
                ),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "told_at",
                    models.DateTimeField(blank=True, help_text="when we told of the silence", null=True),
                ),
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="source_check",
                        to="applicants.dispute",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("reply", "SILENT")), fields=["ask_at"], name="applicants_source_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("replied_at__isnull", True), ("reply", "SILENT"))
                        | Q(
                            Q(("reply", "SILENT"), _negated=True),
                            ("ask_at__isnull", True),
                            ("replied_at__isnull", False),
                        ),
                        name="applicants_source_replied",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="dispute", name="applicants_dispute_settled_by"),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("state__in", ["CONFIRMED", "UNSETTLED"]), _negated=True),
                    ("settled_by__isnull", False),
                    _connector="OR",
                ),
                name="applicants_dispute_settled_by",
            ),
        ),
    ]
