"""The other side of the desk: the worker, and a reviewer who finds what the papers show."""

from datetime import date
from typing import Any

from accounts.models import User
from appeals.appealability import permitted_inputs
from appeals.claiming import claim_appeal
from appeals.concluding import conclude_verification
from appeals.deciding import countersign, propose, suggest_ruling
from appeals.models import Appeal, AppealStatus, Attachment
from appeals.verification import assess_attachment, mark_statement_read, record_finding
from core.clock import now
from outbox.draining import drain
from tests.factories.decisions import SAMPLES
from tests.people import acting


def work() -> None:
    """Everything that waits in the outbox, as the worker does it."""
    drain(clock=now)


def review(appeal: Appeal, *, like: str, reviewer: User, second: User) -> Appeal:
    """Find what the later sample says, conclude, and rule what the rerun speaks for."""
    by = acting(reviewer)
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=now())
    appeal = mark_statement_read(appeal=appeal, by=by, now=now())
    for attachment in Attachment.objects.filter(ground__appeal=appeal):
        assess_attachment(attachment=attachment, accepted=True, note="readable", by=by, now=now())
    for name, value in _differences(appeal, like).items():
        _find(appeal, name, value, reviewer)
    appeal.refresh_from_db()
    conclude_verification(appeal=appeal, view="seen", expected_version=appeal.version, by=by, now=now())
    work()
    appeal.refresh_from_db()
    ruling = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=ruling.outcome, reason="The papers show it.", letter_zh=ruling.letter_zh,
        letter_en=ruling.letter_en, expected_version=appeal.version, by=by, now=now(),
    )  # fmt: skip
    appeal.refresh_from_db()
    if appeal.status == AppealStatus.PROPOSED:
        countersign(appeal=appeal, expected_version=appeal.version, by=acting(second), now=now())
    work()
    appeal.refresh_from_db()
    return appeal


def _differences(appeal: Appeal, like: str) -> dict[str, Any]:
    before = {name: fact["value"] for name, fact in appeal.decision.facts.items()}
    later = SAMPLES[like].facts
    return {name: value for name, value in later.items() if name in before and before[name] != value}


def _find(appeal: Appeal, name: str, value: Any, reviewer: User) -> None:
    ground = next((row for row in appeal.grounds.all() if name in permitted_inputs(row.code)), None)
    if ground is None:
        return
    appeal.refresh_from_db()
    record_finding(
        appeal=appeal, ground=ground, characteristic=name, value=value, how="SOURCE",
        observed_on=date(2026, 11, 6),
        note=f"{name} as in the paper", by=acting(reviewer), now=now(),
    )  # fmt: skip
