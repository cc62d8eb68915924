"""What decisions leave to the worker, and what they look at again by themselves."""

import time
from datetime import datetime
from functools import partial
from typing import cast

from django.conf import settings

from accounts.actors import SITE
from applicants.changes import FACTS_CHANGED
from applicants.related import COMBINE_RELATED
from core import clock
from decisions.applying import DECIDE_APPLICATION
from decisions.asking import ask_about
from decisions.class_remedies import WORK_ON_REMEDY
from decisions.class_remedy_work import call_again as call_remedy_again
from decisions.class_remedy_work import keep_remedies_going, work_on_remedy
from decisions.deciding import DECISION_READY, decide
from decisions.late_referrals import tell_late_referrals
from decisions.market_alarm import tell_late_review
from decisions.models import Application, Decision
from decisions.notices import message_about, send_notice
from decisions.policy_trying import DRY_RUN_POLICY, try_policy
from decisions.promise_keeping import keep_and_expire, keep_promises
from decisions.related import combine_for
from decisions.run_calling import call_again, keep_runs_going
from decisions.runs import WORK_ON_RUN
from decisions.waking import LOOK_AGAIN, wake_holds
from decisions.warning_sweeps import LOOK_FOR_WARNINGS, begin_sweep, call_worker, last_sweep, work_on_sweep
from decisions.warnings import LOOK_AT_APPLICANT, ask_for_look, look_at_one
from notifications.queueing import queue_message
from outbox.periodic import periodic
from outbox.queueing import queue_work
from outbox.registry import Conclusion, Mode, Work, handles


# Another engine is asked outside any transaction; our own needs no second one.
@handles(DECIDE_APPLICATION, mode=Mode.LEASED if settings.SCORING_ENGINE_URL else Mode.ATOMIC)
def decide_application(work: Work) -> Conclusion | None:
    """Decide the application that was submitted."""
    application = Application.objects.select_related("applicant").get(reference=work.subject)
    scored = ask_about(application=application, now=work.now)
    conclude = partial(decide, application=application, by=SITE, now=work.now, scored=scored)
    if scored is not None:
        return cast("Conclusion", conclude)
    conclude()
    return None


@handles(DECISION_READY)
def tell_decision(work: Work) -> None:
    """Write the message that a decision is there."""
    decision = Decision.objects.select_related("applicant", "policy", "line").get(reference=work.subject)
    send_notice(decision=decision, by=SITE, now=work.now)
    kind, params = message_about(decision)
    queue_message(
        kind=kind, applicant=decision.applicant, about=decision.reference, params=params, now=work.now
    )
    ask_for_look(reference=decision.applicant.reference, now=work.now)


@handles(DRY_RUN_POLICY, mode=Mode.LEASED)
def compute_dry_run(work: Work) -> None:
    """Compute whom a version would change; the result is a row of its own."""
    try_policy(version=work.subject, now=work.now)


@handles(COMBINE_RELATED)
def combine_related(work: Work) -> None:
    """Reckon a firm's combined score again after one of its people answered, and have it looked at."""
    combine_for(reference=work.subject, now=work.now)
    ask_for_look(reference=work.subject, now=work.now)


@handles(FACTS_CHANGED)
def look_at_new_facts(work: Work) -> None:
    """Keep the promises that new facts fulfil; have them looked at for warnings and a better answer."""
    keep_promises(applicant_reference=work.subject, now=work.now)
    ask_for_look(reference=work.subject, now=work.now)
    queue_work(kind=LOOK_AGAIN, subject=work.subject, key=f"{LOOK_AGAIN}:{work.key}", now=work.now)


@handles(LOOK_AT_APPLICANT)
def look_at_applicant(work: Work) -> None:
    """Look at one applicant of whom something changed."""
    look_at_one(reference=work.subject, now=work.now)


@periodic(seconds=3600)
def look_after_promises(now: datetime) -> None:
    """Keep what time alone fulfils, tell of last days that come near, and end what is past its day."""
    keep_and_expire(now=now)


@periodic(seconds=3600)
def watch_market_review(now: datetime) -> None:
    """Tell colleagues when the market condition is overdue for its review."""
    tell_late_review(now=now)


@periodic(seconds=3600)
def watch_late_referrals(now: datetime) -> None:
    """Tell of referrals that nobody decided by the day that was told."""
    tell_late_referrals(now=now)


@periodic(seconds=60)
def wake_waiting_applications(now: datetime) -> None:
    """Decide again what waited for something that has ended."""
    wake_holds(now=now)


RUN_SECONDS = 15.0


@handles(WORK_ON_RUN, mode=Mode.LEASED, lease_seconds=75)
def work_on_chunks(work: Work) -> Conclusion | None:
    """Do chunks of a run for a while; when there is more, ask for another turn."""
    # The book and numpy are loaded only by those who work on it.
    from decisions.run_work import Rest, work_on_run

    rest = work_on_run(reference=work.subject, clock=clock.now, budget_seconds=RUN_SECONDS)
    return partial(call_again, reference=work.subject, now=clock.now()) if rest is Rest.MORE else None


@periodic(seconds=30)
def keep_runs_at_work(now: datetime) -> None:
    """Call workers to a run that nobody works on."""
    keep_runs_going(now=now)


@handles(WORK_ON_REMEDY, mode=Mode.LEASED, lease_seconds=75)
def work_on_class_remedy(work: Work) -> Conclusion | None:
    """Look for decisions that a proved error touched, or correct them, for a while."""
    has_more = work_on_remedy(reference=work.subject, clock=clock.now, budget_seconds=RUN_SECONDS)
    return partial(call_remedy_again, reference=work.subject, now=clock.now()) if has_more else None


@periodic(seconds=30)
def keep_class_remedies_at_work(now: datetime) -> None:
    """Call a worker to a class remedy that nobody works on."""
    keep_remedies_going(now=now)


@handles(LOOK_FOR_WARNINGS, mode=Mode.LEASED, lease_seconds=75)
def look_for_warnings(work: Work) -> Conclusion | None:
    """Look at people for a while; when there is more, ask for another turn."""
    deadline = time.monotonic() + RUN_SECONDS
    has_more = work_on_sweep(day=work.subject, clock=clock.now, is_late=lambda: time.monotonic() > deadline)
    sweep = last_sweep()
    return partial(call_worker, sweep, now=clock.now()) if has_more and sweep is not None else None


@periodic(seconds=900)
def begin_daily_look(now: datetime) -> None:
    """Begin the look of the day at everybody with a line."""
    begin_sweep(now=now)
