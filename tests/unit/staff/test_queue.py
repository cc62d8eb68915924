"""The queue and the search."""

import re
from datetime import timedelta
from html import escape
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from appeals.claiming import claim_appeal
from appeals.models import Appeal, Remedy
from appeals.withdrawing import withdraw_appeal
from applicants.models import Applicant
from audit.queries import list_events
from creditportal.staff import queue
from creditportal.staff.queue_rows import due_words
from creditportal.staff.wording import EMPTY_VIEWS
from decisions.models import Decision
from decisions.reason_catalogue import get_reasons
from tests.factories.appeals import after, closed_line, queued
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def test_a_case_shows_what_a_reviewer_chooses_by(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get("/staff/queue/"))
    assert appeal.reference in page
    assert all(text in page for text in ("consumer loan", "not approved", "\u674e*"))
    rows = page.split("<tbody")[1].split("</tbody>")[0]
    for code in ("U01", "U02"):
        title = escape(get_reasons()[code].document["title"]["en"])
        assert f'<span class="tag">{code}</span> {title}<' in rows
    assert "\u674e\u5a1c" not in page


def test_what_people_are_called_is_never_markup(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    User.objects.filter(pk=cleo.pk).update(display_name="<b>Cleo</b>")
    Applicant.objects.filter(pk=held.applicant_id).update(name="<i>Ada</i>")
    page = sit_down(dev).get("/staff/queue/?view=all").content.decode()
    assert "&lt;b&gt;Cleo&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_a_page_that_is_opened_again_shows_what_changed(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    before = text_of(client.get("/staff/queue/?view=unclaimed"))
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    after_it = text_of(client.get("/staff/queue/?view=unclaimed"))
    assert appeal.reference in before
    assert appeal.reference not in after_it
    assert str(EMPTY_VIEWS["unclaimed"]) in after_it.replace("&#x27;", "'")
    assert "\ue000" not in before + after_it


def test_each_reader_has_a_frame_of_their_own(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    pages = {who: sit_down(who).get("/staff/queue/?view=all").content.decode() for who in (cleo, dev)}
    tokens = {who: set(_TOKEN.findall(page)) for who, page in pages.items()}
    assert "Cleo" in pages[cleo]
    assert "Cleo" not in pages[dev].split("<main")[0]
    assert 'name="case"' in pages[dev]
    assert 'name="case"' not in pages[cleo]
    assert all(len(found) == 1 for found in tokens.values())
    assert tokens[cleo] != tokens[dev]


def test_the_queue_opens_on_ones_own_desk(held: Appeal, cleo: User, dev: User, sit_down: SitDown) -> None:
    assert held.reference in text_of(sit_down(cleo).get("/staff/queue/"))
    assert "Every case has somebody" in text_of(sit_down(dev).get("/staff/queue/"))


@pytest.mark.parametrize("view", ["mine", "unclaimed", "due", "countersign", "all"])
def test_each_view_says_why_it_is_empty(cleo: User, sit_down: SitDown, view: str) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/queue/?view={view}"))
    assert str(EMPTY_VIEWS[view]) in page.replace("&#x27;", "'")


def test_an_unknown_view_is_the_usual_one(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    assert held.reference in text_of(sit_down(cleo).get("/staff/queue/?view=nothing"))


def test_more_rows_ask_no_more_queries(
    appeal: Appeal, ben: User, cleo: User, sit_down: SitDown, django_assert_max_num_queries: Any
) -> None:
    client = sit_down(cleo)
    client.get("/staff/queue/?view=all")
    with django_assert_max_num_queries(5) as one:
        client.get("/staff/queue/?view=all")
    queued(sample_decision("zhao_ming", user=ben), acting(ben))
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert text_of(client.get("/staff/queue/?view=all")).count('class="case"') == 2


QUERIES = ("", "?view=all", "?view=unclaimed&urgent=on&reason=U01", "?view=due")


@pytest.mark.usefixtures("appeal")
def test_a_page_takes_at_most_five_statements(cleo: User, dev: User, sit_down: SitDown) -> None:
    for colleague, most in ((cleo, 5), (dev, 6)):  # a supervisor also gets the colleagues to hand cases to
        client = sit_down(colleague)
        client.get("/staff/queue/")
        for query in QUERIES:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/staff/queue/{query}").status_code == 200
            assert len(asked) <= most, query


def test_the_second_factor_is_asked_for_again_after_a_minute(cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert client.get("/staff/queue/").status_code == 200
    Authenticator.objects.all().delete()
    with time_machine.travel(NOW + timedelta(hours=1, seconds=90), tick=True):
        assert client.get("/staff/queue/").status_code == 302


def test_the_next_page_takes_no_more_statements(
    appeal: Appeal, ben: User, cleo: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(sample_decision("zhao_ming", user=ben), acting(ben))
    monkeypatch.setattr(queue, "PAGE", 1)
    client = sit_down(cleo)
    client.get("/staff/queue/?view=all")
    with CaptureQueriesContext(connection) as asked:
        page = text_of(client.get(f"/staff/queue/?view=all&after={appeal.reference}"))
    assert "First page" in page
    assert len(asked) <= 5


def test_pages_continue_after_the_last_case(
    appeal: Appeal, ben: User, cleo: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = queued(sample_decision("zhao_ming", user=ben), acting(ben))
    monkeypatch.setattr(queue, "PAGE", 1)
    client = sit_down(cleo)
    assert f"after={appeal.reference}" in text_of(client.get("/staff/queue/?view=all"))
    page = text_of(client.get(f"/staff/queue/?view=all&after={appeal.reference}"))
    assert second.reference in page
    assert "First page" in page


def test_who_closed_a_line_is_warned_in_the_queue(
    catalogues: None, ada: User, dev: User, sit_down: SitDown
) -> None:
    decision = closed_line(dev, ada)
    queued(decision, acting(ada))
    assert "you took part" in text_of(sit_down(dev).get("/staff/queue/?view=all"))


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "in 1 day"), (3, "in 3 days"), (-2, "2 days late")]
)
def test_the_distance_to_the_due_date_is_said_in_days(days: int, words: str) -> None:
    with translation.override("en"):
        assert due_words(after(days=days), now=NOW) == words


def test_a_reference_leads_to_the_case_however_it_is_typed(
    appeal: Appeal, cleo: User, sit_down: SitDown
) -> None:
    typed = appeal.reference.lower().replace("-", " ")
    answer = sit_down(cleo).post("/staff/search/", {"text": typed})
    assert answer.headers["Location"] == f"/staff/cases/{appeal.reference}/"


def test_other_references_lead_to_their_records(decision: Decision, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).post("/staff/search/", {"text": decision.reference})
    assert answer.headers["Location"] == f"/staff/decisions/decision/?q={decision.reference}"


def test_an_unknown_reference_keeps_what_was_typed(cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).post("/staff/search/", {"text": "AP-0000-0000"})
    assert answer.status_code == 404
    assert 'value="AP-0000-0000"' in text_of(answer)


def test_who_opens_the_search_after_signing_in_again_finds_an_empty_field(
    cleo: User, pia: User, sit_down: SitDown
) -> None:
    answer = sit_down(cleo).get("/staff/search/")
    page = text_of(answer)
    assert (answer.status_code, 'name="text"' in page, "errorlist" in page) == (200, True, False)
    assert "value=" not in re.findall(r'<input[^>]*name="text"[^>]*>', page)[0]
    assert sit_down(pia).get("/staff/search/").status_code == 403


def test_nonsense_is_answered_kindly(cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).post("/staff/search/", {"text": "<b>hello</b>"})
    assert answer.status_code == 400
    assert "We do not know this reference" in text_of(answer)


def test_an_id_number_needs_a_reason(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    number = appeal.applicant.id_number
    answer = sit_down(cleo).post("/staff/search/", {"text": number})
    assert answer.status_code == 400
    assert "Say why" in text_of(answer)
    assert f'value="{number}"' in text_of(answer)


def test_an_id_number_finds_the_cases_and_is_recorded(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    typed = {"text": appeal.applicant.id_number, "reason": "CONTACT"}
    assert appeal.reference in text_of(sit_down(cleo).post("/staff/search/", typed))
    last = list_events(appeal.applicant.reference)[-1]
    assert (last.verb, last.actor, last.codes) == (
        "applicant:searched", acting(cleo).code, {"found": True, "reason": "CONTACT"},
    )  # fmt: skip


def test_the_search_shows_reasons_and_how_each_case_ended(
    appeal: Appeal, ada: User, cleo: User, sit_down: SitDown
) -> None:
    typed = {"text": appeal.applicant.id_number, "reason": "CONTACT"}
    open_row = text_of(sit_down(cleo).post("/staff/search/", typed))
    assert all(code in open_row for code in ("U01", "U02"))
    assert re.search(r"in \d+ days", open_row)
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=after(days=1))
    ended = text_of(sit_down(cleo).post("/staff/search/", typed))
    assert "21 Nov 2026" in ended
    assert "ended: withdrawn" in ended
    assert not re.search(r"in \d+ day|late", ended.split("<tbody")[1].split("</tbody")[0])


def test_a_decided_case_shows_its_outcome_and_its_day(won: Appeal, cleo: User, sit_down: SitDown) -> None:
    Remedy.objects.update(due_on=(NOW - timedelta(days=3)).date())
    for page in (
        text_of(sit_down(cleo).get("/staff/queue/?view=remedy_late")),
        text_of(
            sit_down(cleo).post("/staff/search/", {"text": won.applicant.id_number, "reason": "CONTACT"})
        ),
    ):
        row = page.split("<tbody")[1].split("</tbody")[0]
        assert won.reference in row
        assert f"ended: {won.get_outcome_display()}" in row
        assert not re.search(r"in \d+ day|late", row)


def test_a_search_that_finds_nobody_is_recorded_too(
    decision: Decision, cleo: User, sit_down: SitDown
) -> None:
    typed = {"text": "440305199003070010", "reason": "AUTHORITY"}
    assert "We know nobody" in text_of(sit_down(cleo).post("/staff/search/", typed))
    assert list_events("search")[-1].codes == {"found": False, "reason": "AUTHORITY"}


def test_an_auditor_may_not_search_by_id_number(appeal: Appeal, aud: User, sit_down: SitDown) -> None:
    typed = {"text": appeal.applicant.id_number, "reason": "CONTACT"}
    assert sit_down(aud).post("/staff/search/", typed).status_code == 403


def test_a_case_taken_by_a_colleague_shows_who_holds_it(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    assert "Cleo" in text_of(sit_down(dev).get("/staff/queue/?view=all"))
