"""Foreign keys that a wider index begins with have no second one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0018_finding_how"),
        ("applicants", "0005_own_statement"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appeal",
            name="applicant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="applicants.applicant",
            ),
        ),
        migrations.AlterField(
            model_name="appealevent",
            name="appeal",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="appeals.appeal",
            ),
        ),
        migrations.AlterField(
            model_name="ground",
            name="appeal",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grounds",
                to="appeals.appeal",
            ),
        ),
    ]
