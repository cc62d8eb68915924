"""An appeal's whole way through real handlers, the outbox and the database; and what kill -9 does to it."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import User
from appeals.models import Appeal, Attachment, Rerun
from appeals.rerun import requeue_stuck as requeue_reruns
from audit.verifying import verify
from decisions.models import Decision, Line
from evidence import vault
from evidence.models import Page
from evidence.sweeping import remove_orphan_files
from notifications.models import Message
from outbox.models import Outbox, State
from outbox.retrying import requeue_stuck
from tests.factories.appeals import NOW, decided, draft, load_everything
from tests.integration.appeal_steps import WAY, take
from tests.integration.fault_stack import database_url
from tests.people import acting

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=20)
EVENTS = ["submit", "screen", "accept", "claim", "decide", "remedy_needed", "remedy_confirmed"]
# Each seam with the step of the way in which it lies.
SEAMS = {
    "evidence.written_before_row": 0,
    "evidence.stored_before_attaching": 0,
    "appeals.moved_before_event": 1,
    "appeals.submitted_before_queueing": 1,
    "appeals.submitted_before_answer": 1,
    "evidence.checked_before_conclusion": 2,
    "appeals.claimed_before_answer": 3,
    "appeals.concluded_before_rerun": 5,
    "appeals.rerun_claimed": 6,
    "appeals.rerun_scored": 6,
    "appeals.ruled_before_move": 7,
    "appeals.corrected_before_move": 7,
    "appeals.decided_before_commit": 7,
    "appeals.remedied_before_close": 8,
}
ELSEWHERE = """
import sys
import django
django.setup()
from tests.integration.appeal_steps import take
take(sys.argv[1])
"""


@pytest.fixture
def appeals(ada: User, ben: User, cleo: User) -> list[Appeal]:
    """Drafts of Ada and Ben: the same story twice."""
    load_everything()
    drafts = [draft(decided("zhao_ming", user), acting(user)) for user in (ada, ben)]
    Outbox.objects.update(state=State.DONE)
    return drafts


def _recover() -> None:
    """What the periodic jobs do after a crash."""
    requeue_stuck(now=LATER)
    requeue_reruns(LATER)


def assert_the_end(appeals: list[Appeal]) -> None:
    for appeal in appeals:
        appeal.refresh_from_db()
        assert (appeal.status, appeal.outcome) == ("CLOSED", "CORRECTED")
        assert [event.event for event in appeal.events.all()] == EVENTS
        assert [event.sequence for event in appeal.events.all()] == list(range(1, len(EVENTS) + 1))
        assert Attachment.objects.filter(ground__appeal=appeal).count() == 1
        assert list(Rerun.objects.filter(appeal=appeal).values_list("state", flat=True)) == ["DONE"]
        assert appeal.rulings.filter(state="FINAL").count() == appeal.rulings.count() == 1
        assert Decision.objects.filter(supersedes=appeal.decision).get() == appeal.new_decision
        assert Line.objects.get(applicant=appeal.applicant).total_cny == 25_000
        kinds = list(
            Message.objects.filter(about=appeal.reference).order_by("pk").values_list("kind", flat=True)
        )
        assert kinds == ["APPEAL_RECEIVED", "APPEAL_DECIDED", "REMEDY_DONE"]
    assert not Outbox.objects.filter(state__in=[State.DEAD, State.LEASED]).exists()
    assert not verify().faults


def test_an_appeal_walks_its_whole_way(appeals: list[Appeal]) -> None:
    Appeal.objects.update(sample_draw=None)
    for step in WAY:
        take(step)
        Appeal.objects.exclude(sample_draw=None).update(sample_draw=9_999)
    assert_the_end(appeals)


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize(("seam", "hit"), [(seam, hit) for seam in SEAMS for hit in (1, 2)])
def test_killed_at_a_seam_nothing_is_lost_or_doubled(appeals: list[Appeal], seam: str, hit: int) -> None:
    at = SEAMS[seam]
    for step in WAY[:at]:
        take(step)
        Appeal.objects.exclude(sample_draw=None).update(sample_draw=9_999)
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "EVIDENCE_ROOT": str(settings.EVIDENCE_ROOT),
        "KILLPOINTS_ENABLED": "True",
        "CREDITPORTAL_KILLPOINT": f"{seam}:{hit}",
    }
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, WAY[at]], env=environment, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr.decode()[-2000:]
    _recover()
    for step in WAY[at:]:
        take(step, LATER)
        Appeal.objects.exclude(sample_draw=None).update(sample_draw=9_999)
    assert_the_end(appeals)
    remove_orphan_files(LATER + timedelta(days=365))
    kept = {key for key, _changed in vault.list_keys()}
    documents = [attachment.document for attachment in Attachment.objects.select_related("document")]
    files = {key for document in documents for key in (document.original_key, document.safe_key)}
    drawn = set(Page.objects.filter(document__in=documents).values_list("key", flat=True))
    assert drawn
    assert kept == files | drawn
