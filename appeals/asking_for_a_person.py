"""The right to have a person decide: one step from an automatic decision to somebody's desk."""

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from appeals.appealability import PERSON_GROUND
from appeals.models import Appeal, Claim
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from appeals.screening import screen
from decisions.models import Decision


def ask_for_person(*, decision: Decision, statement: str = "", by: Actor, now: datetime) -> Appeal:
    """Open, send and check in an appeal that asks for a person, whatever else a draft of it contests."""
    with transaction.atomic():
        appeal = open_appeal(decision=decision, by=by, now=now)
        grounds = {one.code: (one.claim, str(one.note or "")) for one in appeal.grounds.all()}
        grounds[PERSON_GROUND] = (Claim.PERSON, "")
        save_grounds(appeal=appeal, grounds=grounds, expected_version=appeal.version, by=by, now=now)
        if statement:
            save_statement(
                appeal=appeal, statement=statement, is_urgent=appeal.is_urgent,
                expected_version=appeal.version, by=by, now=now,
            )  # fmt: skip
        submit_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=now)
        return screen(appeal, now)
