"""Freeze the baselines of a policy version and take it as far as one person may."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import Actor
from assessment.baselines import NEAR
from assessment.policy_shape import BASELINES
from core.clock import now
from core.errors import DomainError
from core.identity import today_in_china
from decisions.files import explain_error
from decisions.models import PolicyVersion
from decisions.policies import compiled
from decisions.policy_acting import get_colleague
from decisions.policy_lifecycle import get_policy_version, propose_policy
from decisions.policy_publishing import first_day, publish_policy
from decisions.policy_states import Stage, stage_of


class Command(BaseCommand):
    help = (
        "A draft: freeze its baselines from the book and propose it. An approved version: publish it from a"
        " day. Any other: say where it stands. Approving is for a second person, at the desk."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", help="such as 2026.2")
        parser.add_argument("--as", default="", dest="email", help="e-mail address of the policy manager")
        parser.add_argument(
            "--baseline", choices=BASELINES, default=NEAR, help="what points are compared with"
        )
        parser.add_argument(
            "--impact", default="", metavar="LINK", help="link or reference of the assessment of its impact"
        )
        parser.add_argument(
            "--from", type=_day, dest="from_on", metavar="DAY",
            help="first day as 2026-12-31; tomorrow without it",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = self._move(get_policy_version(options["version"]), options)
        except DomainError as error:
            raise CommandError(explain_error(error)) from error
        self._tell(row)

    def _move(self, row: PolicyVersion, options: dict[str, Any]) -> PolicyVersion:
        at = now()
        stage = stage_of(row, today=today_in_china(at))
        if stage is Stage.DRAFT:
            return propose_policy(
                policy_version=row, impact=options["impact"], baseline=options["baseline"],
                by=_by(options["email"]), now=at,
            )  # fmt: skip
        if stage is Stage.APPROVED:
            from_on = options["from_on"] or first_day(at)
            return publish_policy(policy_version=row, from_on=from_on, by=_by(options["email"]), now=at)
        return row

    def _tell(self, row: PolicyVersion) -> None:
        stage = stage_of(row, today=today_in_china(now()))
        self.stdout.write(f"policy {row.version}: {stage.lower().replace('_', ' ')}, {row.content_hash}")
        if row.effective_from is not None:
            self.stdout.write(f"in force from {row.effective_from} to {row.retired_on or 'further notice'}")
        for applicant, baseline in compiled(row).baselines.items():
            people = f" of {baseline.people:,} people" if baseline.people else ""
            self.stdout.write(f"baseline {applicant}: {baseline.method}{people}")
            points = ", ".join(f"{name} {value}" for name, value in baseline.points.items())
            self.stdout.write(f"  {points}")
        if stage is Stage.PROPOSED:
            self.stdout.write(f"next: somebody else approves it at /staff/policies/{row.version}/")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"expected a day such as 2026-12-31, not {text}") from error


def _by(email: str) -> Actor:
    if not email:
        raise CommandError("say who acts: --as E-MAIL of a policy manager")
    return get_colleague(email)
