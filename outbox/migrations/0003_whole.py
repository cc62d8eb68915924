"""What holds of every row is in one function, which is kept where a constraint is parsed each time."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0002_one_index_for_both'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='outbox',
            name='outbox_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='outbox',
            name='outbox_leased_has_lease',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outbox',
            trigger=pgtrigger.compiler.Trigger(name='whole', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE broken text;', func="\n        broken := CASE\n            WHEN NEW.state NOT IN ('PENDING', 'LEASED', 'DONE', 'DEAD') THEN 'outbox_state_known'\n            WHEN NEW.state = 'LEASED' AND (NEW.lease IS NULL OR NEW.leased_until IS NULL)\n                THEN 'outbox_leased_has_lease'\n        END;\n        IF broken IS NOT NULL THEN\n            RAISE EXCEPTION 'work % cannot stand so: %', NEW.id, broken\n                USING ERRCODE = 'check_violation', CONSTRAINT = broken;\n        END IF;\n        RETURN NEW;\n    ", hash='70e836636e06d872f1d816879b388ce6c42e6908', operation='INSERT OR UPDATE', pgid='pgtrigger_whole_8cf6c', table='outbox_outbox', when='BEFORE')),
        ),
    ]
