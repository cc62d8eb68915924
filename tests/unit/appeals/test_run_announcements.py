"""What a run takes from a line is announced: told with its day, stayed, withdrawn when cured, else done."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.actors import SITE
from accounts.models import User
from appeals.announced import carry_out_due
from appeals.outcomes import is_announced
from appeals.withdrawing import withdraw_appeal
from applicants.facts import record_fact
from decisions.announced import take_back
from decisions.announcements import LONGEST_WAIT, announced_change, list_open, notice_days
from decisions.explaining import explain
from decisions.line_changes import accept_line, available, change_line
from decisions.lines import draw
from decisions.models import Announcement, Decision, Line, LineState, RunChange
from decisions.policies import compiled, get_policy_in_force
from notifications.models import Letter, Message
from tests.factories.appeals import NOW, sent
from tests.factories.decisions import sample_decision
from tests.factories.runs import begun_run, released, worked
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
SOON, LATE = NOW + DAY, NOW + 17 * DAY


def learn(decision: Decision, now: datetime, **values: float) -> None:
    """Put facts on the firm's sheet."""
    for name, value in values.items():
        source = "business_flows" if name == "inflow_cover_x" else "financial_statements"
        record_fact(
            applicant=decision.applicant, characteristic=name, value=value, source=source,
            observed_on=now.date(), by=SITE, now=now,
        )  # fmt: skip


@pytest.fixture
def firm(ada: User) -> Decision:
    """A firm with a line in use, whose figures fell."""
    decision = sample_decision("hengxin", user=ada, now=NOW)
    assert decision.line is not None
    accept_line(line=decision.line, by=SITE, now=NOW)
    learn(decision, NOW, inflow_cover_x=1.1, debt_to_assets_pct=75)
    return decision


def run_over(dev: User, pia: User, now: datetime = NOW) -> RunChange:
    """A run, released by two people and ended; what it did for the firm."""
    run = begun_run(now=now + timedelta(minutes=5), by=acting(dev))
    run = worked(run, now=now + timedelta(minutes=6))
    if run.state == "BRAKED":
        run = worked(released(run, dev, pia, now=now + timedelta(minutes=7)), now=now + timedelta(minutes=8))
    assert run.state == "DONE"
    return RunChange.objects.select_related("decision").get(run=run)


@pytest.fixture
def announced(firm: Decision, dev: User, pia: User) -> Decision:
    """The cut that the run announced."""
    decision = run_over(dev, pia).decision
    assert decision is not None
    return decision


def end() -> str:
    return Announcement.objects.get().end


def test_the_line_stays_until_the_day_that_was_told(announced: Decision) -> None:
    line, row = Line.objects.get(), Announcement.objects.get()
    assert (line.state, line.reduced_cny) == ("active", Decimal(0))
    assert row.ended_at is None
    assert announced.result["line"]["effective_on"] == row.effective_on.isoformat()
    assert row.effective_on == NOW.date() + 15 * DAY
    message = Message.objects.get(about=announced.reference)
    assert message.kind == "MEASURE_ANNOUNCED"
    assert Letter.objects.filter(about=announced.reference).count() == 1


def test_on_its_day_it_takes_effect_once(announced: Decision) -> None:
    told = announced.result["line"]["after"]
    assert carry_out_due(now=NOW + 14 * DAY) == 0
    assert (carry_out_due(now=LATE), carry_out_due(now=LATE)) == (1, 0)
    line = Line.objects.get()
    assert (line.state, str(line.reduced_cny)) == (told["state"], told["reduced_cny"])
    assert end() == "IN_EFFECT"
    assert line.changes.filter(cause="NOTICE_PASSED").count() == 1
    assert Message.objects.filter(about=announced.reference, kind="LINE_CHANGED").count() == 1


def test_what_was_drawn_meanwhile_is_not_taken(announced: Decision, ada: User) -> None:
    line = Line.objects.get()
    draw(line=line, amount_cny=available(line), by=acting(ada), now=SOON)
    assert (carry_out_due(now=LATE), end()) == (0, "EMPTY")
    assert Line.objects.get().reduced_cny == 0


def test_an_appeal_stays_it(announced: Decision, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appeals.announced.section", lambda _name: {"except_reasons": []})
    appeal = sent(announced, acting(ada))
    assert is_announced(appeal)
    assert (carry_out_due(now=LATE), end()) == (0, "")
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=LATE)
    assert (carry_out_due(now=LATE), end()) == (1, "IN_EFFECT")


def test_a_cure_withdraws_it_before_the_day_and_says_so(announced: Decision) -> None:
    learn(announced, SOON, inflow_cover_x=2.5, debt_to_assets_pct=30)
    assert (carry_out_due(now=SOON), end(), Line.objects.get().state) == (0, "CURED", "active")
    instead = Decision.objects.get(supersedes=announced)
    assert instead.result["line"]["withdrawn"]
    assert Message.objects.filter(about=instead.reference, kind="MEASURE_ENDED").count() == 1
    assert Letter.objects.filter(about=instead.reference).count() == 1


def test_new_facts_that_change_nothing_are_looked_at_once(announced: Decision) -> None:
    learn(announced, SOON, current_ratio=1.0)
    assert len(list_open(now=SOON)) == 1
    assert (carry_out_due(now=SOON), end(), list_open(now=SOON)) == (0, "", [])


def test_on_the_day_no_more_is_taken_than_today_asks_for(
    announced: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = announced.result["line"]["after"]
    wanted = Decimal(after["total_cny"]) - Decimal(after["reduced_cny"]) + 1_000
    monkeypatch.setattr("decisions.announcements._supported", lambda *_given: wanted)
    carry_out_due(now=LATE)
    line = Line.objects.get()
    assert line.total_cny - line.reduced_cny == wanted


def test_without_an_answer_of_today_nothing_happens(
    announced: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("decisions.announcements._JUDGED", frozenset())
    assert (carry_out_due(now=LATE), end()) == (0, "")


def test_what_nothing_confirms_for_a_month_is_withdrawn_and_told(
    announced: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("decisions.announcements._JUDGED", frozenset())
    last = NOW + 15 * DAY + LONGEST_WAIT
    assert (carry_out_due(now=last - DAY), end()) == (0, "")
    assert (carry_out_due(now=last), end(), Line.objects.get().state) == (0, "LAPSED", "active")
    instead = Decision.objects.get(supersedes=announced)
    said = explain(decision=instead, language="en", now=last)["outcome"]["summary"]
    assert "Nothing confirmed it in time." in said
    assert Message.objects.filter(about=instead.reference, kind="MEASURE_ENDED").count() == 1


def test_an_engine_that_stays_silent_lets_it_lapse_too(
    announced: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = SimpleNamespace(answer=None)
    monkeypatch.setattr("decisions.lines.ask_ahead", lambda **_asked: silent)
    last = NOW + 15 * DAY + LONGEST_WAIT
    assert (carry_out_due(now=last - DAY), end()) == (0, "")
    assert (carry_out_due(now=last), end()) == (0, "LAPSED")


def test_what_an_appeal_stayed_waits_anew_from_its_end(
    announced: Decision, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("decisions.announcements._JUDGED", frozenset())
    monkeypatch.setattr("appeals.announced.section", lambda _name: {"except_reasons": []})
    appeal = sent(announced, acting(ada))
    last = NOW + 15 * DAY + LONGEST_WAIT
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=last)
    assert (carry_out_due(now=last), end()) == (0, "")
    assert (carry_out_due(now=last + LONGEST_WAIT), end()) == (0, "LAPSED")


def test_the_page_of_the_line_tells_the_day(announced: Decision, ada: User) -> None:
    line = Line.objects.get()
    assert announced_change(line) == (Announcement.objects.get().effective_on, announced.reference)
    page = signed_in(ada).get(address("line", line.reference)).content.decode()
    assert "This line changes on " in page
    assert address("decision", announced.reference) in page


def test_another_run_leaves_it_to_its_day(announced: Decision, dev: User, pia: User) -> None:
    again = run_over(dev, pia, now=SOON)
    assert (again.decision, again.left) == (None, "ANNOUNCED")
    assert Announcement.objects.count() == 1


def test_who_asked_for_a_person_waits_for_one(announced: Decision) -> None:
    applicant = announced.applicant
    applicant.person_decides_since = SOON
    applicant.save(update_fields=["person_decides_since"])
    changed = carry_out_due(now=LATE)
    assert (changed, end()) == ((0, "") if announced.is_automatic else (1, "IN_EFFECT"))


def test_a_later_decision_ends_it(announced: Decision) -> None:
    take_back(decision=announced, by=SITE, now=SOON)
    assert (carry_out_due(now=SOON), end()) == (0, "CORRECTED")


def test_a_line_that_is_gone_ends_it(announced: Decision) -> None:
    change_line(line=Line.objects.get(), state=LineState.CLOSED, cause="ASSESSED", by=SITE, now=SOON)
    assert (carry_out_due(now=LATE), end()) == (0, "NO_LINE")


def test_the_database_keeps_one_open_announcement_a_line(announced: Decision, firm: Decision) -> None:
    row = Announcement.objects.get()
    terms = {"line": row.line, "effective_on": row.effective_on, "sheet_version": 1, "looked_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.create(decision=firm, **terms)
    carry_out_due(now=LATE)
    with pytest.raises(DatabaseError), transaction.atomic():
        Announcement.objects.update(ended_at=None, end="")


@pytest.mark.parametrize(("effect", "days"), [("cut", 15), ("close", 15), ("pause", 0), ("none", 0)])
def test_the_notice_is_that_of_the_measures(effect: str, days: int) -> None:
    assert notice_days(compiled(get_policy_in_force(now=NOW)), effect) == days
