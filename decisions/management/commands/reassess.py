"""Assess everybody again under the version in force, in chunks that survive their workers."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actors import SITE, Actor
from accounts.models import User
from core import clock
from core.errors import DomainError, InputError
from decisions.models import Market, PolicyVersion, Run, RunCause, RunState
from decisions.run_progress import progress_of
from decisions.run_states import WORKING
from decisions.runs import CHUNK, get_run_for, pause_run, resume_run, start_run

_WAIT_SECONDS = 1.0
_TURN_SECONDS = 10.0


class Command(BaseCommand):
    help = "Reassess everybody: start a run, or go on with one, and follow it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", nargs="?", help="the version in force; the same when left out")
        parser.add_argument("--reason", default="", help="why everybody is assessed again")
        parser.add_argument("--correction", action="store_true", help="because data were corrected")
        parser.add_argument("--market", choices=Market.values, help="another market condition than today's")
        parser.add_argument("--chunk", type=int, default=CHUNK, help="people a chunk, at most 50,000")
        parser.add_argument("--as", dest="email", help="who starts it, and signs closures if allowed to")
        parser.add_argument("--resume", metavar="RUN", help="go on with a paused run")
        parser.add_argument("--pause", metavar="RUN", help="pause a run after the chunks under way")
        parser.add_argument("--here", action="store_true", help="do the work in this process, too")
        parser.add_argument("--no-wait", action="store_true", help="start and leave it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._begin(options)
        except DomainError as error:
            fields = error.fields if isinstance(error, InputError) else {}
            details = "; ".join(f"{name}: {text}" for name, texts in fields.items() for text in texts)
            raise CommandError(f"{error} {details}".strip()) from error
        self.stdout.write(run.reference)
        if options["no_wait"] or options["pause"]:
            return
        self._report(self._follow(run, is_here=options["here"]))

    def _begin(self, options: dict[str, Any]) -> Run:
        by, now = _actor(options["email"]), clock.now()
        if options["pause"] or options["resume"]:
            run = get_run_for(by=by, reference=options["pause"] or options["resume"])
            guide = pause_run if options["pause"] else resume_run
            return guide(run=run, by=by, now=now)
        version = None
        if options["version"]:
            version = PolicyVersion.objects.filter(version=options["version"]).first()
            if version is None:
                raise CommandError(f"there is no policy version {options['version']}")
        return start_run(
            version=version, market=options["market"], reason=options["reason"],
            cause=RunCause.CORRECTION if options["correction"] else RunCause.POLICY,
            chunk_size=options["chunk"], by=by, now=now,
        )  # fmt: skip

    def _follow(self, run: Run, *, is_here: bool) -> Run:
        """Say how far the run has come until it ends, pauses or waits for people."""
        # numpy is loaded by the commands that need it.
        from decisions.run_work import work_on_run

        said = ""
        while run.state in WORKING and not run.is_paused:
            if is_here:
                work_on_run(reference=run.reference, clock=clock.now, budget_seconds=_TURN_SECONDS)
            else:
                time.sleep(_WAIT_SECONDS)
            run = Run.objects.select_related("policy").get(pk=run.pk)
            part = progress_of(run)
            text = f"{run.state.lower()}: {part.done} of {part.chunks} chunks"
            if text != said:
                self.stderr.write(said := text)
        return run

    def _report(self, run: Run) -> None:
        self.stdout.write(f"{run.state.lower()}{', paused' if run.is_paused else ''}: {run.people:,} people")
        for name in ("better", "worse", "decisions"):
            self.stdout.write(f"  {name:<10} {run.counts.get(name, 0):>9,}")
        for product, counts in run.counts.get("products", {}).items():
            self.stdout.write(f"  {product}: {counts['people']:,} people")
            for cause, count in counts["causes"].items():
                self.stdout.write(f"    cause {cause:<6} {count:>7,}")
        for why, count in run.counts.get("left", {}).items():
            self.stdout.write(f"  left alone ({why.lower()}) {count:,}")
        if run.state == RunState.BRAKED:
            causes = ", ".join(
                f"{cause} {one['share_pct']} % of {one['product']}" for cause, one in run.brake.items()
            )
            self.stdout.write(
                f"The brake has stopped it ({causes}): two people approve it on the staff site."
            )
        if run.problem:
            raise CommandError(f"a chunk could not be done: {run.problem}")


def _actor(email: str | None) -> Actor:
    if email is None:
        return SITE
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        raise CommandError(f"there is no account {email}")
    return Actor.for_user(user)
