"""Work of this app that runs after commit or by the clock."""

from datetime import datetime

from appeals import (
    answering,
    claiming,
    drafts,
    feeds,
    gauging,
    policy_reviews,
    quality,
    remedy,
    reminding,
    requesting,
    screening,
    sending,
    tallying,
)
from appeals import rerun as rerunning
from appeals.announced import carry_out_due
from appeals.appealability import free_since
from appeals.concluding import RERUN_APPEAL
from appeals.deciding import CLOSE_APPEAL, FREEZE_ANSWER
from appeals.keeping import KEPT, appealed_decisions
from appeals.looking_again import look_again
from appeals.opening import SCREEN_APPEAL
from appeals.record_disputes import rerun_dispute
from applicants.disputing import RERUN_DISPUTE
from decisions.keeping import keeps
from decisions.offer_ending import end_offers
from decisions.waking import LOOK_AGAIN
from evidence.scanning import DOCUMENT_CHECKED
from outbox.periodic import periodic
from outbox.registry import Conclusion, Mode, Work, handles

keeps(KEPT, appealed_decisions)


@handles(SCREEN_APPEAL)
def screen_appeal(work: Work) -> None:
    """Check one appeal in."""
    screening.screen_one(reference=work.subject, now=work.now)


@handles(DOCUMENT_CHECKED)
def screen_after_check(work: Work) -> None:
    """Check in the appeals that waited for this document."""
    screening.screen_with_document(reference=work.subject, now=work.now)


@handles(RERUN_APPEAL, mode=Mode.LEASED, max_attempts=5, lease_seconds=60)
def rerun_appeal(work: Work) -> Conclusion | None:
    """Recompute one appeal."""
    return rerunning.rerun(reference=work.subject, now=work.now)


@handles(FREEZE_ANSWER)
def freeze_answer(work: Work) -> None:
    """Freeze the letter that answers one decided appeal."""
    sending.freeze_answer(reference=work.subject, now=work.now)


@handles(CLOSE_APPEAL)
def close_appeal(work: Work) -> None:
    """Close one decided appeal."""
    remedy.close_decided(reference=work.subject, now=work.now)


@handles(RERUN_DISPUTE, mode=Mode.LEASED)
def rerun_settled_dispute(work: Work) -> None:
    """Look again at the decisions that a settled record was part of."""
    rerun_dispute(reference=work.subject, now=work.now)


@handles(LOOK_AGAIN, mode=Mode.LEASED)
def look_at_declined(work: Work) -> None:
    """Look again at what was declined, now that facts have changed."""
    look_again(reference=work.subject, now=work.now)


@periodic(seconds=60)
def screen_waiting(now: datetime) -> None:
    """Check in whatever waited long enough."""
    screening.screen_waiting(now)


@periodic(seconds=60)
def requeue_stuck_reruns(now: datetime) -> None:
    """Queue again what a crash left behind."""
    rerunning.requeue_stuck(now)


@periodic(seconds=1800)
def lapse_claims(now: datetime) -> None:
    """Give idle appeals back to the queue."""
    claiming.lapse_claims(now)


@periodic(seconds=1800)
def tend_drafts(now: datetime) -> None:
    """Remind of drafts and end old ones."""
    drafts.expire_drafts(now)


@periodic(seconds=900)
def tend_requests(now: datetime) -> None:
    """Remind of answers, and go on where their day has passed."""
    answering.lapse_requests(now)
    requesting.chase_third_parties(now)


@periodic(seconds=300)
def remind_of_dates(now: datetime) -> None:
    """Send the reminders that are due."""
    reminding.remind(now)


@periodic(seconds=1800)
def alert_late_remedies(now: datetime) -> None:
    """Tell supervisors of remedies that are late."""
    remedy.alert_late_remedies(now)


@periodic(seconds=60)
def count_events(now: datetime) -> None:
    """Add to the summaries what has happened since."""
    tallying.fold_all()


@periodic(seconds=300)
def measure_gauges(now: datetime) -> None:
    """Measure what is open now for the boards."""
    gauging.measure(now=now)


@periodic(seconds=300)
def note_feeds(now: datetime) -> None:
    """Keep when each source of data last brought something."""
    feeds.note_feeds()


@periodic(seconds=3600)
def measure_exposure(now: datetime) -> None:
    """Measure what is lent by score band for the boards."""
    gauging.measure_exposure(now=now)


@periodic(seconds=3600)
def tell_quiet_feeds(now: datetime) -> None:
    """Tell supervisors of sources of data that went quiet."""
    feeds.tell_quiet_feeds(now=now)


@periodic(seconds=3600)
def look_for_overturns(now: datetime) -> None:
    """Open a review of the policy where too many appeals change something."""
    policy_reviews.open_reviews(now=now)


@periodic(seconds=3600)
def draw_quality_sample(now: datetime) -> None:
    """Draw last week's sample, once."""
    quality.draw_sample(now=now)


@periodic(seconds=3600)
def end_old_offers(now: datetime) -> None:
    """Tell of offers that end soon, and end those whose day has passed and whose appeal does not run."""
    end_offers(free_since=free_since, now=now)


@periodic(seconds=300)
def carry_out_announced(now: datetime) -> None:
    """Change the lines whose notice has passed."""
    carry_out_due(now=now)
