"""A mail about an account says in its head which language it is in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_session'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountmail',
            name='language',
            field=models.CharField(default='zh-hans', max_length=10),
        ),
    ]
