"""The acts of a review, and what happens when they are refused."""

from typing import Any

import pytest
from django.db import OperationalError
from psycopg import errors as postgres

from accounts.models import User
from appeals.models import Appeal, Attachment, Finding, FirstLook
from creditportal.staff import reviewing
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db
VIEW = {"view": "The papers agree.", "leaning": "SUPPORTS"}
FINDING = {
    "value": "30", "observed_on": "2026-11-06", "document": "SOURCE", "note": "The statements agree.",
}  # fmt: skip


def paper(appeal: Appeal) -> Attachment:
    return Attachment.objects.get(ground__appeal=appeal)


def test_claiming_puts_the_case_on_ones_desk(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    answer = send(sit_down(cleo), appeal, "claim")
    assert answer.headers["Location"] == f"/staff/cases/{appeal.reference}/#statement"
    appeal.refresh_from_db()
    assert appeal.claimed_by == cleo


def test_a_double_click_on_claim_is_one_claim(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    client, seen = sit_down(cleo), appeal.version
    for _time in range(2):
        assert client.post(f"/staff/cases/{appeal.reference}/claim/", {"version": seen}).status_code == 302
    assert appeal.events.filter(event="claim").count() == 1


def test_of_two_who_claim_the_second_learns_that_somebody_was_quicker(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    seen = {"version": appeal.version}
    sit_down(cleo).post(f"/staff/cases/{appeal.reference}/claim/", seen)
    answer = sit_down(dev).post(f"/staff/cases/{appeal.reference}/claim/", seen)
    assert answer.status_code in (403, 409)
    appeal.refresh_from_db()
    assert appeal.claimed_by == cleo


def test_releasing_leaves_a_note_for_the_next_person(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    send(sit_down(cleo), held, "release", note="I know the applicant.")
    held.refresh_from_db()
    assert held.claimed_by is None
    assert [event.note for event in held.events.all()][-1] == "I know the applicant."


def test_reading_the_statement_is_noted(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(client, appeal, "claim")
    send(client, appeal, "statement")
    appeal.refresh_from_db()
    assert appeal.statement_read_at is not None


def test_accepting_a_paper(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    reference = paper(held).document.reference
    answer = send(sit_down(cleo), held, f"reasons/U02/evidence/{reference}", accepted="yes")
    assert answer.headers["Location"].endswith("#reason-U02")
    assert paper(held).accepted is True


def test_not_accepting_needs_a_reason(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    path = f"reasons/U02/evidence/{paper(held).document.reference}"
    answer = send(sit_down(cleo), held, path, accepted="no", note="")
    assert answer.status_code == 400
    assert "Say why it is not accepted." in text_of(answer)
    assert paper(held).accepted is None


def test_a_paper_of_another_case_is_not_found(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    assert send(sit_down(cleo), held, "reasons/U02/evidence/EV-0000-0000", accepted="yes").status_code == 404
    assert (
        send(sit_down(cleo), held, f"reasons/U01/evidence/{paper(held).document.reference}").status_code
        == 404
    )


def test_the_form_for_a_finding_stands_beside_the_evidence(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    page = text_of(sit_down(cleo).get(f"/staff/cases/{held.reference}/reasons/U02/inputs/debt_service_pct/"))
    assert "Used in the decision:" in page
    assert "Accepted value, in percent" in page
    assert paper(held).document.reference in page


@pytest.mark.parametrize("typed", ["30", " 30 % ", "\uff13\uff10", "30.0"])
def test_a_finding_takes_a_number_as_people_type_it(
    held: Appeal, cleo: User, sit_down: SitDown, typed: str
) -> None:
    answer = send(sit_down(cleo), held, "reasons/U02/inputs/debt_service_pct", **{**FINDING, "value": typed})
    assert answer.status_code == 302, text_of(answer)
    assert held.findings.get().value == 30


def test_a_finding_shows_from_and_to(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(
        client,
        held,
        "reasons/U02/inputs/debt_service_pct",
        **{**FINDING, "document": paper(held).document.reference},
    )
    page = text_of(client.get(f"/staff/cases/{held.reference}/"))
    assert "58%" in page
    assert "<strong>30%</strong>" in page
    assert "The statements agree." in page


UNUSABLE = [
    ({"value": "a lot"}, "Type a number"),
    ({"value": ""}, "What value do you accept?"),
    ({"value": "-5"}, "cannot have this value"),
    ({"value": "1e99"}, "cannot have this value"),
    ({"value": "nan"}, "Type a number"),
    ({"observed_on": "2027-01-01"}, "not later than today"),
    ({"observed_on": "yesterday"}, "Enter a valid date"),
    ({"observed_on": "0001-01-01"}, "too long ago"),
    ({"observed_on": "2021-11-19"}, "Choose 20 Nov 2021 or a later day."),
    ({"note": ""}, "This field is required"),
    ({"note": "x" * 2001}, "at most 2000 fit"),
    ({"document": "EV-0000-0000"}, "Choose the paper that it rests on"),
    ({"document": ""}, "Choose the paper that it rests on, or how it was verified without one."),
    ({"document": "PAPER"}, "Choose the paper that it rests on"),
]


def test_what_cannot_be_kept_is_explained_and_nothing_typed_is_lost(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    for changed, words in UNUSABLE:
        typed = {**FINDING, **changed}
        answer = send(client, held, "reasons/U02/inputs/debt_service_pct", **typed)
        assert (words, answer.status_code) == (words, 400)
        assert words in text_of(answer)
        assert typed["note"] in text_of(answer)
    assert not Finding.objects.exists()


def test_an_input_out_of_reach_is_not_found(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    for name in ("court_record_open", "total_score", "nothing"):
        assert (
            sit_down(cleo).get(f"/staff/cases/{held.reference}/reasons/U01/inputs/{name}/").status_code == 404
        )


def test_a_stale_form_is_told_and_keeps_what_was_typed(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client, seen = sit_down(cleo), held.version
    send(client, held, f"reasons/U02/evidence/{paper(held).document.reference}", accepted="yes")
    answer = client.post(
        f"/staff/cases/{held.reference}/reasons/U02/inputs/debt_service_pct/", {"version": seen, **FINDING}
    )
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Somebody was quicker" in page
    assert page.count("The statements agree.") >= 2
    held.refresh_from_db()
    assert f'name="version" value="{held.version}" id="U02-debt_service_pct-version"' in page


def test_what_was_typed_is_shown_when_the_form_itself_is_gone(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client, seen = sit_down(cleo), held.version
    send(client, held, "release")
    answer = client.post(
        f"/staff/cases/{held.reference}/reasons/U02/inputs/debt_service_pct/", {"version": seen, **FINDING}
    )
    assert answer.status_code == 409
    assert "The statements agree." in text_of(answer)


def test_taking_a_finding_back(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    send(client, held, "reasons/U02/inputs/debt_service_pct", **FINDING)
    send(client, held, "findings/debt_service_pct/withdraw")
    assert not held.findings.filter(is_current=True).exists()
    assert send(client, held, "findings/debt_service_pct/withdraw").status_code == 302


def test_concluding_needs_every_paper_assessed(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    answer = send(sit_down(cleo), held, "conclude", **VIEW)
    assert answer.status_code == 409
    assert "A paper has neither been accepted nor refused." in text_of(answer)


def test_nobody_answers_the_blind_first_look_for_the_reviewer(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    send(client, held, f"reasons/U02/evidence/{paper(held).document.reference}", accepted="yes")
    answer = send(client, held, "conclude", view="The papers agree.")
    assert answer.status_code == 400
    assert "The papers agree." in text_of(answer)
    assert not FirstLook.objects.exists()


def test_concluding_starts_the_recomputation_and_waits_for_it(
    held: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    send(client, held, f"reasons/U02/evidence/{paper(held).document.reference}", accepted="yes")
    send(client, held, "conclude", **VIEW)
    page = text_of(client.get(f"/staff/cases/{held.reference}/"))
    assert 'data-state="QUEUED"' in page
    assert "See whether it is ready" in page
    assert client.get(f"/staff/cases/{held.reference}/rerun/").json() == {"state": "QUEUED"}


def test_another_reviewer_may_not_act_on_a_held_case(held: Appeal, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    for act in ("statement", "conclude", "reasons/U02/inputs/debt_service_pct"):
        answer = send(client, held, act, **FINDING, **VIEW)
        assert (act, answer.status_code) == (act, 403)


def test_a_locked_row_is_answered_calmly(
    held: Appeal, cleo: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_given: Any) -> None:
        raise OperationalError from postgres.LockNotAvailable()

    monkeypatch.setattr(reviewing, "record_finding", locked)
    answer = send(sit_down(cleo), held, "reasons/U02/inputs/debt_service_pct", **FINDING)
    assert answer.status_code == 503
    assert "The statements agree." in text_of(answer)


def test_a_form_without_a_usable_version_changes_nothing(
    appeal: Appeal, cleo: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    for version in ("", "abc", "-1", "99999999999999999999"):
        answer = client.post(f"/staff/cases/{appeal.reference}/claim/", {"version": version})
        assert answer.status_code in (400, 409)
    appeal.refresh_from_db()
    assert appeal.claimed_by is None


def test_a_nul_character_is_refused(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    typed = {**FINDING, "note": "a\x00b"}
    assert send(sit_down(cleo), held, "reasons/U02/inputs/debt_service_pct", **typed).status_code == 400


def test_opening_an_act_as_a_page_leads_back(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).get(f"/staff/cases/{appeal.reference}/claim/")
    assert answer.status_code == 405
    assert "Back to the desk" in text_of(answer)
