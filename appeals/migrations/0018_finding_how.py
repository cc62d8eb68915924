"""A finding says how it was verified."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a finding rests on is part of it."""

    dependencies = [
        ('appeals', '0017_remedy_reference'),
        ('applicants', '0005_own_statement'),
        ('evidence', '0003_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='finding',
            name='finding_is_final',
        ),
        migrations.AddField(
            model_name='finding',
            name='how',
            field=models.CharField(blank=True, choices=[('PAPER', 'by the paper'), ('SOURCE', 'the source was asked'), ('RECORDS', 'found in our own records'), ('SHOWN', 'shown to us in person')], help_text='empty where nobody said', max_length=8),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finding',
            trigger=pgtrigger.compiler.Trigger(name='finding_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."appeal_id" IS DISTINCT FROM (NEW."appeal_id") OR OLD."ground_id" IS DISTINCT FROM (NEW."ground_id") OR OLD."characteristic" IS DISTINCT FROM (NEW."characteristic") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."how" IS DISTINCT FROM (NEW."how") OR OLD."observed_on" IS DISTINCT FROM (NEW."observed_on") OR OLD."found_by_id" IS DISTINCT FROM (NEW."found_by_id") OR OLD."found_at" IS DISTINCT FROM (NEW."found_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0fa7fb09a0c6aeb91fa10d54f08044f524f2f7de', operation='UPDATE', pgid='pgtrigger_finding_is_final_7cf8b', table='appeals_finding', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'PAPER'), _negated=True), ('document__isnull', False), _connector='OR'), name='appeals_finding_has_paper'),
        ),
    ]
