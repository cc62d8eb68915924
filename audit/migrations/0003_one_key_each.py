"""A chain is known by its subject; a leaf without a place is in one index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_nodes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='leaf',
            name='audit_leaf_index_once',
        ),
        migrations.RemoveField(
            model_name='chain',
            name='id',
        ),
        migrations.AlterField(
            model_name='chain',
            name='seq',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='chain',
            name='subject',
            field=models.CharField(max_length=64, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name='event',
            name='seq',
            field=models.BigIntegerField(),
        ),
        migrations.AlterField(
            model_name='leaf',
            name='event',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='audit.event'),
        ),
        migrations.AlterField(
            model_name='leaf',
            name='index',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='leaf',
            constraint=models.UniqueConstraint(condition=models.Q(('index__isnull', False)), fields=('index',), name='audit_leaf_index_once'),
        ),
    ]
