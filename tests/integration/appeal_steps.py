"""The way of an appeal as steps that can be taken again, here or in another process."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from accounts.actors import Actor
from accounts.models import User
from appeals.attaching import attach_evidence
from appeals.claiming import claim_appeal
from appeals.concluding import conclude_verification
from appeals.deciding import propose, suggest_ruling
from appeals.models import Appeal, AppealStatus
from appeals.opening import submit_appeal
from appeals.verification import assess_attachment, mark_statement_read, record_finding
from outbox.draining import drain
from tests.factories import files
from tests.factories.appeals import NOW, OBSERVED, corrections
from tests.people import acting

SOON: Final = NOW + timedelta(minutes=1)
PAPER: Final = files.jpeg()


def take(step: str, now: datetime = SOON) -> None:
    """Take one step for every appeal that stands before it; whoever is past it stays as it is."""
    if step == "work":
        drain(clock=lambda: now)
        return
    for appeal in Appeal.objects.select_related("decision__application", "applicant").order_by("pk"):
        STEPS[step](appeal)


def _attach(appeal: Appeal) -> None:
    ground = appeal.grounds.get(code="U05")
    if not ground.attachments.exists():
        attach_evidence(
            ground=ground,
            kind="V14",
            upload=[PAPER],
            name="report.pdf",
            declared_type="",
            by=_ada(appeal),
            now=NOW,
        )


def _submit(appeal: Appeal) -> None:
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=_ada(appeal), now=NOW)


def _claim(appeal: Appeal) -> None:
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=_cleo(), now=SOON)


def _verify(appeal: Appeal) -> None:
    mark_statement_read(appeal=appeal, by=_cleo(), now=SOON)
    for attachment in appeal.grounds.get(code="U05").attachments.filter(accepted=None):
        attachment.ground.appeal = appeal
        assess_attachment(attachment=attachment, accepted=True, note="", by=_cleo(), now=SOON)
    found = set(appeal.findings.values_list("characteristic", flat=True))
    for name, value in corrections("zhao_ming").items():
        if name not in found:
            record_finding(
                appeal=appeal, ground=appeal.grounds.get(code="U05"), characteristic=name, value=value,
                how="SOURCE", observed_on=OBSERVED, note="not his loan", by=_cleo(), now=SOON,
            )  # fmt: skip


def _conclude(appeal: Appeal) -> None:
    conclude_verification(
        appeal=appeal, view="the report is real", expected_version=appeal.version, by=_cleo(), now=SOON
    )


def _rule(appeal: Appeal) -> None:
    if appeal.status != AppealStatus.IN_REVIEW:
        return
    draft = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=draft.outcome, reason="police report", letter_zh=draft.letter_zh,
        letter_en=draft.letter_en, expected_version=appeal.version, by=_cleo(), now=SOON,
    )  # fmt: skip


STEPS: Final[dict[str, Callable[[Appeal], None]]] = {
    "attach": _attach,
    "submit": _submit,
    "claim": _claim,
    "verify": _verify,
    "conclude": _conclude,
    "rule": _rule,
}
WAY: Final = ("attach", "submit", "work", "claim", "verify", "conclude", "work", "rule", "work")


def _ada(appeal: Appeal) -> Actor:
    user = appeal.applicant.user
    assert user is not None
    return acting(user)


def _cleo() -> Actor:
    return acting(User.objects.get(email="cleo@example.test"))


if __name__ == "__main__":
    take(sys.argv[1])
