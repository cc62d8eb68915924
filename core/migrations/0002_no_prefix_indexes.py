"""Unique texts have one index each; what was made for searches by a beginning goes."""

from django.db import migrations

_DROP = r"""
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT i.oid::regclass AS name FROM pg_class i
        JOIN pg_index x ON x.indexrelid = i.oid
        JOIN pg_opclass o ON o.oid = x.indclass[0]
        WHERE i.relnamespace = current_schema()::regnamespace AND i.relname LIKE '%\_like'
            AND o.opcname IN ('varchar_pattern_ops', 'text_pattern_ops')
    LOOP
        EXECUTE format('DROP INDEX %s', found.name);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """No prefix indexes."""

    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(_DROP, migrations.RunSQL.noop)]
