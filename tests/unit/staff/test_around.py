"""Around a review: taking in, asking, more time, notes, keeping away, presence and the remedy."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import User
from appeals import requesting
from appeals.appealability import PERSON_GROUND
from appeals.models import Appeal, Extension, Relation, Request
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.petitions import ask_expedite, ask_more_time
from appeals.screening import screen
from appeals.staying import stay_of
from appeals.terms import number_section
from core.clock import now as clock_now
from tests.factories.appeals import closed_line, decided, queued
from tests.factories.decisions import NOW
from tests.people import acting
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(days=70)
ITEMS = {"text_0": "Your payslips of June", "kind_0": "V01", "due_on": "2026-12-01"}


def page_of(client: object, appeal: Appeal) -> str:
    return text_of(client.get(f"/staff/cases/{appeal.reference}/"))  # type: ignore[attr-defined]


@pytest.fixture
def late(catalogues: None, ada: User) -> Iterator[Appeal]:
    """Ada's appeal that came after the time, with her reason, waiting for somebody to rule on that."""
    with time_machine.travel(LATE, tick=True):
        appeal = open_appeal(
            decision=decided(user=ada), late_reason="I was in hospital.", by=acting(ada), now=LATE
        )
        grounds = {PERSON_GROUND: ("PERSON", "")}
        save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=LATE)
        submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=LATE)
        yield screen(appeal, LATE)


def test_a_late_appeal_waits_in_its_own_view_with_the_applicants_reason(
    late: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    assert late.reference in text_of(client.get("/staff/queue/?view=screening"))
    page = page_of(client, late)
    assert "I was in hospital." in page
    assert "Rule on whether this appeal is taken in." in page


def test_a_late_appeal_is_taken_in_with_a_reason(late: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    assert send(client, late, "accept", result="LATE_ACCEPTED", reason="").status_code == 400
    typed = {"result": "LATE_ACCEPTED", "reason": "The hospital's letter shows it."}
    assert send(client, late, "accept", **typed).status_code == 302
    late.refresh_from_db()
    assert late.status == "QUEUED"
    assert "The hospital&#x27;s letter shows it." in page_of(client, late)


def test_not_taking_in_needs_a_code_and_another_person_for_its_review(
    late: Appeal, cleo: User, dev: User, ada: User, sit_down: SitDown
) -> None:
    from appeals.acceptance import ask_acceptance_review

    client = sit_down(cleo)
    assert send(client, late, "not-accept", code="X", reason="Too late.").status_code == 400
    assert send(client, late, "not-accept", code="LATE", reason="Too late.").status_code == 302
    late.refresh_from_db()
    ask_acceptance_review(appeal=late, by=acting(ada), now=clock_now())
    typed = {"result": "LATE_ACCEPTED", "reason": "I see it otherwise."}
    assert send(client, late, "accept", **typed).status_code == 403
    assert send(sit_down(dev), late, "accept", **typed).status_code == 302


def test_asking_the_applicant_pauses_our_clock_and_shows_it(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    assert send(client, held, "ask", **ITEMS).status_code == 302
    held.refresh_from_db()
    page = page_of(client, held)
    assert held.status == "INFO_REQUESTED"
    for words in ("Your payslips of June", "Our own target waits for the answer.", "paused", "the applicant"):
        assert words in page
    assert held.reference in text_of(client.get("/staff/queue/?view=waiting"))


def test_how_often_somebody_may_be_asked_comes_from_the_terms(
    held: Appeal, cleo: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requesting, "number_section", lambda name: {**number_section(name), "rounds": 3})
    assert "Asked so far: 0 of 3 times." in page_of(sit_down(cleo), held)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_0": ""}, "This field is required"),
        ({"due_on": "2026-11-01"}, "Choose a day after today."),
        ({"due_on": "2027-11-01"}, "By law our answer is due by 5 Dec 2026"),
        ({"kind_0": "V99"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_explained_and_kept(
    held: Appeal, cleo: User, sit_down: SitDown, changed: dict[str, str], words: str
) -> None:
    answer = send(sit_down(cleo), held, "ask", **{**ITEMS, "text_1": "And the lease", **changed})
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert "And the lease" in text_of(answer)
    assert not Request.objects.exists()


def test_a_third_party_is_asked_and_its_answer_stays_inside(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    typed = {"source": "The employer", "text": "Is this payslip yours?", "chase_on": "2026-12-04"}
    assert send(client, held, "ask-outside", **typed).status_code == 302
    asked = Request.objects.get(kind="THIRD_PARTY")
    assert "No clock waits." in page_of(client, held)
    path = f"requests/{asked.reference}/answer"
    assert send(client, held, path, answer="").status_code == 400
    assert send(client, held, path, answer="Yes, it is ours.").status_code == 302
    held.refresh_from_db()
    assert held.status == "IN_REVIEW"
    page = page_of(client, held)
    assert page.index("colleagues only</span>") < page.index("Yes, it is ours.")


def test_a_request_of_another_case_is_not_found(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    assert send(sit_down(cleo), held, "requests/RQ-0000-0000/answer", answer="x").status_code == 404


def test_a_wish_for_more_time_is_granted_or_not_with_a_reason(
    held: Appeal, ada: User, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    send(client, held, "ask", **{**ITEMS, "due_on": "2026-11-27"})
    asked = Request.objects.get(kind="ITEMS")
    assert isinstance(asked.due_on, date)
    until = asked.due_on + timedelta(days=3)
    wish = ask_more_time(request=asked, until=until, reason="My boss is away.", by=acting(ada), now=NOW)
    page = page_of(client, held)
    assert "The applicant asks for something. Answer it." in page
    assert "My boss is away." in page
    path = f"requests/{wish.reference}/settle"
    assert send(client, held, path, agreed="no", reason="").status_code == 400
    assert send(client, held, path, agreed="yes", reason="").status_code == 302
    asked.refresh_from_db()
    assert asked.due_on == until


def test_a_wish_for_a_quicker_answer_makes_the_case_urgent(
    held: Appeal, ada: User, cleo: User, sit_down: SitDown
) -> None:
    wish = ask_expedite(appeal=held, reason="Wages are due.", by=acting(ada), now=NOW)
    client = sit_down(cleo)
    send(client, held, f"requests/{wish.reference}/settle", agreed="yes", reason="")
    held.refresh_from_db()
    assert held.is_urgent


def test_more_time_by_law_shows_its_letter_and_takes_two(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    client, path = sit_down(cleo), f"/staff/cases/{held.reference}/more-time/"
    assert "Why is more time needed?" in text_of(client.get(path))
    page = text_of(client.get(f"{path}?code=COMPLEX"))
    assert "several sources must be checked" in page
    typed = {"code": "COMPLEX", "reason": "Three sources.", "letter_zh": "\u4fe1", "letter_en": "A letter"}
    assert client.post(path, {**typed, "version": held.version, "reason": ""}).status_code == 400
    assert client.post(path, {**typed, "version": held.version}).status_code == 302
    assert "Another person must agree." in page_of(client, held)
    assert send(client, held, "more-time/settle", agreed="yes").status_code == 403
    assert send(sit_down(dev), held, "more-time/settle", agreed="yes").status_code == 302
    assert Extension.objects.get().state == "GRANTED"
    assert "15 to 30 days" in page_of(client, held)
    client.cookies["language"] = "zh-hans"
    told = page_of(client, held).partition('id="more-time"')[2].partition("</section>")[0]
    assert ("\u94f6\u884c\u4e1a" in told, "Bank and insurance" in told) == (True, False)


def test_no_more_time_is_offered_once_the_legal_day_has_passed(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    path = f"/staff/cases/{held.reference}/more-time/"
    assert path in page_of(sit_down(cleo), held)
    with time_machine.travel(NOW + timedelta(days=20)):
        client = sit_down(cleo)
        page = text_of(client.get(path))
        assert ("It cannot be extended afterwards." in page, "?code=COMPLEX" in page) == (True, False)
        assert path not in page_of(client, held)


def test_not_agreeing_to_more_time_needs_a_reason(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    typed = {"code": "COMPLEX", "reason": "Three.", "letter_zh": "\u4fe1", "letter_en": "A letter"}
    path = f"/staff/cases/{held.reference}/more-time/"
    sit_down(cleo).post(path, {**typed, "version": held.version})
    client = sit_down(dev)
    assert "Agree to the longer time" in page_of(client, held)
    assert send(client, held, "more-time/settle", agreed="no", reason="").status_code == 400
    send(client, held, "more-time/settle", agreed="no", reason="It can be done.")
    assert Extension.objects.get().state == "REFUSED"


def test_a_note_is_visibly_for_colleagues_only(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(client, held, "note", text="Ring the bank <b>first</b>.")
    page = page_of(client, held)
    assert 'class="internal"' in page
    assert "Ring the bank &lt;b&gt;first&lt;/b&gt;." in page


def test_particular_care_is_marked_and_seen_in_the_queue(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(client, held, "care", note="Very ill.")
    held.refresh_from_db()
    assert held.is_vulnerable
    assert "particular care" in text_of(client.get("/staff/queue/?view=mine&care=on"))


def test_stepping_back_gives_the_case_to_others_for_good(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(client, held, "step-back", reason="A neighbour.")
    held.refresh_from_db()
    assert (held.status, held.claimed_by) == ("QUEUED", None)
    page = page_of(client, held)
    assert "This person stepped back from the case." in page
    assert "Take this case" not in page


def test_a_declared_relation_keeps_one_away(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(client, appeal, "relation", kind="FAMILY", note="")
    assert "You are not independent here." in page_of(client, appeal)
    assert send(client, appeal, "claim").status_code == 403


def test_two_who_look_at_one_case_see_each_other_for_a_minute(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    first, second = sit_down(cleo), sit_down(dev)
    first.get(f"/staff/cases/{held.reference}/")
    assert "Also looking at this case: Cleo" in page_of(second, held)
    assert "looking now: Dev" in text_of(first.get("/staff/queue/?view=mine"))
    beat = first.post(f"/staff/cases/{held.reference}/here/")
    assert beat.json() == {"others": ["Dev"]}
    with time_machine.travel(clock_now() + timedelta(seconds=90), tick=True):
        assert first.post(f"/staff/cases/{held.reference}/here/").json() == {"others": []}


def test_a_supervisor_ends_a_relation_and_nobody_ones_own(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    for user in (cleo, dev):
        send(sit_down(user), appeal, "relation", kind="FRIEND", note="")
    hers, his = Relation.objects.order_by("pk")
    client = sit_down(dev)
    assert page_of(client, appeal).count("It is over") == 1
    path = f"/staff/cases/{appeal.reference}/relations"
    assert client.post(f"{path}/{hers.pk}/end/").status_code == 302
    assert client.post(f"{path}/{his.pk}/end/").status_code == 403
    assert client.post(f"{path}/0/end/").status_code == 404
    assert Relation.objects.filter(ended_at=None).get() == his


def test_a_wish_for_a_person_has_its_words(late: Appeal, cleo: User, sit_down: SitDown) -> None:
    assert "You ask a person to look at it and decide." in page_of(sit_down(cleo), late)


def test_a_line_that_stays_while_it_is_appealed_says_so(
    catalogues: None, ada: User, cleo: User, dev: User, sit_down: SitDown
) -> None:
    appeal = queued(closed_line(dev, ada), acting(ada))
    page = page_of(sit_down(cleo), appeal)
    assert ("stays as it was until the answer" in page) is (stay_of(appeal) is not None)
    assert stay_of(appeal) is not None


def test_both_clocks_stand_in_the_header(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = page_of(sit_down(cleo), held)
    assert all(words in page for words in ("By law", "Our target", "used", "why these dates"))


def test_an_auditor_reads_no_conversation(held: Appeal, cleo: User, aud: User, sit_down: SitDown) -> None:
    send(sit_down(cleo), held, "note", text="Ring the bank first.")
    assert "Ring the bank first." not in page_of(sit_down(aud), held)
