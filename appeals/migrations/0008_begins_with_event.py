"""An appeal that is written as more than a draft has its events, for whoever writes the row."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """Begins with event."""

    dependencies = [("appeals", "0007_target_day")]
    operations: list[migrations.operations.base.Operation] = [
        pgtrigger.migrations.AddTrigger(
            model_name="appeal",
            trigger=pgtrigger.compiler.Trigger(
                name="begins_with_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.status <> 'DRAFT')",
                    constraint="CONSTRAINT",
                    declare="DECLARE stands text; told text;",
                    func="\n            SELECT a.status FROM appeals_appeal a WHERE a.id = NEW.id INTO stands;\n            SELECT e.to_status FROM appeals_appealevent e WHERE e.appeal_id = NEW.id\n            ORDER BY e.sequence DESC LIMIT 1 INTO told;\n            IF stands IS DISTINCT FROM told THEN\n                RAISE EXCEPTION 'appeal % stands at % but its last event says %', NEW.id, stands, told\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';\n            END IF;\n            RETURN NULL;\n        ",  # noqa: E501
                    hash="6357ab4c720a339a1c424eff9306312460a9fab2",
                    operation="INSERT",
                    pgid="pgtrigger_begins_with_event_dfb99",
                    table="appeals_appeal",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
