"""Appeals of Ada's at later stages: with a paper, on Cleo's desk, with questions, withdrawn, refused."""

from datetime import timedelta

from accounts.models import User
from appeals.acceptance import refuse_acceptance
from appeals.attaching import attach_existing
from appeals.claiming import claim_appeal
from appeals.clocks import calendar_of
from appeals.models import Appeal, Request
from appeals.opening import submit_appeal
from appeals.requesting import NewItem, ask_applicant
from appeals.screening import screen
from core.calendars import legal_day
from core.clock import now
from tests.factories.evidence import check, send
from tests.people import acting

ITEMS = [NewItem("Your payslips of June", "V01"), NewItem("Why the address changed")]


def with_paper(draft: Appeal, ada: User) -> Appeal:
    """A checked paper stands beside the first reason."""
    document = check(send(draft.applicant, by=acting(ada)))
    attach_existing(ground=draft.grounds.get(), document=document, by=acting(ada), now=now())
    draft.refresh_from_db()
    return draft


def on_a_desk(draft: Appeal, ada: User, cleo: User) -> Appeal:
    """Sent, checked in and taken by Cleo."""
    submit_appeal(appeal=draft, expected_version=draft.version, by=acting(ada), now=now())
    appeal = screen(draft, now())
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=now())
    return appeal


def asked(draft: Appeal, ada: User, cleo: User) -> Appeal:
    """Cleo asks for two things until the day after tomorrow."""
    appeal = on_a_desk(draft, ada, cleo)
    due_on = legal_day(now(), calendar_of(appeal).zone) + timedelta(days=2)
    ask_applicant(appeal=appeal, items=ITEMS, due_on=due_on, by=acting(cleo), now=now())
    return appeal


def question(appeal: Appeal) -> Request:
    """What was asked."""
    return appeal.requests.get(kind="ITEMS")


def refused(appeal: Appeal, cleo: User) -> Appeal:
    """Cleo does not take it in."""
    refuse_acceptance(appeal=appeal, code="LATE", reason="It came late.", by=acting(cleo), now=now())
    return appeal
