"""A notice to everybody stands among what the platform says about itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Its words in both languages, and always an end."""

    dependencies = [
        ('decisions', '0015_policy_impact'),
    ]

    operations = [
        migrations.AddField(
            model_name='platformnotice',
            name='text_en',
            field=models.CharField(blank=True, help_text='the same in English', max_length=240),
        ),
        migrations.AddField(
            model_name='platformnotice',
            name='text_zh',
            field=models.CharField(blank=True, help_text='a notice in Chinese; empty ends it', max_length=240),
        ),
        migrations.AlterField(
            model_name='platformnotice',
            name='kind',
            field=models.CharField(choices=[('EXPOSURE', 'overall use of a product'), ('MAINTENANCE', 'maintenance'), ('EVERY_PAGE', 'notice on every page')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='platformnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'EVERY_PAGE'), _negated=True), ('ends_at__isnull', False), _connector='OR'), name='decisions_notice_ends'),
        ),
    ]
