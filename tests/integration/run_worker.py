"""A worker on a run in a process of its own, which a named kill point may end."""

import os
import subprocess
import sys

from creditportal.embedded.places import CHECKOUT
from decisions.models import Run
from tests.integration.fault_stack import database_url

WORKER = """
import os, django
django.setup()
from django.conf import settings
settings.KILLPOINTS_ENABLED = True
from django.db import connection
from core import clock
from decisions import run_moving, run_work
run_moving.PEOPLE_TOLD = int(os.environ.get("PEOPLE_TOLD", run_moving.PEOPLE_TOLD))
if os.environ.get("CARELESS"):
    # The control: the effect is committed by itself, before the chunk is marked as done.
    careful = dict(run_work._PHASES)
    def careless(phase):
        def work(**chunk):
            effect = careful[phase](**chunk)
            connection.connection.commit()
            connection.connection.execute("BEGIN")
            return effect
        return work
    run_work._PHASES = {phase: careless(phase) for phase in careful}
    connection.ensure_connection()
run_work.work_on_run(reference=os.environ["RUN"], clock=clock.now, budget_seconds=60)
"""
KILLED = -9


def start_elsewhere(run: Run, **environment: str) -> "subprocess.Popen[bytes]":
    """Begin to work on the run in a process of its own."""
    settings = {
        **os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "creditportal.settings",
        "RUN": run.reference, **environment,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=CHECKOUT, env=settings, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def work_elsewhere(run: Run, **environment: str) -> int:
    """Work on the run in a process of its own; return how it ended."""
    return start_elsewhere(run, **environment).wait(120)
