"""Plans that are kept as promises."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Plans that are kept as promises."""

    dependencies = [("applicants", "0001_initial"), ("decisions", "0004_book_runs")]

    operations = [
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('policy_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('OPEN', 'open'), ('KEPT', 'kept'), ('BARRED', 'the law stands against it'), ('EXPIRED', 'expired'), ('DROPPED', 'given up by you')], default='OPEN', max_length=8)),
                ('request', models.JSONField(help_text='product, amount, term, purpose and context that are promised')),
                ('plan', models.JSONField(help_text="the steps with their values, and the certificate's digest")),
                ('margin_points', models.PositiveSmallIntegerField()),
                ('honoured_until', models.DateField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.CharField(max_length=120)),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, help_text='codes; never words of a person', max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='RouteWishes',
            fields=[
                ('applicant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='route_wishes', serialize=False, to='applicants.applicant')),
                ('cannot', models.JSONField(default=list, help_text='codes of actions')),
                ('stated', models.JSONField(default=dict, help_text='characteristic -> value')),
                ('updated_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='promise',
            name='applicant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='applicants.applicant'),
        ),
        migrations.AddField(
            model_name='promise',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='decisions.decision'),
        ),
        migrations.AddField(
            model_name='promise',
            name='new_decision',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_promise', to='decisions.decision'),
        ),
        migrations.AddField(
            model_name='promise',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='decisions.policyversion'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['applicant', '-id'], name='decisions_promise_list'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['policy', 'id'], name='decisions_promise_open'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['honoured_until'], name='decisions_promise_due'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('decision',), name='decisions_one_open_promise'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='decisions_promise_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('new_decision__isnull', False), ('state', 'KEPT')), models.Q(models.Q(('state', 'KEPT'), _negated=True), ('new_decision__isnull', True)), _connector='OR'), name='decisions_promise_kept_by'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('saved_at')), _connector='OR'), name='decisions_promise_dates'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promise',
            trigger=pgtrigger.compiler.Trigger(name='state_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:BARRED,OPEN:DROPPED,OPEN:EXPIRED,OPEN:KEPT}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='3afc1627329a949d3b11f214afc1d5d88c6b4b25', operation='UPDATE', pgid='pgtrigger_state_moves_87d4a', table='decisions_promise', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promise',
            trigger=pgtrigger.compiler.Trigger(name='terms_are_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."decision_id" IS DISTINCT FROM (NEW."decision_id") OR OLD."applicant_id" IS DISTINCT FROM (NEW."applicant_id") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."policy_hash" IS DISTINCT FROM (NEW."policy_hash") OR OLD."request" IS DISTINCT FROM (NEW."request") OR OLD."plan" IS DISTINCT FROM (NEW."plan") OR OLD."margin_points" IS DISTINCT FROM (NEW."margin_points") OR OLD."honoured_until" IS DISTINCT FROM (NEW."honoured_until") OR OLD."saved_at" IS DISTINCT FROM (NEW."saved_at") OR OLD."saved_by" IS DISTINCT FROM (NEW."saved_by"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0d6cc6a26f3e4c1b380b5c8419c7505132539c4d', operation='UPDATE', pgid='pgtrigger_terms_are_final_73a4d', table='decisions_promise', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promise',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='277beb42bb3dbd3d04b6fe1b402d67edde1eae51', operation='DELETE', pgid='pgtrigger_kept_05da6', table='decisions_promise', when='BEFORE')),
        ),
    ]
