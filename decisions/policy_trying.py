"""Asking for a dry run of a version: the worker computes it, and colleagues find it beside the version."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actors import SITE, Actor
from accounts.roles import Permission
from core.errors import ForbiddenError
from decisions.dry_run import dry_run, latest_dry_run
from decisions.models import PolicyVersion
from decisions.policies import get_latest_policy
from decisions.policy_lifecycle import get_policy_version
from outbox.queueing import queue_work

DRY_RUN_POLICY: Final = "DRY_RUN_POLICY"


def ask_for_dry_run(*, policy_version: PolicyVersion, by: Actor, now: datetime) -> None:
    """Queue a dry run of this content against the version in force, else the last; once for each pair."""
    if not by.can(Permission.APPROVE_POLICY):
        raise ForbiddenError
    base = get_latest_policy(now=now)
    key = f"{DRY_RUN_POLICY}:{policy_version.content_hash[:24]}:{base.content_hash[:24]}"
    with transaction.atomic():
        queue_work(kind=DRY_RUN_POLICY, subject=policy_version.version, key=key, now=now)


def try_policy(*, version: str, now: datetime) -> None:
    """Compute the dry run of a version unless it is there already."""
    row = get_policy_version(version)
    if latest_dry_run(version=row, now=now) is None:
        dry_run(version=row, by=SITE, now=now)
