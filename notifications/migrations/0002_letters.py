"""How and when a person wants to be told, the letters that were sent, and what people say of pages."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import core.encryption


class Migration(migrations.Migration):
    """How and when a person wants to be told, the letters that were sent, and what people say of pages."""

    dependencies = [("applicants", "0002_related_people"), ("notifications", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "page",
                    models.CharField(
                        help_text="name of the address, never the address itself", max_length=60
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("is_helpful", models.BooleanField()),
                ("words", core.encryption.EncryptedTextField(blank=True)),
                ("given_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DECISION_NOTICE", "decision notice"),
                            ("APPEAL_LETTER", "appeal letter"),
                            ("COST_SHEET", "cost sheet"),
                            ("STATUS_CARD", "status card"),
                        ],
                        max_length=16,
                    ),
                ),
                ("about", models.CharField(max_length=20)),
                (
                    "key",
                    models.CharField(
                        help_text="what makes sending it twice one letter", max_length=120, unique=True
                    ),
                ),
                (
                    "body",
                    core.encryption.EncryptedTextField(
                        help_text="language -> what stands in it, as canonical JSON"
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the body; the audit holds it too", max_length=64
                    ),
                ),
                ("verify_code", models.CharField(max_length=14, unique=True)),
                ("sent_at", models.DateTimeField()),
                (
                    "signed_by",
                    models.CharField(
                        blank=True, help_text="who signed it by an act of their own", max_length=120
                    ),
                ),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="applicants.applicant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["applicant", "-id"], name="notifications_letters")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="letter_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."applicant_id" IS DISTINCT FROM (NEW."applicant_id") OR OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."verify_code" IS DISTINCT FROM (NEW."verify_code") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."signed_by" IS DISTINCT FROM (NEW."signed_by"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="dca8a8c87ee7e49695b4d4920a0772d4506b48bd",
                    operation="UPDATE",
                    pgid="pgtrigger_letter_is_final_f4817",
                    table="notifications_letter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="774b4aa55b513561d502c9543eeb12ce54bb3a7b",
                    operation="DELETE",
                    pgid="pgtrigger_kept_6a41d",
                    table="notifications_letter",
                    when="BEFORE",
                ),
            ),
        ),
    ]
