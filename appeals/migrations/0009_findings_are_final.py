"""What a reviewer found, and whose matter of which tier it is, are never rewritten."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """Findings are final."""

    dependencies = [
        ("appeals", "0008_begins_with_event"),
    ]

    operations: list[migrations.operations.base.Operation] = [
        pgtrigger.migrations.AddTrigger(
            model_name="appeal",
            trigger=pgtrigger.compiler.Trigger(
                name="matter_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."applicant_id" IS DISTINCT FROM (NEW."applicant_id") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="89dd8582db2c9d63c38dfb5977576870d1a5e9fa",
                    operation="UPDATE",
                    pgid="pgtrigger_matter_is_final_e7ca4",
                    table="appeals_appeal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="finding",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."appeal_id" IS DISTINCT FROM (NEW."appeal_id") OR OLD."ground_id" IS DISTINCT FROM (NEW."ground_id") OR OLD."characteristic" IS DISTINCT FROM (NEW."characteristic") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."observed_on" IS DISTINCT FROM (NEW."observed_on") OR OLD."found_by_id" IS DISTINCT FROM (NEW."found_by_id") OR OLD."found_at" IS DISTINCT FROM (NEW."found_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f137f72f0671bf0647bf5ae8d3825e4e96f131aa",
                    operation="UPDATE",
                    pgid="pgtrigger_finding_is_final_7cf8b",
                    table="appeals_finding",
                    when="BEFORE",
                ),
            ),
        ),
    ]
