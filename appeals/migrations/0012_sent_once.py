"""When an appeal was sent is final: every date of the law is counted from it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """An appeal is sent once."""

    dependencies = [
        ("appeals", "0011_measure_answers"),
    ]

    operations: list[migrations.operations.base.Operation] = [
        pgtrigger.migrations.AddTrigger(
            model_name="appeal",
            trigger=pgtrigger.compiler.Trigger(
                name="sent_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9d52ad4c8a32b03c99401a8d0ddbc436dd531a72",
                    operation="UPDATE",
                    pgid="pgtrigger_sent_once_20121",
                    table="appeals_appeal",
                    when="BEFORE",
                ),
            ),
        ),
    ]
