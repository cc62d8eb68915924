"""Sessions say whose they are; those that are open stay open."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def move_sessions(apps: Any, _editor: Any) -> None:
    """Bring Django's open sessions over, each with its owner."""
    from accounts.sessions import SessionStore, describe_session

    theirs, ours = apps.get_model("sessions", "Session"), apps.get_model("accounts", "Session")
    for old in theirs.objects.iterator():
        row = ours(session_key=old.session_key, session_data=old.session_data, expire_date=old.expire_date)
        describe_session(row, SessionStore().decode(old.session_data))
        row.save(force_insert=True)
    theirs.objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('proof', models.CharField(blank=True, max_length=200)),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.RunPython(move_sessions, migrations.RunPython.noop),
    ]
