"""What decisions leave to the worker, and what they look at again by themselves."""

from datetime import datetime

from accounts.actors import SITE
from decisions.applying import DECIDE_APPLICATION
from decisions.deciding import DECISION_READY, decide
from decisions.models import Application, Decision, DecisionKind
from decisions.waking import wake_holds
from notifications.kinds import Kind
from notifications.queueing import queue_message
from outbox.periodic import periodic
from outbox.registry import Work, handles


@handles(DECIDE_APPLICATION)
def decide_application(work: Work) -> None:
    """Decide the application that was submitted."""
    decide(application=Application.objects.get(reference=work.subject), by=SITE, now=work.now)


@handles(DECISION_READY)
def tell_decision(work: Work) -> None:
    """Write the message that a decision is there."""
    decision = Decision.objects.select_related("applicant").get(reference=work.subject)
    kind = Kind.DECISION_READY if decision.kind == DecisionKind.APPLICATION else Kind.LINE_CHANGED
    queue_message(kind=kind, applicant=decision.applicant, about=decision.reference, now=work.now)


@periodic(seconds=60)
def wake_waiting_applications(now: datetime) -> None:
    """Decide again what waited for something that has ended."""
    wake_holds(now=now)
