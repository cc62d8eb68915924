"""Summaries of appeals, policy reviews and the quality sample."""

import core.audiences
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# What stood before is counted once, like what comes after.
_UNCOUNTED = """
INSERT INTO appeals_uncounted (event_id)
SELECT id FROM appeals_appealevent WHERE event IN ('agree', 'decide', 'not_accept', 'submit', 'withdraw')
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Summaries of appeals, policy reviews and the quality sample."""

    dependencies = [
        ("appeals", "0002_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Gauge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("board", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=40)),
                ("value", models.PositiveIntegerField()),
                ("measured_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PolicyReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "open"), ("CLOSED", "closed")], default="OPEN", max_length=6
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("ALL", "all appeals"),
                            ("REASON", "reason"),
                            ("SOURCE", "source"),
                            ("RULE", "rule"),
                            ("POLICY", "policy version"),
                            ("REVIEWER", "reviewer"),
                            ("CHANNEL", "channel"),
                            ("LANGUAGE", "language"),
                            ("GROUP", "group"),
                            ("INPUT", "input"),
                            ("DAYS", "days"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=80)),
                ("since", models.DateField(help_text="the first day of the first month counted")),
                ("decided", models.PositiveIntegerField()),
                ("overturned", models.PositiveIntegerField()),
                ("threshold_pct", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, help_text="what came of it", max_length=500)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="QualityCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField(help_text="the Monday of the week in which it was decided")),
                ("seed", models.CharField(help_text="what the draw was computed from", max_length=32)),
                ("drawn_at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SOUND", "the same result, well explained"),
                            ("WORDING", "the same result, the explanation could be better"),
                            ("OTHER", "another result would have been right"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", core.audiences.InternalTextField(blank=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-week", "id"],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="its first day")),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("ALL", "all appeals"),
                            ("REASON", "reason"),
                            ("SOURCE", "source"),
                            ("RULE", "rule"),
                            ("POLICY", "policy version"),
                            ("REVIEWER", "reviewer"),
                            ("CHANNEL", "channel"),
                            ("LANGUAGE", "language"),
                            ("GROUP", "group"),
                            ("INPUT", "input"),
                            ("DAYS", "days"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=80)),
                ("sent", models.PositiveIntegerField(default=0)),
                ("decided", models.PositiveIntegerField(default=0)),
                ("overturned", models.PositiveIntegerField(default=0)),
                ("in_time", models.PositiveIntegerField(default=0)),
                ("withdrawn", models.PositiveIntegerField(default=0)),
                ("not_accepted", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Uncounted",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="appeals.appealevent",
                    ),
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appealevent",
            trigger=pgtrigger.compiler.Trigger(
                name="to_be_counted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.event IN ('agree', 'decide', 'not_accept', 'submit', 'withdraw'))",
                    func="INSERT INTO appeals_uncounted (event_id) VALUES (NEW.id); RETURN NULL;",
                    hash="8c3058ebafd5fff826fbdebe845c8f1bfa8eddb2",
                    operation="INSERT",
                    pgid="pgtrigger_to_be_counted_b179e",
                    table="appeals_appealevent",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="gauge",
            constraint=models.UniqueConstraint(fields=("board", "name"), name="appeals_gauge_once"),
        ),
        migrations.AddField(
            model_name="policyreview",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="qualitycheck",
            name="appeal",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="quality_check", to="appeals.appeal"
            ),
        ),
        migrations.AddField(
            model_name="qualitycheck",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("dimension", "month", "value"), name="appeals_tally_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_time__lte", models.F("decided")), ("overturned__lte", models.F("decided"))
                ),
                name="appeals_tally_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "OPEN")),
                fields=("dimension", "value"),
                name="appeals_one_open_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                        ("reason", ""),
                        ("state", "OPEN"),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("state", "CLOSED"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appeals_review_closed_with_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policyreview",
            trigger=pgtrigger.compiler.Trigger(
                name="review_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:CLOSED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="8b58cb7a40d3c42891b6c023b4e183135037e106",
                    operation="UPDATE",
                    pgid="pgtrigger_review_moves_5c261",
                    table="appeals_policyreview",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policyreview",
            trigger=pgtrigger.compiler.Trigger(
                name="review_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."dimension" IS DISTINCT FROM (NEW."dimension") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."since" IS DISTINCT FROM (NEW."since") OR OLD."decided" IS DISTINCT FROM (NEW."decided") OR OLD."overturned" IS DISTINCT FROM (NEW."overturned") OR OLD."threshold_pct" IS DISTINCT FROM (NEW."threshold_pct") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="aed237bcc03bd85b566ec65970d9ebdaf1d990dc",
                    operation="UPDATE",
                    pgid="pgtrigger_review_is_final_3ffe7",
                    table="appeals_policyreview",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policyreview",
            trigger=pgtrigger.compiler.Trigger(
                name="closed_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state = 'CLOSED')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cc0801c459ddaee1fc72cc0b7ebbbd80040ee898",
                    operation="UPDATE",
                    pgid="pgtrigger_closed_stays_de215",
                    table="appeals_policyreview",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policyreview",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="627f993be48b5ff3132e6ef0f2d836535dd6699a",
                    operation="DELETE",
                    pgid="pgtrigger_kept_4d6a3",
                    table="appeals_policyreview",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at__isnull", True), ("checked_by__isnull", True), ("verdict", "")),
                    models.Q(
                        models.Q(("verdict", ""), _negated=True),
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="appeals_verdict_complete",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualitycheck",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="0925e4c8b9ae3002556c13d67c08ef889dd76995",
                    operation="DELETE",
                    pgid="pgtrigger_kept_78bee",
                    table="appeals_qualitycheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualitycheck",
            trigger=pgtrigger.compiler.Trigger(
                name="verdict_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.verdict <> '')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d2c62d448e51ac7df4bf3343f9e8c2a1f9e4454b",
                    operation="UPDATE",
                    pgid="pgtrigger_verdict_stays_c58d1",
                    table="appeals_qualitycheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualitycheck",
            trigger=pgtrigger.compiler.Trigger(
                name="draw_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."appeal_id" IS DISTINCT FROM (NEW."appeal_id") OR OLD."week" IS DISTINCT FROM (NEW."week") OR OLD."seed" IS DISTINCT FROM (NEW."seed") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="900825a3df1970772c56308959c3827c588ee9b6",
                    operation="UPDATE",
                    pgid="pgtrigger_draw_is_final_e1d56",
                    table="appeals_qualitycheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="qualitycheck",
            trigger=pgtrigger.compiler.Trigger(
                name="read_by_another",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.checked_by_id IS NOT NULL)",
                    func="\n            IF EXISTS (SELECT 1 FROM appeals_ruling WHERE appeal_id = NEW.appeal_id\n                       AND NEW.checked_by_id IN (proposed_by_id, countersigned_by_id))\n               OR EXISTS (SELECT 1 FROM appeals_finding WHERE appeal_id = NEW.appeal_id\n                          AND found_by_id = NEW.checked_by_id) THEN\n                RAISE EXCEPTION 'user % took part in appeal %', NEW.checked_by_id, NEW.appeal_id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_read_by_another';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="9037edba509d69da3491f340e9e2a7ba68731c33",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_read_by_another_b886f",
                    table="appeals_qualitycheck",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="ground",
            index=models.Index(fields=["code", "claim", "-appeal"], name="appeals_ground_alike"),
        ),
        migrations.RunSQL(_UNCOUNTED, migrations.RunSQL.noop),
    ]
