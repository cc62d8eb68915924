"""Recompute stored decisions and report every difference."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.references import UnknownReferenceError, normalise_reference
from decisions.engines import is_scored_elsewhere
from decisions.models import Decision
from decisions.replaying import replay, replay_all

_SHOWN = 20


class Command(BaseCommand):
    help = "Recompute one decision, or all of them, from what was frozen; exits with 1 when anything differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("reference", nargs="?", help="reference of one decision, such as DE-7K3Q-9XDM")
        choice.add_argument("--all", action="store_true", help="every stored decision")

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = replay_all() if options["all"] else iter([_one(options["reference"])])
        count = differing = shown = elsewhere = 0
        for decision, differences in pairs:
            count += 1
            elsewhere += is_scored_elsewhere(decision.result)
            differing += bool(differences)
            for difference in differences[: max(0, _SHOWN - shown)]:
                self.stdout.write(str(difference))
                shown += 1
            if count % 5000 == 0:
                self.stdout.write(f"{count:,} recomputed, {differing:,} differ")
        self.stdout.write(f"{count:,} decisions recomputed, {differing:,} differ")
        if elsewhere:
            self.stdout.write(
                f"{elsewhere:,} of them were scored by another engine: not recomputed, only added up"
            )
        if differing:
            raise CommandError(f"{differing:,} decisions differ from their recomputation")


def _one(reference: str) -> Any:
    try:
        decision = Decision.objects.select_related("policy").get(reference=normalise_reference(reference))
    except (Decision.DoesNotExist, UnknownReferenceError) as error:
        raise CommandError(f"there is no decision {reference}") from error
    return decision, replay(decision)
