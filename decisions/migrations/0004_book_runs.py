"""Runs over the whole book, in leased chunks."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

RESULTS = """
CREATE TABLE decisions_runresult (
    run_id bigint NOT NULL,
    applicant_id bigint NOT NULL,
    standing_id bigint NOT NULL,
    outcome smallint NOT NULL,
    score smallint NOT NULL,
    limit_cny integer NOT NULL,
    rate_milli integer NOT NULL,
    reasons bytea NOT NULL,
    change smallint NOT NULL,
    cause smallint NOT NULL,
    codes bytea NOT NULL
) PARTITION BY LIST (run_id)
"""
# The site may not create tables; these two functions make and index one partition for it, and nothing else.
PARTITIONS = """
CREATE FUNCTION decisions_open_run_partition(run bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.decisions_run WHERE id = run AND state = 'PREPARING') THEN
        RAISE EXCEPTION 'run % does not wait for a partition', run USING ERRCODE = '23514';
    END IF;
    EXECUTE format(
        'CREATE TABLE public.%I PARTITION OF public.decisions_runresult FOR VALUES IN (%s)',
        'decisions_runresult_' || run, run);
END $$;
CREATE FUNCTION decisions_close_run_partition(run bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.decisions_run WHERE id = run AND state = 'EVALUATING') THEN
        RAISE EXCEPTION 'run % is not being evaluated', run USING ERRCODE = '23514';
    END IF;
    EXECUTE format(
        'CREATE UNIQUE INDEX %I ON public.%I (applicant_id)',
        'decisions_runresult_' || run || '_once', 'decisions_runresult_' || run);
    EXECUTE format(
        'CREATE INDEX %I ON public.%I (applicant_id) WHERE change <> 0',
        'decisions_runresult_' || run || '_changed', 'decisions_runresult_' || run);
END $$;
"""


class Migration(migrations.Migration):
    """Coded inputs, runs with a partition of results each, dry runs."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("applicants", "0001_initial"),
        ("decisions", "0003_policy_lifecycle"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RESULTS, "DROP TABLE decisions_runresult")],
            state_operations=[
                migrations.CreateModel(
                    name='RunResult',
                    fields=[
                        ('pk', models.CompositePrimaryKey('run_id', 'applicant_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('run_id', models.BigIntegerField()),
                        ('applicant_id', models.BigIntegerField()),
                        ('standing_id', models.BigIntegerField()),
                        ('outcome', models.SmallIntegerField()),
                        ('score', models.SmallIntegerField()),
                        ('limit_cny', models.IntegerField(help_text='-1: none could be computed')),
                        ('rate_milli', models.IntegerField(help_text='annual rate in thousandths of a percent, -1: none')),
                        ('reasons', models.BinaryField(help_text='up to four, as places in the legend; 255: none')),
                        ('change', models.SmallIntegerField(help_text='0 none, 1 better, 2 worse')),
                        ('cause', models.SmallIntegerField(help_text='place in the legend of causes; -1: none')),
                        ('codes', models.BinaryField()),
                    ],
                ),
            ],
        ),
        migrations.RunSQL(
            PARTITIONS,
            "DROP FUNCTION decisions_open_run_partition(bigint); DROP FUNCTION decisions_close_run_partition(bigint)",
        ),
        migrations.CreateModel(
            name='BookEntry',
            fields=[
                ('applicant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='book_entry', serialize=False, to='applicants.applicant')),
                ('standing_id', models.BigIntegerField(help_text='key of the decision that stands')),
                ('sheet_version', models.PositiveIntegerField()),
                ('line_id', models.BigIntegerField(help_text='key of the open line', null=True)),
                ('line_version', models.PositiveIntegerField(null=True)),
                ('valid_until', models.DateField(help_text='the last day before the next birthday', null=True)),
                ('layout', models.IntegerField(help_text='checksum of the layout of the codes')),
                ('codes', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='DryRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy_hash', models.CharField(max_length=64)),
                ('base_hash', models.CharField(max_length=64)),
                ('market', models.CharField(choices=[('easing', 'easing'), ('normal', 'normal'), ('tight', 'tight')], max_length=8)),
                ('base_market', models.CharField(choices=[('easing', 'easing'), ('normal', 'normal'), ('tight', 'tight')], max_length=8)),
                ('people', models.PositiveIntegerField()),
                ('changed', models.PositiveIntegerField()),
                ('counts', models.JSONField(help_text='who goes from what to what, whole and by group')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.policyversion')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dry_runs', to='decisions.policyversion')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('cause', models.CharField(choices=[('POLICY', 'a policy version'), ('CORRECTION', 'corrected data')], max_length=10)),
                ('policy_hash', models.CharField(max_length=64)),
                ('market', models.CharField(choices=[('easing', 'easing'), ('normal', 'normal'), ('tight', 'tight')], max_length=8)),
                ('reason', models.CharField(max_length=300)),
                ('setting', models.JSONField(help_text='contexts by jurisdiction, layout and legends of the codes')),
                ('state', models.CharField(choices=[('PREPARING', 'reading the facts'), ('EVALUATING', 'assessing everybody'), ('BRAKED', 'waits for two people'), ('APPLYING', 'writing decisions'), ('TELLING', 'telling people'), ('DONE', 'finished'), ('STOPPED', 'ended early')], default='PREPARING', max_length=10)),
                ('is_paused', models.BooleanField(default=False)),
                ('chunk_size', models.PositiveIntegerField()),
                ('people', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict, help_text='what changes, by cause, and what came of it')),
                ('brake', models.JSONField(default=dict, help_text='the causes that stopped the run, with their shares')),
                ('problem', models.CharField(blank=True, max_length=160)),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=120)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='decisions.policyversion')),
                ('signer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RunApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('approved_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='decisions.run')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RunChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(max_length=8)),
                ('left', models.CharField(blank=True, help_text='why nothing was changed', max_length=12)),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applicants.applicant')),
                ('decision', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run_change', to='decisions.decision')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_changes', to='decisions.run')),
            ],
        ),
        migrations.CreateModel(
            name='RunChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.CharField(choices=[('PREPARING', 'reading the facts'), ('EVALUATING', 'assessing everybody'), ('BRAKED', 'waits for two people'), ('APPLYING', 'writing decisions'), ('TELLING', 'telling people'), ('DONE', 'finished'), ('STOPPED', 'ended early')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('first_key', models.BigIntegerField()),
                ('last_key', models.BigIntegerField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.UUIDField(blank=True, null=True)),
                ('people', models.PositiveIntegerField(default=0)),
                ('changes', models.JSONField(default=dict, help_text='how many were changed, by cause')),
                ('problem', models.CharField(blank=True, max_length=160)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chunks', to='decisions.run')),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runresult',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0d09a5c357e6f727fe119ee7a3699864a113d98e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b0c56', table='decisions_runresult', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dryrun',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2bfe84706a382fa24c292e4c787382110d95b347', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_10f4f', table='decisions_dryrun', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='decisions_run_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['DONE', 'STOPPED'])), models.Q(models.Q(('state__in', ['DONE', 'STOPPED']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='decisions_run_end'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('state__in', ['DONE', 'STOPPED']), _negated=True), name='decisions_one_open_run'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='run_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPLYING:BRAKED,APPLYING:STOPPED,APPLYING:TELLING,BRAKED:APPLYING,BRAKED:STOPPED,EVALUATING:APPLYING,EVALUATING:BRAKED,EVALUATING:DONE,EVALUATING:STOPPED,PREPARING:EVALUATING,PREPARING:STOPPED,TELLING:DONE}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='06bb2b8db7a6921ae13bef3e4d78c650f949022a', operation='UPDATE', pgid='pgtrigger_run_moves_3ed2d', table='decisions_run', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='run_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."policy_hash" IS DISTINCT FROM (NEW."policy_hash") OR OLD."market" IS DISTINCT FROM (NEW."market") OR OLD."setting" IS DISTINCT FROM (NEW."setting") OR OLD."started_by" IS DISTINCT FROM (NEW."started_by") OR OLD."reason" IS DISTINCT FROM (NEW."reason"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ccbe56beb81adba6f6b9a7d859eb735e5f1a92e0', operation='UPDATE', pgid='pgtrigger_run_is_final_aac4d', table='decisions_run', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='535dfcc3e1a1e4e81545a72603222d7ec730b72a', operation='DELETE', pgid='pgtrigger_kept_7c09d', table='decisions_run', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='two_release', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" = \'APPLYING\' AND OLD."state" = \'BRAKED\')', func="\n                    IF (SELECT count(DISTINCT approved_by_id) FROM decisions_runapproval\n                        WHERE run_id = NEW.id) < 2 THEN\n                        RAISE EXCEPTION 'run % needs two people', NEW.reference USING ERRCODE = '23514';\n                    END IF;\n                    RETURN NEW;\n                ", hash='627045c205144569747867f07e21f4a890799470', operation='UPDATE', pgid='pgtrigger_two_release_0cc22', table='decisions_run', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='runapproval',
            constraint=models.UniqueConstraint(fields=('run', 'approved_by'), name='decisions_approved_once'),
        ),
        migrations.AddConstraint(
            model_name='runapproval',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='decisions_approval_has_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runapproval',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='722caa21a19095351681ba1911f2cf8d4335b619', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_17279', table='decisions_runapproval', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='runchange',
            constraint=models.UniqueConstraint(fields=('run', 'applicant'), name='decisions_changed_once'),
        ),
        migrations.AddConstraint(
            model_name='runchange',
            constraint=models.CheckConstraint(condition=models.Q(('decision__isnull', True), ('left', ''), _connector='XOR'), name='decisions_changed_or_left'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runchange',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4395ccc61f258ba240c53f806509c8fb441e85f8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0edc6', table='decisions_runchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='runchunk',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['run', 'phase', 'number'], name='decisions_chunk_open'),
        ),
        migrations.AddIndex(
            model_name='runchunk',
            index=models.Index(condition=models.Q(('phase', 'APPLYING')), fields=['done_at'], name='decisions_chunk_applied'),
        ),
        migrations.AddConstraint(
            model_name='runchunk',
            constraint=models.UniqueConstraint(fields=('run', 'phase', 'number'), name='decisions_chunk_once'),
        ),
        migrations.AddConstraint(
            model_name='runchunk',
            constraint=models.CheckConstraint(condition=models.Q(('first_key__lte', models.F('last_key'))), name='decisions_chunk_range'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runchunk',
            trigger=pgtrigger.compiler.Trigger(name='done_is_done', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."done_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='81e4808ee0497d40bc6fd4aec572cbf44791ed26', operation='UPDATE', pgid='pgtrigger_done_is_done_9047a', table='decisions_runchunk', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='runchunk',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9cf61b0baa50900623b343bfdb0b41b66b5ae5b3', operation='DELETE', pgid='pgtrigger_kept_b4b5d', table='decisions_runchunk', when='BEFORE')),
        ),
    ]
