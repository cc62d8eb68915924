"""The Celery application: it carries the word "drain" and nothing else."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
os.environ.setdefault("PERSISTENT_CONNECTIONS", "1")

app = Celery("creditportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks()


@signals.task_prerun.connect(weak=False)
def look_at_kept_connections(**_: Any) -> None:
    """Drop a connection to the database that ended since the last task, as is done before each request."""
    from django.db import close_old_connections  # Django is not ready when this module is imported

    close_old_connections()


@signals.import_modules.connect(sender=app, weak=False)
def schedule_periodic_work(**_: Any) -> None:
    """Take the schedule from the apps' periodic jobs, once Django and their tasks are loaded."""
    from outbox.periodic import beat_schedule  # Django is not ready when this module is imported

    app.conf.beat_schedule = beat_schedule()
