"""Runs for firms: entries, chunks, results and changes of every product."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Partitions of earlier runs take the column with their parent; all they hold is the first product.
RESULTS = """
ALTER TABLE decisions_runresult ADD COLUMN product smallint NOT NULL DEFAULT 0;
ALTER TABLE decisions_runresult ALTER COLUMN product DROP DEFAULT
"""
# The site may not create tables; this function makes one partition with its indexes, and nothing else.
OPEN = """
CREATE OR REPLACE FUNCTION decisions_open_run_partition(run bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.decisions_run WHERE id = run AND state = 'PREPARING') THEN
        RAISE EXCEPTION 'run % does not wait for a partition', run USING ERRCODE = '23514';
    END IF;
    EXECUTE format(
        'CREATE TABLE public.%I PARTITION OF public.decisions_runresult FOR VALUES IN (%s)',
        'decisions_runresult_' || run, run);
    EXECUTE format(
        'CREATE UNIQUE INDEX %I ON public.%I (product, applicant_id)',
        'decisions_runresult_' || run || '_once', 'decisions_runresult_' || run);
    EXECUTE format(
        'CREATE INDEX %I ON public.%I (product, applicant_id) WHERE change <> 0',
        'decisions_runresult_' || run || '_changed', 'decisions_runresult_' || run);
END $$;
DROP FUNCTION decisions_close_run_partition(bigint)
"""
# Firms are few among many people; cutting them into parts must not read everybody.
FIRMS = "CREATE INDEX applicants_firms ON applicants_applicant (id) WHERE kind = 'FIRM'"
KEPT = pgtrigger.compiler.Trigger(
    name="append_only",
    sql=pgtrigger.compiler.UpsertTriggerSql(
        func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        hash="0d09a5c357e6f727fe119ee7a3699864a113d98e", operation="UPDATE OR DELETE",
        pgid="pgtrigger_append_only_b0c56", table="decisions_runresult", when="BEFORE",
    ),
)  # fmt: skip


class Migration(migrations.Migration):
    """The coded entries are made anew from the facts when they are next needed."""

    dependencies = [("applicants", "0001_initial"), ("decisions", "0009_frozen_pages")]
    operations = [
        migrations.DeleteModel(name="BookEntry"),
        migrations.CreateModel(
            name="BookEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "product", "applicant_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("product", models.SmallIntegerField(help_text="place among the products of the book")),
                ("standing_id", models.BigIntegerField(help_text="key of the decision that stands")),
                ("sheet_version", models.PositiveIntegerField()),
                ("line_id", models.BigIntegerField(help_text="key of the open line", null=True)),
                ("line_version", models.PositiveIntegerField(null=True)),
                (
                    "valid_until",
                    models.DateField(help_text="the last day before the next birthday", null=True),
                ),
                ("layout", models.IntegerField(help_text="checksum of the layout of the codes")),
                ("codes", models.BinaryField()),
                (
                    "applicant",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT,
                        related_name="book_entries", to="applicants.applicant",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="runchange", name="decisions_changed_once"),
        migrations.AddField(
            model_name="runchange", name="product",
            field=models.CharField(default="consumer_loan", max_length=32),
        ),
        migrations.AddConstraint(
            model_name="runchange",
            constraint=models.UniqueConstraint(
                fields=("run", "product", "applicant"), name="decisions_changed_once"
            ),
        ),
        migrations.AddField(
            model_name="runchunk", name="product",
            field=models.CharField(default="consumer_loan", max_length=32),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(RESULTS, "ALTER TABLE decisions_runresult DROP COLUMN product"),
            ],
            state_operations=[
                migrations.DeleteModel(name="RunResult"),
                migrations.CreateModel(
                    name="RunResult",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run_id", "product", "applicant_id", blank=True, editable=False,
                                primary_key=True, serialize=False,
                            ),
                        ),
                        ("run_id", models.BigIntegerField()),
                        (
                            "product",
                            models.SmallIntegerField(help_text="place among the products of the book"),
                        ),
                        ("applicant_id", models.BigIntegerField()),
                        ("standing_id", models.BigIntegerField()),
                        ("outcome", models.SmallIntegerField()),
                        ("score", models.SmallIntegerField()),
                        ("limit_cny", models.IntegerField(help_text="-1: none could be computed")),
                        (
                            "rate_milli",
                            models.IntegerField(
                                help_text="annual rate in thousandths of a percent, -1: none"
                            ),
                        ),
                        (
                            "reasons",
                            models.BinaryField(help_text="up to four, as places in the legend; 255: none"),
                        ),
                        ("change", models.SmallIntegerField(help_text="0 none, 1 better, 2 worse")),
                        (
                            "cause",
                            models.SmallIntegerField(help_text="place in the legend of causes; -1: none"),
                        ),
                        ("codes", models.BinaryField()),
                    ],
                ),
                pgtrigger.migrations.AddTrigger(model_name="runresult", trigger=KEPT),
            ],
        ),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.RunSQL(FIRMS, "DROP INDEX applicants_firms"),
    ]  # fmt: skip
