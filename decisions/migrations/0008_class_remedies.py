"""Class remedies: one proved error, two approvals, and what was done for each person."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Class remedies: one proved error, two approvals, and what was done for each person."""

    dependencies = [
        ("decisions", "0007_sealed_note"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClassRemedy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SOURCE", "a source"),
                            ("RULE", "a rule"),
                            ("VALUE", "one value of an input"),
                        ],
                        max_length=6,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=60)),
                ("rule", models.CharField(blank=True, max_length=60)),
                ("characteristic", models.CharField(blank=True, max_length=60)),
                ("value", models.JSONField(blank=True, help_text="the wrong value", null=True)),
                (
                    "correction",
                    models.CharField(
                        choices=[
                            ("CURRENT", "with what we hold about the input now"),
                            ("VALUE", "with the right value"),
                            ("LEAVE_OUT", "without the input"),
                            ("POLICY", "under the rules of another policy version"),
                        ],
                        max_length=9,
                    ),
                ),
                ("right_value", models.JSONField(blank=True, null=True)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("proof", models.CharField(help_text="the appeal or dispute that proved it", max_length=40)),
                ("reason", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("FINDING", "looking for decisions"),
                            ("PROPOSED", "waits for two people"),
                            ("APPLYING", "correcting decisions"),
                            ("DONE", "finished"),
                            ("STOPPED", "ended early"),
                        ],
                        default="FINDING",
                        max_length=8,
                    ),
                ),
                (
                    "found_up_to",
                    models.BigIntegerField(default=0, help_text="key of the last decision looked at"),
                ),
                ("looked_at", models.PositiveIntegerField(default=0)),
                (
                    "counts",
                    models.JSONField(default=dict, help_text="what the dry run found, and what came of it"),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decisions.policyversion",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ClassRemedyApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("approved_at", models.DateTimeField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "remedy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="decisions.classremedy",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ClassRemedyCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("BETTER", "better for the person"),
                            ("SAME", "the same result"),
                            ("WORSE", "less than now: stays as it is"),
                        ],
                        max_length=6,
                    ),
                ),
                ("before", models.JSONField(help_text="outcome, score and amount that stood")),
                ("after", models.JSONField(help_text="the same as assessed again")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "left",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SAME", "the result is the same"),
                            ("WORSE", "the result would have been less"),
                            ("APPEAL", "an appeal is open"),
                            ("NEWER", "a newer decision stands"),
                            ("FAILED", "it could not be assessed again"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "corrected",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedied_case",
                        to="decisions.decision",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedy_cases",
                        to="decisions.decision",
                    ),
                ),
                (
                    "remedy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="decisions.classremedy",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="classremedy",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_day__lte", models.F("last_day"))), name="decisions_remedy_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="classremedy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "SOURCE"),
                        models.Q(("source", ""), _negated=True),
                    ),
                    models.Q(("kind", "RULE"), models.Q(("rule", ""), _negated=True)),
                    models.Q(("kind", "VALUE"), models.Q(("characteristic", ""), _negated=True)),
                    _connector="OR",
                ),
                name="decisions_remedy_names_error",
            ),
        ),
        migrations.AddConstraint(
            model_name="classremedy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction", "POLICY"), _negated=True),
                    ("policy__isnull", False),
                    _connector="OR",
                ),
                name="decisions_remedy_policy",
            ),
        ),
        migrations.AddConstraint(
            model_name="classremedy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ["DONE", "STOPPED"])),
                    models.Q(
                        models.Q(("state__in", ["DONE", "STOPPED"]), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="decisions_remedy_end",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedy",
            trigger=pgtrigger.compiler.Trigger(
                name="remedy_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPLYING:DONE,FINDING:DONE,FINDING:PROPOSED,FINDING:STOPPED,PROPOSED:APPLYING,PROPOSED:STOPPED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="1b3f810c36fae7c5ccfa7567e7e8b785fea98b1a",
                    operation="UPDATE",
                    pgid="pgtrigger_remedy_moves_a2a1f",
                    table="decisions_classremedy",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedy",
            trigger=pgtrigger.compiler.Trigger(
                name="remedy_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."rule" IS DISTINCT FROM (NEW."rule") OR OLD."characteristic" IS DISTINCT FROM (NEW."characteristic") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."correction" IS DISTINCT FROM (NEW."correction") OR OLD."right_value" IS DISTINCT FROM (NEW."right_value") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."first_day" IS DISTINCT FROM (NEW."first_day") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."proof" IS DISTINCT FROM (NEW."proof") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."started_by_id" IS DISTINCT FROM (NEW."started_by_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="adccf424e4d9d456d845b3a9cc7d5a1820e2eb5c",
                    operation="UPDATE",
                    pgid="pgtrigger_remedy_is_final_b758a",
                    table="decisions_classremedy",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedy",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6d37351baa0c6b04032ab8dc921f0feeb45f061c",
                    operation="DELETE",
                    pgid="pgtrigger_kept_a0e18",
                    table="decisions_classremedy",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedy",
            trigger=pgtrigger.compiler.Trigger(
                name="two_approve",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.\"state\" = 'APPLYING' AND OLD.\"state\" = 'PROPOSED')",
                    func="\n                    IF (SELECT count(DISTINCT approved_by_id) FROM decisions_classremedyapproval\n                        WHERE remedy_id = NEW.id AND approved_by_id <> NEW.started_by_id) < 2 THEN\n                        RAISE EXCEPTION 'class remedy % needs two people', NEW.reference\n                            USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="158ed8f87d2b2a678a0361d7ad9aaced89db3674",
                    operation="UPDATE",
                    pgid="pgtrigger_two_approve_7cb34",
                    table="decisions_classremedy",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="classremedyapproval",
            constraint=models.UniqueConstraint(
                fields=("remedy", "approved_by"), name="decisions_remedy_approved_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="classremedyapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="decisions_remedy_approval_reason"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedyapproval",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9a97616b0a0e44866b028a49672726efd426455d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_dfb6a",
                    table="decisions_classremedyapproval",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedyapproval",
            trigger=pgtrigger.compiler.Trigger(
                name="by_another",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT 1 FROM decisions_classremedy\n                               WHERE id = NEW.remedy_id AND started_by_id = NEW.approved_by_id) THEN\n                        RAISE EXCEPTION 'user % proposed class remedy %', NEW.approved_by_id, NEW.remedy_id\n                            USING ERRCODE = '23514', CONSTRAINT = 'decisions_remedy_by_another';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="aab74f508c0823ca47e6204008596aed51d0de6e",
                    operation="INSERT",
                    pgid="pgtrigger_by_another_eea42",
                    table="decisions_classremedyapproval",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="classremedycase",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)),
                fields=["remedy", "id"],
                name="decisions_remedy_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="classremedycase",
            constraint=models.UniqueConstraint(fields=("remedy", "decision"), name="decisions_remedied_once"),
        ),
        migrations.AddConstraint(
            model_name="classremedycase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrected__isnull", True), ("done_at__isnull", True), ("left", "")),
                    models.Q(("corrected__isnull", False), ("done_at__isnull", False), ("left", "")),
                    models.Q(
                        ("corrected__isnull", True),
                        ("done_at__isnull", False),
                        models.Q(("left", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decisions_remedied_or_left",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedycase",
            trigger=pgtrigger.compiler.Trigger(
                name="done_is_done",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."done_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d35d456c028d4720a73c8f92fdcc4c45d3a243c9",
                    operation="UPDATE",
                    pgid="pgtrigger_done_is_done_9b5e6",
                    table="decisions_classremedycase",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="classremedycase",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="13d2c71561fe6e340977f3cdc5321cb803e0794a",
                    operation="DELETE",
                    pgid="pgtrigger_kept_579ae",
                    table="decisions_classremedycase",
                    when="BEFORE",
                ),
            ),
        ),
    ]
