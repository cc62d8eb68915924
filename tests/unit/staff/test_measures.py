"""Measures on the desk: open ones with cause, notice and stay, the brake, and drops of scores."""

import re
from copy import copy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from appeals.measures import list_measures
from appeals.models import Stay
from appeals.screening import screen
from core.errors import ForbiddenError
from creditportal.staff.measure_view import describe_rows, draw_drops, list_policy_measures
from decisions.line_changes import change_line, restore_line
from decisions.models import Decision, Line, LineState, RunState
from decisions.policies import get_policy_in_force
from decisions.score_drops import count_drops
from tests.factories.appeals import closed_line, draft, sent
from tests.factories.decisions import NOW, sample_decision
from tests.factories.runs import begun_run, small_book, worked
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
PAGE = "/staff/measures/"
MOST_QUERIES = 18


@pytest.fixture
def closing(ada: User, dev: User) -> Decision:
    """The decision that closed Ada's line, signed by Dev."""
    return closed_line(dev, ada)


def replaced(*drops: int) -> None:
    """Decisions of one person: each pair takes the place of the ones before, dropping by so much."""
    last = sample_decision("wang_fang")
    steady = last.score
    for number, drop in enumerate(drops):
        for score, name in ((steady, "a"), (steady - drop, "b")):
            row = copy(last)
            row.pk, row.score, row.reference = None, score, f"DC-{number:04}-{name}"
            row.supersedes = last
            row.save(force_insert=True)
            last = row


def test_an_empty_page_says_so_in_words(aud: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(aud).get(PAGE))
    for words in (
        "Nobody has been looked at yet.", "No measure waits for a signature,",
        "There has been no run yet,", "No line is reduced, held",
        "Too few decisions were replaced in 30 days", "reduce the unused part of the line by up to 30%",
    ):  # fmt: skip
        assert words in page


def test_a_closed_line_has_cause_notice_and_last_day(closing: Decision, aud: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(aud).get(PAGE))
    [line] = Line.objects.filter(state=LineState.CLOSED)
    [row] = [part for part in page.split("<tr") if line.reference in part]
    for words in (
        "M7", "close the unused line", "100 % of the unused part", "signed by Dev", closing.reference,
        "notice until 5 Dec 2026", "appeal possible until 19 Jan 2027", "an appeal would stay it",
    ):  # fmt: skip
        assert words in row
    assert closing.reasons.get(position=1).code in row


def test_an_accepted_appeal_stays_the_measure(
    closing: Decision, ada: User, dev: User, sit_down: SitDown
) -> None:
    appeal = sent(closing, acting(ada))
    before = text_of(sit_down(dev).get(PAGE))
    screen(appeal, NOW)
    after = text_of(sit_down(dev).get(PAGE))
    assert Stay.objects.filter(ended_at=None).count() == 1
    assert "the line is given back once the appeal is accepted" in before
    assert "the line is given back while the appeal runs" in after
    assert f"/staff/cases/{appeal.reference}/" in after


def test_a_draft_is_not_told_and_a_reduced_line_outlives_its_window(
    closing: Decision, ada: User, aud: User, sit_down: SitDown
) -> None:
    appeal = draft(closing, acting(ada))
    assert appeal.reference not in text_of(sit_down(aud).get(PAGE))
    line = Line.objects.get(state=LineState.CLOSED)
    restore_line(line=line, total_cny=Decimal(30_000), by=acting(aud), now=NOW)
    change_line(line=line, state=LineState.REDUCED, cause="ASSESSED", by=acting(aud), now=NOW,
                reduced_cny=Decimal(100))  # fmt: skip
    later = NOW + timedelta(days=90)
    [row] = describe_rows(list_measures(by=acting(aud), now=later).rows, [], now=later)
    assert (row.measure.line, row.can_appeal, row.kind) == (line, False, None)


def test_a_reason_that_no_appeal_stays_is_told(
    closing: Decision, aud: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    excepted = {"except_reasons": [closing.reasons.get(position=1).code]}
    monkeypatch.setattr("appeals.measures.section", lambda _name: excepted)
    assert "an appeal does not stay this reason" in text_of(sit_down(aud).get(PAGE))


def test_a_line_put_right_or_past_its_time_leaves_the_list(closing: Decision, aud: User) -> None:
    [line] = Line.objects.filter(state=LineState.CLOSED)
    assert [one.line for one in list_measures(by=acting(aud), now=NOW).rows] == [line]
    assert list_measures(by=acting(aud), now=NOW + timedelta(days=62)).rows == []
    restore_line(line=line, total_cny=Decimal(30_000), by=acting(aud), now=NOW)
    assert list_measures(by=acting(aud), now=NOW).rows == []


def test_a_paused_line_is_listed_without_a_decision(ada: User, aud: User, sit_down: SitDown) -> None:
    decision = sample_decision("wang_fang", user=ada)
    line = Line.objects.get(applicant=decision.applicant)
    for state in (LineState.ACTIVE, LineState.SUSPENDED):
        change_line(line=line, state=state, cause="PAUSED", by=acting(aud), now=NOW)
    page = text_of(sit_down(aud).get(PAGE))
    assert line.reference in page
    assert "stop new drawdowns" in page.split(line.reference)[1].split("</tr>")[0]
    assert "no notice period" in page


def test_the_newest_change_is_first_and_pages_follow_each_other(
    aud: User, dev: User, sit_down: SitDown
) -> None:
    for key in ("zhang_wei", "zhao_ming", "li_na"):
        closed_line(dev, key=key)
    for number, line in enumerate(Line.objects.order_by("pk")):
        Line.objects.filter(pk=line.pk).update(updated_at=NOW - timedelta(minutes=number))
    first = list_measures(by=acting(aud), now=NOW, limit=2)
    rest = list_measures(by=acting(aud), now=NOW, after=first.next_after, limit=2)
    keys = [one.line.pk for one in [*first.rows, *rest.rows]]
    assert keys == sorted(keys)
    assert (len(first.rows), len(rest.rows), rest.next_after) == (2, 1, None)
    assert list_measures(by=acting(aud), now=NOW, after=10**15).rows == []
    assert Line.objects.earliest("pk").reference in text_of(sit_down(aud).get(PAGE, {"after": "\u0661"}))


def test_one_does_not_see_ones_own_line_there(closing: Decision, dev: User) -> None:
    closing.applicant.user = dev
    closing.applicant.save(update_fields=["user"])
    assert list_measures(by=acting(dev), now=NOW).rows == []


def test_a_policy_manager_sees_no_single_line(closing: Decision, pia: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(pia).get(PAGE))
    assert "Single lines are shown to colleagues who may read cases." in page
    assert Line.objects.get(state=LineState.CLOSED).reference not in page
    with pytest.raises(ForbiddenError):
        list_measures(by=acting(pia), now=NOW)


def test_who_has_no_business_there_is_turned_away_and_has_no_link(
    cleo: User, aud: User, eve: User, sit_down: SitDown
) -> None:
    assert [sit_down(user).get(PAGE).status_code for user in (cleo, eve)] == [403, 404]
    assert f'href="{PAGE}"' not in text_of(sit_down(cleo).get("/staff/queue/"))
    assert f'href="{PAGE}"' in text_of(sit_down(aud).get("/staff/runs/"))
    with pytest.raises(ForbiddenError):
        count_drops(by=acting(cleo), now=NOW)


def test_a_run_under_the_brake_is_told_with_the_way_to_release_it(
    dev: User, aud: User, sit_down: SitDown
) -> None:
    small_book()
    run = worked(begun_run(market="tight"))
    page = text_of(sit_down(dev).get(PAGE))
    assert run.state == RunState.BRAKED
    for words in ("The brake holds a run", "2 approvals are missing", f"/staff/runs/{run.reference}/#brake"):
        assert words in page
    assert "Approve or end the run" in page
    assert "Approve or end the run" not in text_of(sit_down(aud).get(PAGE))


def test_what_a_run_left_for_a_person_is_counted(dev: User, sit_down: SitDown) -> None:
    run = begun_run()
    run.counts = {"left": {"SIGNER": 2, "REFER": 1, "DRAWN": 7}}
    run.save(update_fields=["counts"])
    page = text_of(sit_down(dev).get(PAGE))
    assert "The brake holds no run." in page
    assert "3 changes of lines were left for a person." in page


def test_drops_are_counted_by_step_within_their_days(aud: User) -> None:
    replaced(0, 29, 30, 79, 80)
    by = acting(aud)
    found = count_drops(by=by, now=NOW).by_step
    assert found == {0: 6, 1: 1, 30: 1, 50: 1, 80: 1}
    assert count_drops(by=by, now=NOW + timedelta(days=31)).by_step.total() == 0
    assert count_drops(by=by, now=NOW, newest=1).by_step == {80: 1}


def test_groups_under_ten_are_hidden_and_the_plot_has_words(aud: User, sit_down: SitDown) -> None:
    replaced(*[60] * 12, *[35] * 11, *[90] * 2)
    page = text_of(sit_down(aud).get(PAGE))
    chart = page.split('id="drops-title"')[1].split("</section>")[0]
    assert "the largest group: the same or higher, 25 times." in chart
    assert ("50 to 79 points less" in chart, "30 to 49 points less" in chart) == (True, False)
    assert "80 points less or more" not in chart
    assert "Hidden groups: 2." in chart
    assert ('role="img"' in chart, "The same as a table" in chart, ".csv" in chart) == (True, True, False)


def test_fewer_than_ten_say_nothing(aud: User) -> None:
    replaced(60, 60, 60)
    with translation.override("en"):
        part, finding = draw_drops(count_drops(by=acting(aud), now=NOW))
    assert (part.rows, part.bars, finding) == ([], (), "")
    assert "Too few" in part.note


def test_the_drops_are_read_from_an_index_and_bounded(aud: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        count_drops(by=acting(aud), now=NOW)
    [query] = [one["sql"] for one in queries]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {query}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "LIMIT 5000)" in query
    assert re.search(r"Limit .* Index Scan Backward using decisions_decision_supersedes_id", plan)


def test_the_page_takes_the_same_few_queries_for_any_number(aud: User, dev: User, sit_down: SitDown) -> None:
    client, counted = sit_down(aud), []
    for key in ("zhang_wei", "zhao_ming", "li_na"):
        closed_line(dev, key=key)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        counted.append(len(queries))
    assert len(set(counted)) == 1
    assert counted[0] <= MOST_QUERIES


def test_every_measure_of_the_policy_has_its_words_in_both_languages() -> None:
    policy = get_policy_in_force(now=NOW)
    with translation.override("en"):
        english = [one.words for one in list_policy_measures(policy)]
    with translation.override("zh-hans"):
        known = list_policy_measures(policy)
    assert [one["do"] for one in policy.document["early_warning"]["measures"]] == english
    assert [one.code for one in known] == [f"M{number}" for number in range(1, 8)]
    assert not {one.words for one in known} & set(english)
