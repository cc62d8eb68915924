"""A line that rules alone closed or cut is looked at again when facts change: better, or as it was."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals import looking_again
from appeals.looking_again import look_again
from appeals.opening import open_appeal
from appeals.staying import begin_stay, end_stay
from applicants.automation import refuse_automation
from applicants.disputing import open_dispute, settle_dispute
from applicants.facts import record_fact
from applicants.models import Applicant
from audit.models import Event
from decisions.deciding import decide
from decisions.explaining import explain
from decisions.line_changes import available, change_line
from decisions.lines import close_line, cut_line
from decisions.models import Announcement, Decision, Line
from decisions.notices import compose_notice
from decisions.replaying import replay
from decisions.samples import play
from notifications.models import Letter, Message
from outbox.draining import drain
from tests.factories.decisions import NOW, SAMPLES, application_of, sample_applicant
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LATER = NOW + timedelta(days=3)
WHOLE = Decimal(140_800)
SOURCES = {"verified_income_month": "bank_flows", "linked_product_event": "linked_products"}


@pytest.fixture
def wang_fang(ada: User, dev: User) -> Line:
    """Ada is Wang Fang: a line of 140,800 with 20,000 drawn, and a payment that is late now."""
    applicant = sample_applicant("wang_fang", user=ada)
    decision = play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(ada), now=NOW)
    assert decision.line is not None
    learn(applicant, days=0, current_overdue_days=40)
    return Line.objects.get(pk=decision.line.pk)


@pytest.fixture
def closed(wang_fang: Line) -> Decision:
    """The closure of the line, by rules alone."""
    decision = close_line(line=wang_fang, by=SITE, now=NOW)
    assert (decision.is_automatic, "U04" in codes(decision)) == (True, True)
    return decision


def learn(applicant: Applicant, *, days: int = 3, **values: Any) -> None:
    for name, value in values.items():
        now = NOW + timedelta(days=days)
        record_fact(
            applicant=applicant, characteristic=name, value=value, source=SOURCES.get(name, "credit_report"),
            observed_on=now.date(), by=SITE, now=now,
        )  # fmt: skip


def settle(decision: Decision, *, days: int = 3) -> None:
    """What was late is paid."""
    learn(decision.applicant, days=days, current_overdue_days=0)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons.all()]


def looked(decision: Decision, *, days: int = 3) -> int:
    return look_again(reference=decision.applicant.reference, now=NOW + timedelta(days=days))


def line() -> tuple[str, Decimal, Decimal]:
    row = Line.objects.get()
    return row.state, row.total_cny - row.reduced_cny, available(row)


def test_a_dispute_that_changes_nothing_closes_no_line_again(closed: Decision, ada: User, cleo: User) -> None:
    dispute = open_dispute(
        applicant=closed.applicant, characteristic="hard_inquiries_3m", claim="None.", by=acting(ada), now=NOW
    )
    settle_dispute(dispute=dispute, outcome="CONFIRMED", answer="Asked.", by=acting(cleo), now=NOW)
    settle(closed)
    drain(clock=lambda: LATER)
    dispute.refresh_from_db()
    assert dispute.rerun == "UNCHANGED"
    assert Decision.objects.get(supersedes=closed).outcome == "approve"
    assert line()[0] == "active"


def test_a_closed_line_comes_back_once_the_payment_is_made(closed: Decision) -> None:
    settle(closed)
    drain(clock=lambda: LATER)
    newer = Decision.objects.get(supersedes=closed)
    assert (newer.kind, newer.outcome, newer.is_automatic) == ("LINE_CLOSED", "approve", True)
    assert (line(), newer.limit_cny) == (("active", WHOLE, WHOLE - 20_000), WHOLE)
    assert replay(Decision.objects.get(pk=newer.pk)) == []
    assert Message.objects.get(about=newer.reference).kind == "LINE_CHANGED"
    assert Letter.objects.filter(about=newer.reference).exists()
    assert Event.objects.filter(subject=closed.reference, verb="decision:superseded").exists()


def test_the_letter_names_the_line_and_no_other_limit(closed: Decision) -> None:
    settle(closed)
    learn(closed.applicant, verified_income_month=90_000)
    looked(closed)
    newer = Decision.objects.get(supersedes=closed)
    told = str(compose_notice(decision=newer, language="en", now=LATER)["parts"])
    assert ("line is restored, up to \u00a5140,800" in told, "You can borrow up to" in told) == (True, False)


def test_looking_twice_writes_one_decision(closed: Decision) -> None:
    settle(closed)
    assert (looked(closed), looked(closed)) == (1, 0)
    assert Decision.objects.filter(supersedes=closed).count() == 1


def test_facts_that_are_no_better_change_nothing(closed: Decision) -> None:
    learn(closed.applicant, current_overdue_days=50)
    assert looked(closed) == 0
    assert line() == ("closed", Decimal(20_000), Decimal(0))


def test_a_part_comes_back_where_no_more_is_supported_and_the_rest_follows(closed: Decision) -> None:
    settle(closed)
    learn(closed.applicant, verified_income_month=15_000)
    assert looked(closed) == 1
    part = Decision.objects.get(supersedes=closed)
    state, kept, _left = line()
    assert (part.kind, part.outcome, state) == ("LINE_CUT", "cut", "reduced")
    assert (20_000 < kept < WHOLE, bool(codes(part)), replay(part)) == (True, True, [])
    learn(closed.applicant, days=4, verified_income_month=32_000)
    assert (looked(closed, days=4), line()[:2]) == (1, ("active", WHOLE))


def test_an_appeal_of_a_part_gives_the_whole_back_while_it_runs(closed: Decision, ada: User) -> None:
    settle(closed)
    learn(closed.applicant, verified_income_month=15_000)
    looked(closed)
    appeal = open_appeal(decision=Decision.objects.get(supersedes=closed), by=acting(ada), now=LATER)
    part = line()
    assert begin_stay(appeal=appeal, now=LATER) is not None
    learn(closed.applicant, days=4, verified_income_month=32_000)
    assert (line()[1], looked(closed, days=4)) == (WHOLE, 0)
    end_stay(appeal=appeal, now=LATER)
    assert line() == part


def test_a_line_never_becomes_more_than_it_was(closed: Decision) -> None:
    settle(closed)
    learn(closed.applicant, verified_income_month=90_000)
    assert (looked(closed), line()[1]) == (1, WHOLE)


def test_a_cut_line_gets_back_what_was_cut(wang_fang: Line) -> None:
    cut = cut_line(line=wang_fang, new_total_cny=Decimal(100_000), by=SITE, now=NOW)
    settle(cut)
    assert (looked(cut), line()) == (1, ("active", WHOLE, WHOLE - 20_000))
    assert Decision.objects.get(supersedes=cut).kind == "LINE_CUT"


def test_what_a_colleague_signed_stays(wang_fang: Line, dev: User) -> None:
    signed = close_line(line=wang_fang, by=SITE, now=NOW, signed_by=dev)
    settle(signed)
    assert (looked(signed), looked(signed), line()[0]) == (0, 0, "closed")
    [message] = Message.objects.filter(about=signed.reference, kind="LINE_CAN_COME_BACK")
    assert (message.applicant, "2027-01-19" in message.body_text or "19 Jan 2027" in message.body_text) == (
        signed.applicant, True,
    )  # fmt: skip
    told = explain(decision=signed, language="en", now=LATER)["outcome"]["summary"]
    assert told.endswith("When things change, appeal and a person looks again.")


def test_an_open_appeal_keeps_its_line(closed: Decision, ada: User) -> None:
    open_appeal(decision=closed, by=acting(ada), now=NOW)
    settle(closed)
    assert looked(closed) == 0


def test_who_asked_for_a_person_is_left_to_a_person(closed: Decision, ada: User) -> None:
    refuse_automation(applicant=closed.applicant, by=acting(ada), now=NOW)
    settle(closed)
    assert looked(closed) == 0
    assert Message.objects.filter(about=closed.reference, kind="LINE_CAN_COME_BACK").count() == 1


def test_nobody_is_told_to_ask_for_what_would_not_be_given(wang_fang: Line, dev: User) -> None:
    signed = close_line(line=wang_fang, by=SITE, now=NOW, signed_by=dev)
    learn(signed.applicant, current_overdue_days=50)
    assert (looked(signed), Message.objects.filter(kind="LINE_CAN_COME_BACK").count()) == (0, 0)


def test_after_the_time_to_appeal_nothing_comes_out_of_the_blue(closed: Decision) -> None:
    settle(closed, days=61)
    assert looked(closed, days=61) == 0
    assert looked(closed, days=60) == 1


def test_what_is_announced_has_its_own_way(wang_fang: Line) -> None:
    cut = cut_line(line=wang_fang, new_total_cny=Decimal(100_000), by=SITE, now=NOW)
    Announcement.objects.create(
        decision=cut, line=Line.objects.get(), effective_on=LATER.date(), sheet_version=1, looked_at=NOW
    )
    settle(cut)
    assert looked(cut) == 0


def test_what_people_upheld_stays(closed: Decision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_again, "count_decided", lambda _decision: 1)
    settle(closed)
    assert looked(closed) == 0


def test_a_newer_application_comes_first(closed: Decision) -> None:
    decide(application=application_of(closed.applicant), by=SITE, now=NOW)
    settle(closed)
    assert looked(closed) == 1
    assert not Decision.objects.filter(supersedes=closed).exists()


def test_a_line_that_changed_otherwise_since_is_left(wang_fang: Line) -> None:
    cut = cut_line(line=wang_fang, new_total_cny=Decimal(100_000), by=SITE, now=NOW)
    row = Line.objects.get()
    change_line(line=row, state="suspended", cause="ASSESSED", by=SITE, now=NOW)
    settle(cut)
    assert (looked(cut), line()[0]) == (0, "suspended")


@pytest.mark.parametrize(
    ("language", "told", "titled"),
    [
        ("en", "restored what is supported today.", "is restored, up to \u00a5140,800"),
        ("zh-hans", "我们按今天的评估恢复了额度", "总额度 ¥140,800"),
    ],
)  # fmt: skip
def test_the_line_says_why_it_is_back(
    closed: Decision, ada: User, language: str, told: str, titled: str
) -> None:
    settle(closed)
    looked(closed)
    newer = Decision.objects.get(supersedes=closed)
    browser = signed_in(ada, language=language)
    assert told in browser.get(address("line", Line.objects.get().reference)).content.decode()
    assert titled in explain(decision=newer, language=language, now=LATER)["outcome"]["title"]
