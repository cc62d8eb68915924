"""manage.py verify_audit: is the audit as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.verifying import verify


class Command(BaseCommand):
    """Check chains, tree, signatures and the copy outside; exits non-zero at any fault."""

    help = "Verify the whole audit and name the first bad event."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Verify and report."""
        verdict = verify()
        for fault in verdict.faults[:20]:
            self.stderr.write(str(fault))
        if not verdict.is_sound:
            raise CommandError(f"The audit was altered. First fault: {verdict.faults[0]}")
        self.stdout.write(f"The audit is sound: {verdict.events} events, {verdict.sealed} of them sealed.")
