"""The people behind a firm, disputes of records, and what people ask about their data."""

import core.encryption
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The people behind a firm, disputes of records, and what people ask about their data."""

    dependencies = [
        ("applicants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DataRequest",
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
                        choices=[("EXPORT", "a copy of my data"), ("ERASURE", "delete my data")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "being prepared"),
                            ("READY", "ready"),
                            ("DONE", "done"),
                            ("KEPT", "not possible now"),
                            ("EXPIRED", "no longer kept"),
                        ],
                        default="REQUESTED",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=120)),
                ("due_on", models.DateField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.JSONField(
                        blank=True, default=dict, help_text="codes: what went, what is kept and why"
                    ),
                ),
                (
                    "body",
                    core.encryption.EncryptedTextField(
                        blank=True, help_text="the copy itself, until it expires"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("characteristic", models.CharField(max_length=60)),
                ("claim", core.encryption.EncryptedTextField(help_text="what the person says is right")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "being checked"),
                            ("CORRECTED", "corrected"),
                            ("CONFIRMED", "the record stands"),
                            ("UNSETTLED", "could not be settled; this is noted beside the record"),
                            ("WITHDRAWN", "taken back"),
                        ],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=120)),
                ("due_on", models.DateField()),
                ("law", models.CharField(blank=True, max_length=200)),
                ("extended_at", models.DateTimeField(blank=True, null=True)),
                ("extension_reason", core.encryption.EncryptedTextField(blank=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    core.encryption.EncryptedTextField(
                        blank=True, help_text="the written answer to the person"
                    ),
                ),
                (
                    "rerun",
                    models.CharField(
                        choices=[
                            ("NOT_NEEDED", "no decision was made with it"),
                            ("WAITING", "we are looking at your decisions again"),
                            ("CHANGED", "a decision was corrected"),
                            ("UNCHANGED", "no decision changes"),
                            ("IN_APPEAL", "it counts in your open appeal"),
                        ],
                        default="NOT_NEEDED",
                        max_length=10,
                    ),
                ),
                (
                    "rerun_decision",
                    models.CharField(blank=True, help_text="reference of what came of it", max_length=20),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HelperGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("name", core.encryption.EncryptedTextField(help_text="as the applicant calls the helper")),
                ("email", core.encryption.EncryptedTextField()),
                ("email_index", models.BinaryField(max_length=32)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("SEE", "see my decisions and appeals"),
                            ("WRITE", "see, and write in my drafts"),
                            ("SEND", "see, write, and send for me"),
                        ],
                        max_length=5,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("taken_up_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Receivable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("invoice", models.CharField(max_length=40)),
                ("amount_cny", models.DecimalField(decimal_places=2, max_digits=14)),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField()),
                ("buyer_name", core.encryption.EncryptedTextField()),
                (
                    "buyer_code",
                    core.encryption.EncryptedTextField(help_text="unified social credit code of the buyer"),
                ),
                ("stated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("items", models.JSONField(help_text="codes of what is shown")),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("opened_count", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="relatedperson",
            name="applicants_related_once",
        ),
        migrations.AddField(
            model_name="applicant",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, help_text="since when nobody can be named by it", null=True
            ),
        ),
        migrations.AddField(
            model_name="applicant",
            name="person_decides_since",
            field=models.DateTimeField(
                blank=True, help_text="since when decisions by machine alone are refused", null=True
            ),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="email",
            field=core.encryption.EncryptedTextField(default=None),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="email_index",
            field=models.BinaryField(default=None, max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="invited_at",
            field=models.DateTimeField(default=None),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="name",
            field=core.encryption.EncryptedTextField(default=None, help_text="as the firm wrote it"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="reference",
            field=models.CharField(default=None, max_length=20, unique=True),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="relatedperson",
            name="person",
            field=models.ForeignKey(
                blank=True,
                help_text="the applicant that the person is, once the person answered",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="related_firms",
                to="applicants.applicant",
            ),
        ),
        migrations.AddIndex(
            model_name="relatedperson",
            index=models.Index(fields=["email_index"], name="applicants_related_email"),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("firm", "email_index", "role"),
                name="applicants_related_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True), ("role", "LEGAL_REPRESENTATIVE")),
                fields=("firm",),
                name="applicants_one_representative",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("consented_at__isnull", True), ("person__isnull", False), _connector="OR"
                ),
                name="applicants_consent_has_person",
            ),
        ),
        migrations.AddField(
            model_name="datarequest",
            name="applicant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="data_requests",
                to="applicants.applicant",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="applicant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="applicants.applicant",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="fact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="applicants.fact"
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="new_fact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applicants.fact",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="helpergrant",
            name="applicant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="helper_grants",
                to="applicants.applicant",
            ),
        ),
        migrations.AddField(
            model_name="helpergrant",
            name="helper",
            field=models.ForeignKey(
                blank=True,
                help_text="who took it up",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="helps",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="receivable",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receivables",
                to="applicants.applicant",
            ),
        ),
        migrations.AddField(
            model_name="sharelink",
            name="applicant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="share_links",
                to="applicants.applicant",
            ),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["applicant", "-id"], name="applicants_requests_of"),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "REQUESTED")),
                fields=("applicant", "kind"),
                name="applicants_one_request_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "REQUESTED")),
                    models.Q(models.Q(("state", "REQUESTED"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="applicants_request_settled",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("state", "OPEN")), fields=["due_on", "id"], name="applicants_disputes_due"
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["applicant", "-id"], name="applicants_disputes_of"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "OPEN")),
                fields=("applicant", "characteristic"),
                name="applicants_one_open_dispute",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "OPEN")),
                    models.Q(
                        models.Q(("state", "OPEN"), _negated=True), ("settled_at__gte", models.F("opened_at"))
                    ),
                    _connector="OR",
                ),
                name="applicants_dispute_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["CORRECTED", "CONFIRMED", "UNSETTLED"]), _negated=True),
                    ("settled_by__isnull", False),
                    _connector="OR",
                ),
                name="applicants_dispute_settled_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("new_fact__isnull", False), ("state", "CORRECTED")),
                    models.Q(models.Q(("state", "CORRECTED"), _negated=True), ("new_fact__isnull", True)),
                    _connector="OR",
                ),
                name="applicants_dispute_corrected",
            ),
        ),
        migrations.AddIndex(
            model_name="helpergrant",
            index=models.Index(fields=["email_index"], name="applicants_helper_email"),
        ),
        migrations.AddIndex(
            model_name="helpergrant",
            index=models.Index(fields=["helper"], name="applicants_helper_user"),
        ),
        migrations.AddConstraint(
            model_name="helpergrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("applicant", "email_index"),
                name="applicants_helper_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="helpergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("given_at"))), name="applicants_helper_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.UniqueConstraint(fields=("firm", "invoice"), name="applicants_invoice_once"),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cny__gt", 0)), name="applicants_invoice_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("issued_on"))), name="applicants_invoice_dates"
            ),
        ),
        migrations.AddIndex(
            model_name="sharelink",
            index=models.Index(fields=["applicant", "-id"], name="applicants_links_of"),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="applicants_link_dates"
            ),
        ),
    ]
