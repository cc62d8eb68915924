"""Early warnings, measures, and the order of lines that changed."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import core.encryption


class Migration(migrations.Migration):
    """Early warnings, measures, and the order of lines that changed."""
    dependencies = [
        ("applicants", "0003_source_checks"),
        ("decisions", "0011_wordings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlyWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trigger", models.CharField(max_length=8)),
                (
                    "level",
                    models.CharField(
                        choices=[("watch", "watch"), ("amber", "amber"), ("red", "red")], max_length=5
                    ),
                ),
                ("since", models.DateTimeField()),
                ("values", models.JSONField(help_text="the values that its test and its words use")),
                (
                    "gone_at",
                    models.DateTimeField(blank=True, help_text="the first evaluation without it", null=True),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("CURED", "gone for two evaluations"),
                            ("COVERED", "a more serious one took its place"),
                            ("NO_LINE", "there is no line any more"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("code", models.CharField(max_length=8)),
                (
                    "level",
                    models.CharField(
                        choices=[("watch", "watch"), ("amber", "amber"), ("red", "red")], max_length=5
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for a colleague"),
                            ("signed", "waits for a second signature"),
                            ("noticed", "announced"),
                            ("in_effect", "in effect"),
                            ("told", "told"),
                            ("declined", "not taken"),
                            ("withdrawn", "withdrawn"),
                            ("lifted", "lifted"),
                        ],
                        max_length=9,
                    ),
                ),
                ("triggers_seen", models.JSONField(help_text="codes of the triggers that it answers")),
                ("reasons", models.JSONField(help_text="codes of the reasons")),
                ("notice_days", models.PositiveSmallIntegerField()),
                (
                    "new_total_cny",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    core.encryption.EncryptedTextField(
                        blank=True, help_text="why; words between colleagues", null=True
                    ),
                ),
                ("effective_on", models.DateField(blank=True, null=True)),
                ("review_on", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="WarningSweep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "after_key",
                    models.BigIntegerField(default=0, help_text="the applicant up to whom it has come"),
                ),
                (
                    "people",
                    models.PositiveIntegerField(default=0, help_text="who has a line or an open warning"),
                ),
                (
                    "looked",
                    models.PositiveIntegerField(default=0, help_text="of whom something could have changed"),
                ),
                ("fired", models.PositiveIntegerField(default=0)),
                ("cured", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("values", models.JSONField(help_text="what the last look saw")),
                ("before", models.JSONField(help_text="what the evaluation before ended with")),
                ("before_at", models.DateTimeField()),
                ("policy_hash", models.CharField(max_length=64)),
                ("sheet_version", models.PositiveIntegerField()),
                ("looked_at", models.DateTimeField()),
                (
                    "again_on",
                    models.DateField(
                        blank=True, help_text="when time alone could change something", null=True
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
            },
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["state", "updated_at"], name="decisions_line_by_state"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("on_hold_cny__gt", 0), ("reduced_cny__gt", 0), _connector="OR"),
                fields=["updated_at"],
                name="decisions_line_held",
            ),
        ),
        migrations.AddField(
            model_name="earlywarning",
            name="applicant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="warnings",
                to="applicants.applicant",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="applicant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to="applicants.applicant",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="decision",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measure",
                to="decisions.decision",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="decisions.line"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="signed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="applicant",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="watch", to="applicants.applicant"
            ),
        ),
        migrations.AddIndex(
            model_name="earlywarning",
            index=models.Index(fields=["-since"], name="decisions_warning_since"),
        ),
        migrations.AddConstraint(
            model_name="earlywarning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("applicant", "trigger"),
                name="decisions_one_open_warning",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlywarning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at", None)),
                    models.Q(("ended_at__isnull", False), models.Q(("end", ""), _negated=True)),
                    _connector="OR",
                ),
                name="decisions_warning_end",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earlywarning",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="dd630ac48ad1e3808a4aa1581630376119e4c6f3",
                    operation="DELETE",
                    pgid="pgtrigger_kept_cfedd",
                    table="decisions_earlywarning",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earlywarning",
            trigger=pgtrigger.compiler.Trigger(
                name="ended_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ended_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="45136c189fbf43a84e791859a68548d8bdd5cbf4",
                    operation="UPDATE",
                    pgid="pgtrigger_ended_stays_6e855",
                    table="decisions_earlywarning",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["state", "updated_at"], name="decisions_measure_list"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["in_effect", "noticed", "proposed", "signed"])),
                fields=("applicant", "code"),
                name="decisions_one_open_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "signed"])),
                fields=("applicant",),
                name="decisions_one_proposed_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_by", None),
                    ("decided_by", None),
                    models.Q(("signed_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="decisions_measure_two_people",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{in_effect:lifted,noticed:in_effect,noticed:lifted,noticed:withdrawn,proposed:declined,proposed:in_effect,proposed:noticed,proposed:signed,proposed:withdrawn,signed:declined,signed:in_effect,signed:noticed,signed:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',  # noqa: E501
                    hash="e198f3c011c70dd33a45c084bbb8d7e65da6c58d",
                    operation="UPDATE",
                    pgid="pgtrigger_measure_moves_135b8",
                    table="decisions_measure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="61225b9dad859daaa5a00766cde8d599d46d9001",
                    operation="DELETE",
                    pgid="pgtrigger_kept_742be",
                    table="decisions_measure",
                    when="BEFORE",
                ),
            ),
        ),
    ]
