"""Frozen pages: an explanation's JSON as it is sent, and the decision page as its applicant saw it last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may stay empty, and an empty table: neither waits for readers."""

    dependencies = [("decisions", "0008_class_remedies")]
    operations = [
        migrations.AddField(
            model_name="renderedexplanation",
            name="body",
            field=models.BinaryField(
                null=True, help_text="the document as JSON in UTF-8, as the API sends it"
            ),
        ),
        migrations.CreateModel(
            name="FrozenPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "stamp",
                    models.CharField(max_length=64, help_text="hash of all that the page was made from"),
                ),
                (
                    "body",
                    models.BinaryField(help_text="the page in UTF-8, with a mark where the form token goes"),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="decisions.decision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "language"), name="decisions_frozen_page_once"
                    )
                ],
            },
        ),
    ]
