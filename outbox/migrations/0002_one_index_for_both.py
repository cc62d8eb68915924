"""One index finds work by its subject and keeps it from being asked for twice."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='outbox',
            name='outbox_subject',
        ),
        migrations.AlterField(
            model_name='outbox',
            name='attempts',
            field=models.SmallIntegerField(default=0, verbose_name='attempts'),
        ),
        migrations.AlterField(
            model_name='outbox',
            name='key',
            field=models.CharField(max_length=160, verbose_name='key'),
        ),
        migrations.AddConstraint(
            model_name='outbox',
            constraint=models.UniqueConstraint(fields=('subject', 'key'), name='outbox_once'),
        ),
    ]
