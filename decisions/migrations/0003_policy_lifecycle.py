"""A policy version's way from draft to retired, and the market's switch by two people."""

import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """What stands already came with a release: it is published and counts."""

    dependencies = [("decisions", "0002_book_row")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='marketswitch',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='policyversion',
            name='content_is_final',
        ),
        migrations.RenameField(
            model_name='marketswitch',
            old_name='switched_by',
            new_name='proposed_by',
        ),
        migrations.AddField(
            model_name='marketswitch',
            name='approved_by',
            field=models.CharField(blank=True, default='site', max_length=120),
        ),
        migrations.AddField(
            model_name='marketswitch',
            name='proposed_at',
            field=models.DateTimeField(default=datetime.datetime(2026, 11, 1, 0, 0, tzinfo=datetime.timezone.utc)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='marketswitch',
            name='return_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='marketswitch',
            name='review_on',
            field=models.DateField(default=datetime.date(2027, 1, 31)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='marketswitch',
            name='state',
            field=models.CharField(choices=[('PROPOSED', 'proposed'), ('SWITCHED', 'in effect'), ('RETURNED', 'returned')], default='SWITCHED', max_length=8),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='approved_by',
            field=models.CharField(blank=True, default='', max_length=120),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='drafted_by',
            field=models.CharField(default='site', max_length=120),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='policyversion',
            name='is_shipped',
            field=models.BooleanField(default=True, help_text='came with a release, which others reviewed'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='note',
            field=models.TextField(blank=True, help_text='why this version; internal'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='proposed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='proposed_by',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='published_by',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='return_reason',
            field=models.TextField(blank=True, help_text='why it was sent back or taken back; internal'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'draft'), ('PROPOSED', 'proposed'), ('APPROVED', 'approved'), ('PUBLISHED', 'published'), ('WITHDRAWN', 'withdrawn')], default='PUBLISHED', max_length=10),
        ),
        migrations.AlterField(
            model_name='marketswitch',
            name='approved_by',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name='marketswitch',
            name='state',
            field=models.CharField(choices=[('PROPOSED', 'proposed'), ('SWITCHED', 'in effect'), ('RETURNED', 'returned')], default='PROPOSED', max_length=8),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='approved_by',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='is_shipped',
            field=models.BooleanField(default=False, help_text='came with a release, which others reviewed'),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'draft'), ('PROPOSED', 'proposed'), ('APPROVED', 'approved'), ('PUBLISHED', 'published'), ('WITHDRAWN', 'withdrawn')], default='DRAFT', max_length=10),
        ),
        migrations.AlterField(
            model_name='marketswitch',
            name='switched_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='effective_from',
            field=models.DateField(blank=True, help_text='first day in force', null=True),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='loaded_at',
            field=models.DateTimeField(help_text='when the content was stored'),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='retired_on',
            field=models.DateField(blank=True, help_text='last day in force', null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='marketswitch',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'PROPOSED')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ae775b920645fd56372d47ad7d92c035d70a15cc', operation='UPDATE', pgid='pgtrigger_append_only_b4952', table='decisions_marketswitch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='marketswitch',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='e75b1ee7fc9623413bbf9f90879cdc9575f2409d', operation='DELETE', pgid='pgtrigger_kept_78900', table='decisions_marketswitch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyversion',
            trigger=pgtrigger.compiler.Trigger(name='content_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.version IS DISTINCT FROM NEW.version OR OLD.is_shipped IS DISTINCT FROM NEW.is_shipped OR (OLD.state <> 'DRAFT' AND (OLD.content_hash IS DISTINCT FROM NEW.content_hash OR OLD.document IS DISTINCT FROM NEW.document)))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8e24b1ca1f5451a25ed82a516ccafa837deeda75', operation='UPDATE', pgid='pgtrigger_content_is_final_1d3f2', table='decisions_policyversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyversion',
            trigger=pgtrigger.compiler.Trigger(name='moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DRAFT:PROPOSED,PROPOSED:DRAFT,PROPOSED:APPROVED,APPROVED:PUBLISHED,DRAFT:WITHDRAWN,PROPOSED:WITHDRAWN,APPROVED:WITHDRAWN,PUBLISHED:WITHDRAWN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a6dfac32d785c67c67c1007ce64d3ecd07233cae', operation='UPDATE', pgid='pgtrigger_moves_dc208', table='decisions_policyversion', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='marketswitch',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', ''), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='decisions_market_two_people'),
        ),
        migrations.AddConstraint(
            model_name='marketswitch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'SWITCHED'), ('switched_at__isnull', False), models.Q(('approved_by', ''), _negated=True)), models.Q(models.Q(('state', 'SWITCHED'), _negated=True), ('approved_by', ''), ('switched_at__isnull', True)), _connector='OR'), name='decisions_market_complete'),
        ),
        migrations.AddConstraint(
            model_name='marketswitch',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('state',), name='decisions_market_one_proposal'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', ''), models.Q(models.Q(('approved_by', models.F('proposed_by')), _negated=True), models.Q(('approved_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='decisions_policy_two_people'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'WITHDRAWN'), models.Q(('approved_by', ''), ('proposed_by', ''), ('state', 'DRAFT')), models.Q(('approved_by', ''), ('state', 'PROPOSED'), models.Q(('proposed_by', ''), _negated=True)), models.Q(('state', 'APPROVED'), models.Q(('proposed_by', ''), _negated=True), models.Q(('approved_by', ''), _negated=True)), models.Q(('is_shipped', True), ('state', 'PUBLISHED')), models.Q(('state', 'PUBLISHED'), models.Q(('proposed_by', ''), _negated=True), models.Q(('approved_by', ''), _negated=True), models.Q(('published_by', ''), _negated=True)), _connector='OR'), name='decisions_policy_steps'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by', '')), models.Q(models.Q(('proposed_by', ''), _negated=True), ('proposed_at__isnull', False)), _connector='OR'), name='decisions_policy_proposed'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by', '')), models.Q(models.Q(('approved_by', ''), _negated=True), ('approved_at__isnull', False)), _connector='OR'), name='decisions_policy_approved'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effective_from__isnull', False), ('state', 'PUBLISHED')), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('effective_from__isnull', True), ('retired_on__isnull', True)), _connector='OR'), name='decisions_policy_dated'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('retired_on__isnull', True), ('retired_on__gte', models.F('effective_from')), _connector='OR'), name='decisions_policy_dates'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('document__products__has_key', 'consumer_loan'), ('state', 'PUBLISHED')), expressions=[(models.Func(models.F('effective_from'), models.F('retired_on'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='decisions_one_policy_consumer_loan'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('document__products__has_key', 'sme_working_capital'), ('state', 'PUBLISHED')), expressions=[(models.Func(models.F('effective_from'), models.F('retired_on'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='decisions_one_policy_sme_working_capital'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('document__products__has_key', 'supply_chain_finance'), ('state', 'PUBLISHED')), expressions=[(models.Func(models.F('effective_from'), models.F('retired_on'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='decisions_one_policy_supply_chain_finance'),
        ),
    ]
