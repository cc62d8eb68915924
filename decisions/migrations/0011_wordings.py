"""Words of a catalogue that one person proposed and another publishes."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Words of a catalogue that one person proposed and another publishes."""

    dependencies = [
        ("decisions", "0010_runs_for_firms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("catalogue", models.CharField(max_length=40)),
                ("place", models.CharField(max_length=200)),
                ("zh", models.TextField()),
                ("en", models.TextField()),
                ("before_zh", models.TextField()),
                ("before_en", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PROPOSED", "waiting for a second person"),
                            ("PUBLISHED", "published"),
                            ("RETURNED", "returned"),
                            ("WITHDRAWN", "taken back"),
                        ],
                        default="PROPOSED",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "PROPOSED")),
                        fields=("catalogue", "place"),
                        name="decisions_one_open_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", True),
                                ("settled_by__isnull", True),
                                ("state", "PROPOSED"),
                            ),
                            models.Q(
                                models.Q(("state", "PROPOSED"), _negated=True),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decisions_wording_settled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["PUBLISHED", "RETURNED"]), _negated=True),
                            models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="decisions_wording_by_another",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="153c736b12e7a01b257a5d7a0bd63797b9a3dff1",
                    operation="DELETE",
                    pgid="pgtrigger_kept_5df68",
                    table="decisions_wording",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="settled_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state <> 'PROPOSED')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9face8dc3c06ad6e5dabc8ac9e5cd38aad317500",
                    operation="UPDATE",
                    pgid="pgtrigger_settled_stays_0e64f",
                    table="decisions_wording",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="words_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."catalogue" IS DISTINCT FROM (NEW."catalogue") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."zh" IS DISTINCT FROM (NEW."zh") OR OLD."en" IS DISTINCT FROM (NEW."en") OR OLD."before_zh" IS DISTINCT FROM (NEW."before_zh") OR OLD."before_en" IS DISTINCT FROM (NEW."before_en") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))',  # noqa: E501
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5e036023de24eb78e656885d0b512aaa407ecd84",
                    operation="UPDATE",
                    pgid="pgtrigger_words_stay_7971b",
                    table="decisions_wording",
                    when="BEFORE",
                ),
            ),
        ),
    ]
